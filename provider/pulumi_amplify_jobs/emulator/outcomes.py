"""What becomes of a request: the answer it earns, or what a fault makes of that."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from .answers import Answer, failure, to_json

Inputs = Mapping[str, Any]

_CALLER = "arn:aws:sts::123456789012:assumed-role/ci/run"
_REGION = "eu-west-1"
_GARBAGE = b"<html><body>Welcome to the guest network</body></html>"


def outcome(
    kind: str | None, operation: str, inputs: Inputs, answer: Callable[[], Answer]
) -> tuple[Answer | None, str | None]:
    """Return the answer, None for none at all, and the kind of the fault that struck.

    `answer` carries the operation out, and is not called when a fault comes before that.
    A fault that spoils a 200 leaves an error as it is, and then has not struck.
    """
    if kind is None:
        return answer(), None
    if kind == "drop":
        return None, kind
    if kind in _REFUSALS:
        return _REFUSALS[kind](operation, inputs), kind
    earned = answer()
    if kind == "lost":
        return None, kind
    spoilt = _SPOILS[kind](earned.body) if earned.status == 200 else earned.body
    return (earned, None) if spoilt == earned.body else (Answer(200, spoilt), kind)


def _denied(operation: str, inputs: Inputs) -> Answer:
    parts = [inputs["appId"], "job", inputs["backendEnvironmentName"], inputs.get("jobId", "")]
    path = "/".join(quote(part, safe="") for part in parts).rstrip("/")
    message = (
        f"User: {_CALLER} is not authorized to perform: amplifybackend:{operation} "
        f"on resource: arn:aws:amplifybackend:{_REGION}:123456789012:/backend/{path}"
    )
    # A capital M: AWS's front door writes it so, unlike the service itself.
    return failure("AccessDeniedException", 403, Message=message)


def _refusal(error: str, status: int | None, /, **members: str) -> Callable[[str, Inputs], Answer]:
    return lambda _operation, _inputs: failure(error, status, **members)


_LIMIT = {"limitType": "RequestRate", "message": "Rate exceeded"}
_TIMEOUT = {"message": "The service did not answer in time"}
_REFUSALS: Mapping[str, Callable[[str, Inputs], Answer]] = {
    "429": _refusal("TooManyRequestsException", None, **_LIMIT),
    "504": _refusal("GatewayTimeoutException", None, **_TIMEOUT),
    "500": _refusal("InternalServerErrorException", 500, message="Internal server error"),
    "limit": _refusal("LimitExceededException", 429, **_LIMIT),
    "internal": _refusal("InternalServiceException", 504, **_TIMEOUT),
    "denied": _denied,
}


def _foreign(body: bytes) -> bytes:
    document = json.loads(body)
    if "jobId" in document:
        document["jobId"] += "-foreign"
    for job in document.get("jobs", []):
        job["backendEnvironmentName"] += "-foreign"
    return to_json(document)


_SPOILS: Mapping[str, Callable[[bytes], bytes]] = {
    "truncated": lambda body: body[: len(body) // 2],
    "empty": lambda _body: b"",
    "garbage": lambda _body: _GARBAGE,
    "foreign": _foreign,
}
