"""What becomes of a request: the answer it earns, or what a fault makes of that."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .answers import Answer, failure, to_json
from .arns import ACCOUNT, app_arn, backend_arn
from .faults import Fault
from .model import APPS_SERVICE, signing_name

Inputs = Mapping[str, Any]
Work = Callable[[], Answer]
"""Carries an operation out and returns the answer that it earns."""

_CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/run"
_GARBAGE = b"<html><body>Welcome to the guest network</body></html>"
_SILENCE = {"drop": 0.0, "blackhole": math.inf}
"""The faults that answer nothing and do nothing, and the seconds until they hang up."""


@dataclass(frozen=True)
class Outcome:
    """What the client gets: an answer, or a closed connection for None, so many seconds late.

    `fault` is the kind of the fault that struck.
    """

    answer: Answer | None
    fault: str | None = None
    delay: float = 0.0


def outcome(
    fault: Fault | None, operation: str, inputs: Inputs, work: Work, stale: Work
) -> Outcome:
    """Return what becomes of a request under a fault, or under none.

    `work` carries the operation out, and is not called when a fault comes before that;
    `stale` carries out a read on what was true before. A fault that spoils a 200 leaves an
    error as it is, and then has not struck; nor has a stale read of what never changed.
    """
    if fault is None:
        return Outcome(work())
    if fault.kind in _SILENCE:
        return Outcome(None, fault.kind, _SILENCE[fault.kind])
    if fault.kind in _REFUSALS:
        return Outcome(_REFUSALS[fault.kind](operation, inputs), fault.kind)
    return _done(fault, work(), stale)


def _done(fault: Fault, earned: Answer, stale: Work) -> Outcome:
    """Return what becomes of a request that was carried out."""
    if fault.kind == "lost":
        return Outcome(None, fault.kind)
    if fault.kind == "slow":
        return Outcome(earned, fault.kind, fault.seconds)
    given = stale() if fault.kind == "stale" else _spoilt(fault.kind, earned)
    return Outcome(earned) if given == earned else Outcome(given, fault.kind)


def _spoilt(kind: str, earned: Answer) -> Answer:
    return Answer(200, _SPOILS[kind](earned.body)) if earned.status == 200 else earned


def _denied(operation: str, inputs: Inputs) -> Answer:
    service = signing_name(operation)
    resource = _app(inputs) if service == APPS_SERVICE else _job(inputs)
    message = (
        f"User: {_CALLER} is not authorized to perform: {service}:{operation} "
        f"on resource: {resource}"
    )
    # A capital M: AWS's front door writes it so, unlike the service itself.
    return failure("AccessDeniedException", 403, Message=message)


def _app(inputs: Inputs) -> str:
    return app_arn(quote(inputs["appId"], safe="") if "appId" in inputs else "*")


def _job(inputs: Inputs) -> str:
    parts = [inputs["appId"], "job", inputs["backendEnvironmentName"], inputs.get("jobId", "")]
    return backend_arn("/".join(quote(part, safe="") for part in parts).rstrip("/"))


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
    "400": _refusal("BadRequestException", None, message="The request is not valid"),
    "denied": _denied,
}


def _foreign(body: bytes) -> bytes:
    document = json.loads(body)
    if "jobId" in document:
        document["jobId"] += "-foreign"
    for job in document.get("jobs", []):
        job["backendEnvironmentName"] += "-foreign"
    for app in document.get("apps", []):
        app["appId"] += "-foreign"
    for environment in document.get("backendEnvironments", []):
        arn = environment["backendEnvironmentArn"]
        environment["backendEnvironmentArn"] = arn.replace("/backend", "-foreign/backend", 1)
    return to_json(document)


_SPOILS: Mapping[str, Callable[[bytes], bytes]] = {
    "truncated": lambda body: body[: len(body) // 2],
    "empty": lambda _body: b"",
    "garbage": lambda _body: _GARBAGE,
    "foreign": _foreign,
}
