"""What goes back to the client: a status, a body and, for an error, its name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import OperationModel
from starlette.responses import Response

from .model import JOBS_SERVICE, error_status, serialize, service_model


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: the status, the body's bytes and the error's name, if it is one."""

    status: int
    body: bytes
    error: str | None = None


class ServiceError(Exception):
    """An operation that the service refuses; `answer` is what the client gets."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.error)
        self.answer = answer


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
    known = error_status(error)
    if known is not None:
        shape = service_model(JOBS_SERVICE).shape_for(error)
        return Answer(known, to_json(serialize(shape, members)), error)
    return Answer(status or 500, to_json(members), error)


def response(answer: Answer) -> Response:
    """Return an answer as what goes over HTTP."""
    headers = {"x-amzn-ErrorType": answer.error} if answer.error else None
    return Response(answer.body, answer.status, headers, media_type="application/json")


def bad_request(message: str) -> Answer:
    """Return the 400 for a request that does not fit the model."""
    return failure("BadRequestException", message=message)
