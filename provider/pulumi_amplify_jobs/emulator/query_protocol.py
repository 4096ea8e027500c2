"""AWS's query protocol, which STS speaks: a form comes in, XML goes back, by botocore's model."""

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.model import ListShape, OperationModel, Shape, StructureShape

from .protocol import TOKEN_SERVICE, Answer, service_model

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_RECORDED = frozenset({"Action", "Version", "RoleArn", "RoleSessionName", "DurationSeconds"})


class QueryError(Exception):
    """A request that STS refuses: the error's code, its message and the HTTP status."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def parse_form(body: bytes) -> dict[str, str]:
    """Return the parameters of a form; what is no text has none."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        return {}


def recorded_form(body: bytes) -> dict[str, str]:
    """Return the parameters of a form that are no secret, whatever the call."""
    return {name: text for name, text in parse_form(body).items() if name in _RECORDED}


def parse_input(operation: OperationModel, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form gives, by the model's names. Raises `QueryError` with all problems."""
    problems: list[str] = []
    shape = operation.input_shape
    inputs: dict[str, Any] = _read(shape, _tree(form), "", problems) if shape else {}
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''}"
        raise QueryError("ValidationError", f"{count} detected: {'; '.join(problems)}", 400)
    return inputs


def success(operation: OperationModel, output: Mapping[str, Any], request_id: str) -> Answer:
    """Return a 200 with the output, by the model's names."""
    shape, name = operation.output_shape, operation.name
    result = _xml(shape, output) if shape else ""
    content = (
        f"<{name}Result>{result}</{name}Result>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    )
    return _document(200, f"{name}Response", content)


def failure(error: QueryError, request_id: str) -> Answer:
    """Return an error."""
    fault = "Receiver" if error.status >= 500 else "Sender"
    content = (
        f"<Error><Type>{fault}</Type><Code>{error.code}</Code>"
        f"<Message>{_text(error.message)}</Message></Error><RequestId>{request_id}</RequestId>"
    )
    return _document(error.status, "ErrorResponse", content)


def _document(status: int, name: str, content: str) -> Answer:
    namespace = service_model(TOKEN_SERVICE).metadata["xmlNamespace"]
    text = f'<{name} xmlns="{namespace}">{content}</{name}>'
    return Answer(status, text.encode(), media_type="text/xml")


def _xml(shape: Shape, value: Any) -> str:
    """Return a value as the content of its element."""
    if isinstance(shape, StructureShape):
        given = ((name, each) for name, each in shape.members.items() if name in value)
        return "".join(f"<{name}>{_xml(each, value[name])}</{name}>" for name, each in given)
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return _text(str(value))


def _text(text: str) -> str:
    return escape(_NO_XML.sub("?", text))


def _tree(form: Mapping[str, str]) -> dict[str, Any]:
    """Return a form's parameters, such as ``Tags.member.1.Key``, as mappings in each other."""
    root: dict[str, Any] = {}
    for name, text in form.items():
        *parents, leaf = name.split(".")
        node = root
        for part in parents:
            if not isinstance(node.get(part), dict):
                node[part] = {}
            node = node[part]
        node[leaf] = text
    return root


def _read(shape: Shape, value: Any, path: str, problems: list[str]) -> Any:
    """Return a value as the model has it; what breaks a rule of the model is a problem."""
    if isinstance(shape, StructureShape):
        return _read_structure(shape, value if isinstance(value, dict) else {}, path, problems)
    if isinstance(shape, ListShape):
        entries = value.get("member", {}) if isinstance(value, dict) else {}
        # Of any length: Python makes no number of thousands of digits.
        numbers = sorted(filter(str.isdecimal, entries), key=lambda each: (len(each), each))
        found = [
            _read(shape.member, entries[each], f"{path}.{each}.member", problems)
            for each in numbers
        ]
        _check_size(shape, len(found), "length", f"Value '{found}' at '{path}'", problems)
        return found
    at = f"Value '{value}' at '{path}'"
    if shape.type_name == "integer":
        if not _INTEGER.fullmatch(value):
            raise QueryError("MalformedInput", f"{path} is not an integer", 400)
        _check_size(shape, int(value), "value", at, problems)
        return int(value)
    _check_size(shape, len(value), "length", at, problems)
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not _compiled(pattern).fullmatch(value):
        rule = f"Member must satisfy regular expression pattern: {pattern}"
        problems.append(f"{at} failed to satisfy constraint: {rule}")
    return value


def _read_structure(
    shape: StructureShape, given: Mapping[str, Any], path: str, problems: list[str]
) -> dict[str, Any]:
    found = {}
    for name, member in shape.members.items():
        at = f"{path}{'.' if path else ''}{name[0].lower()}{name[1:]}"
        value = given.get(name)
        nested = isinstance(member, StructureShape | ListShape)
        if value is not None and (nested or isinstance(value, str)):
            found[name] = _read(member, value, at, problems)
        elif name in shape.required_members:
            rule = "Member must not be null"
            problems.append(f"Value null at '{at}' failed to satisfy constraint: {rule}")
    return found


def _check_size(shape: Shape, size: int, what: str, at: str, problems: list[str]) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    for wrong, words, limit in (
        (low is not None and size < low, "greater", low),
        (high is not None and size > high, "less", high),
    ):
        if wrong:
            rule = f"Member must have {what} {words} than or equal to {limit}"
            problems.append(f"{at} failed to satisfy constraint: {rule}")


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of a model, which is one of Java's."""
    unicode = re.sub(r"\\p\{[LN]\}", r"\\w", pattern.replace(r"\p{Z}", r"\s"))
    return re.compile(unicode, 0 if unicode != pattern else re.ASCII)
