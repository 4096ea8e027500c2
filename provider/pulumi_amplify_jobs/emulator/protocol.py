"""The protocol of the services as botocore describes it: what comes in, and what goes back.

No path, field name, limit or status code of a service is written down in the emulator
when its model has it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape
from starlette.responses import Response

JOBS_SERVICE = "amplifybackend"
"""AmplifyBackend, which has the jobs."""
APPS_SERVICE = "amplify"
"""AWS Amplify, which has the apps and their backend environments."""
TOKEN_SERVICE = "sts"  # noqa: S105 (a name)
"""STS, which has the temporary credentials."""
REQUEST_ID = "emulator.request_id"
"""What a request's ASGI scope has its ID under."""
PYTHON_TYPES: Mapping[str, type] = {"string": str, "integer": int}

_INTEGER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: the status, the body's bytes, and the error's name for its header."""

    status: int
    body: bytes
    error: str | None = None
    media_type: str = "application/json"


class ServiceError(Exception):
    """An operation that the service refuses; `answer` is what the client gets."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.error)
        self.answer = answer


@lru_cache
def service_model(service: str) -> ServiceModel:
    """Return botocore's model of a service; it is read once."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@lru_cache(maxsize=1)
def operation_models() -> Mapping[str, OperationModel]:
    """Return every operation of both services by its name; no two have the same."""
    models = [service_model(JOBS_SERVICE), service_model(APPS_SERVICE)]
    return {name: model.operation_model(name) for model in models for name in model.operation_names}


def signing_name(operation: str | None) -> str:
    """Return the service that a request for an operation is signed for; None is no operation."""
    model = operation_models()[operation].service_model if operation else None
    return model.signing_name if model else JOBS_SERVICE


def decode_path(value: str) -> str:
    """Return a path parameter, percent-decoded once, from its spelling in the URL.

    Raises `ServiceError` when that is no UTF-8.
    """
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise bad_request("the path is not UTF-8") from None


def parse_input(
    operation: OperationModel, path: Mapping[str, str], query: str, body: bytes
) -> dict[str, str | int]:
    """Return what a request gives, by the wire's names: in its path, its query and its body.

    `path` has the parameters as spelled in the URL, and so is the query. Members that the
    model does not know are ignored, as AWS does, and so are nulls. Raises
    `ServiceError`.
    """
    in_query, in_body = _located(operation, "querystring"), _located(operation, None)
    inputs: dict[str, str | int] = {name: decode_path(value) for name, value in path.items()}
    given = _parse_query(query) if in_query else {}
    for name, shape in in_query.items():
        if name in given:
            inputs[name] = _checked(shape, name, _typed(shape, given[name]))
    document = _parse_body(body) if in_body else {}
    for name, shape in in_body.items():
        if document.get(name) is not None:
            inputs[name] = _checked(shape, name, document[name])
    return inputs


def serialize(shape: Shape, value: Any) -> Any:
    """Return the value as JSON data with the shape's members only, by the wire's names.

    Members that the value does not have are left out.
    """
    if isinstance(shape, StructureShape):
        members = _by_wire_name(shape).items()
        return {name: serialize(each, value[name]) for name, each in members if name in value}
    if isinstance(shape, ListShape):
        return [serialize(shape.member, each) for each in value]
    return value


def largest(operation: str, member: str) -> int:
    """Return the largest value that the model allows for a member of an operation's input."""
    shape = operation_models()[operation].input_shape
    value: int = shape.members[member].metadata["max"] if shape else 0
    return value


def to_json(document: object) -> bytes:
    """Return a document as compact UTF-8 JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def success(operation: OperationModel, output: Mapping[str, Any]) -> Answer:
    """Return a 200 with the output (by the wire's names) in the operation's output shape."""
    shape = operation.output_shape
    return Answer(200, to_json(serialize(shape, output) if shape else {}))


def failure(error: str, status: int | None = None, /, **members: str) -> Answer:
    """Return an error with the members that its shape has, by the wire's names.

    An error that AmplifyBackend's model does not know needs a `status`, and keeps all its
    members. Those that AWS Amplify has under the same name have the same status.
    """
    model = service_model(JOBS_SERVICE)
    shape = model.shape_for(error) if error in model.shape_names else None
    known: dict[str, int] | None = shape.metadata.get("error") if shape else None
    if shape is None or known is None:
        return Answer(status or 500, to_json(members), error)
    return Answer(known["httpStatusCode"], to_json(serialize(shape, members)), error)


def access_denied(message: str) -> Answer:
    """Return the refusal of a request that IAM doesn't allow."""
    # A capital M: AWS's front door writes it so, unlike the service itself.
    return failure("AccessDeniedException", 403, Message=message)


def response(answer: Answer) -> Response:
    """Return an answer as what goes over HTTP."""
    headers = {"x-amzn-ErrorType": answer.error} if answer.error else None
    return Response(answer.body, answer.status, headers, media_type=answer.media_type)


def bad_request(message: str) -> ServiceError:
    """Return the 400 for a request that does not fit the model, to be raised."""
    return ServiceError(failure("BadRequestException", message=message))


@lru_cache
def _located(operation: OperationModel, location: str | None) -> Mapping[str, Shape]:
    """Return the input's members that have their place there, by the wire's names."""
    members = _by_wire_name(operation.input_shape) if operation.input_shape else {}
    return {
        name: member
        for name, member in members.items()
        if member.serialization.get("location") == location
    }


def _by_wire_name(shape: StructureShape) -> Mapping[str, Shape]:
    """Return a shape's members by their names on the wire, mostly those of the model itself."""
    return {
        member.serialization.get("name", name): member for name, member in shape.members.items()
    }


def _parse_query(query: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(query, keep_blank_values=True, errors="strict"))
    except ValueError:
        raise bad_request("the query is not UTF-8") from None


def _typed(shape: Shape, text: str) -> str | int:
    """Return a value of the query as what the model has it for, or as it is."""
    return int(text) if shape.type_name == "integer" and _INTEGER.fullmatch(text) else text


def _parse_body(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        document = json.loads(body)
        json.dumps(document, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise bad_request("the body is not valid JSON") from None
    if not isinstance(document, dict):
        raise bad_request("the body is not a JSON object")
    return document


def _checked(shape: Shape, name: str, value: Any) -> Any:
    fits = type(value) is PYTHON_TYPES[shape.type_name]  # not isinstance: true is no integer
    if not fits:
        raise bad_request(f"{name} is not of type {shape.type_name}")
    size: int = len(value) if isinstance(value, str) else value
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is not None and size < low) or (high is not None and size > high):
        what = f"has {size} characters" if isinstance(value, str) else f"is {value}"
        limits = f"at most {high}" if low is None else f"from {low} to {high}"
        raise bad_request(f"{name} {what}: it must be {limits}")
    return value
