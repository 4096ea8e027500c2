"""The service as botocore describes it: what comes in, what goes out, which errors.

No path, field name, limit or status code of the service is written down in the emulator
when the model has it.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

SERVICE = "amplifybackend"
PYTHON_TYPES: Mapping[str, type] = {"string": str, "integer": int}


class InvalidRequestError(ValueError):
    """A request that does not fit the model; the message is for the client."""


@lru_cache(maxsize=1)
def service_model() -> ServiceModel:
    """Return botocore's model of AmplifyBackend; it is read once."""
    return ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)


def decode_path(value: str) -> str:
    """Return a path parameter, percent-decoded once, from its spelling in the URL.

    Raises `InvalidRequestError` when that is no UTF-8.
    """
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise InvalidRequestError("the path is not UTF-8") from None


def parse_input(
    operation: OperationModel, path: Mapping[str, str], body: bytes
) -> dict[str, str | int]:
    """Return what a request gives, by the wire's names: the path's parameters and the body's.

    `path` has the parameters as spelled in the URL. Members that the model does not know
    are ignored, as AWS does, and so are nulls. Raises `InvalidRequestError`.
    """
    members = operation.input_shape.members if operation.input_shape else {}
    in_body = [shape for shape in members.values() if "location" not in shape.serialization]
    inputs: dict[str, str | int] = {name: decode_path(value) for name, value in path.items()}
    document = _parse_body(body) if in_body else {}
    for shape in in_body:
        name = shape.serialization["name"]
        if document.get(name) is not None:
            inputs[name] = _checked(shape, name, document[name])
    return inputs


def serialize(shape: Shape, value: Any) -> Any:
    """Return the value as JSON data with the shape's members only, by the wire's names.

    Members that the value does not have are left out.
    """
    if isinstance(shape, StructureShape):
        members = ((each.serialization["name"], each) for each in shape.members.values())
        return {name: serialize(each, value[name]) for name, each in members if name in value}
    if isinstance(shape, ListShape):
        return [serialize(shape.member, each) for each in value]
    return value


def largest(operation: str, member: str) -> int:
    """Return the largest value that the model allows for a member of an operation's input."""
    shape = service_model().operation_model(operation).input_shape
    value: int = shape.members[member].metadata["max"] if shape else 0
    return value


def error_status(error: str) -> int | None:
    """Return the HTTP status of a modelled error, or None for one that the model lacks."""
    model = service_model()
    if error not in model.shape_names:
        return None
    details: dict[str, int] = model.shape_for(error).metadata.get("error", {})
    return details.get("httpStatusCode")


def _parse_body(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        document = json.loads(body)
        json.dumps(document, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise InvalidRequestError("the body is not valid JSON") from None
    if not isinstance(document, dict):
        raise InvalidRequestError("the body is not a JSON object")
    return document


def _checked(shape: Shape, name: str, value: Any) -> Any:
    fits = type(value) is PYTHON_TYPES[shape.type_name]  # not isinstance: true is no integer
    if not fits:
        raise InvalidRequestError(f"{name} is not of type {shape.type_name}")
    size: int = len(value) if isinstance(value, str) else value
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is not None and size < low) or (high is not None and size > high):
        raise InvalidRequestError(f"{name} is {value}: it must be from {low} to {high}")
    return value
