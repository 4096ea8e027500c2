"""The kinds of faults: what the client meets, and what each makes of a request.

All that there is to a kind stands in `KINDS`.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .callers import Caller
from .operations import OPERATIONS, READS, Inputs, resource_arn
from .protocol import Answer, access_denied, failure, signing_name, to_json


@dataclass(frozen=True)
class Reply:
    """What the client gets: an answer, or a closed connection for None, so many seconds late.

    `struck` says whether a fault has made a difference, `fault` which kind did.
    """

    answer: Answer | None
    delay: float = 0.0
    struck: bool = True
    fault: str | None = None


@dataclass(frozen=True)
class Invocation:
    """What a request asks for. A fault that comes before it is done calls nothing here."""

    operation: str
    inputs: Inputs
    caller: Caller
    run: Callable[[], Answer]
    """Carries the operation out and returns the answer that it earns."""
    run_stale: Callable[[], Answer]
    """Carries a read of jobs out on what was true before."""
    delay: float = 0.0
    """The seconds that a slow answer takes."""


def right(call: Invocation) -> tuple[str, str]:
    """Return what a policy has to allow: IAM's action, and the resource."""
    action = f"{signing_name(call.operation)}:{call.operation}"
    return action, resource_arn(call.operation, call.inputs, call.caller.place)


@dataclass(frozen=True)
class Kind:
    """A kind of fault: what the client meets, in words, and what becomes of a request."""

    description: str
    effect: Callable[[Invocation], Reply]
    operations: tuple[str, ...] = tuple(OPERATIONS)
    """Those that it can strike."""


def _refused(error: str, status: int | None = None, note: str = "", /, **members: str) -> Kind:
    """Answer with an error of the service; nothing is done."""
    answer = failure(error, status, **members)
    description = f"{answer.status} {error}, nothing done{note}"
    return Kind(description, lambda _: Reply(answer))


def _spoilt(description: str, spoil: Callable[[bytes], bytes]) -> Kind:
    """Spoil the body of a 200; an error stays as it is."""

    def effect(call: Invocation) -> Reply:
        earned = call.run()
        if earned.status != 200:
            return Reply(earned, struck=False)
        return _instead(earned, Answer(200, spoil(earned.body)))

    return Kind(description, effect)


def _instead(earned: Answer, given: Answer) -> Reply:
    return Reply(given, struck=given != earned)


def _denied(call: Invocation) -> Reply:
    return Reply(access_denied(call.caller.denied(*right(call))))


def _lost(call: Invocation) -> Reply:
    call.run()
    return Reply(None)


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


_LIMIT = {"limitType": "RequestRate", "message": "Rate exceeded"}
_TIMEOUT = {"message": "The service did not answer in time"}
_BY_THE_PAGE = " (the name on AWS's API page)"
_GARBAGE = b"<html><body>Welcome to the guest network</body></html>"
_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head></html>"

KINDS: Mapping[str, Kind] = {
    "429": _refused("TooManyRequestsException", None, " (also: throttle)", **_LIMIT),
    "504": _refused("GatewayTimeoutException", **_TIMEOUT),
    "500": _refused("InternalServerErrorException", 500, message="Internal server error"),
    "502": Kind(
        "502 with a page of HTML, as a gateway answers, nothing done",
        lambda _: Reply(Answer(502, _BAD_GATEWAY, media_type="text/html")),
    ),
    "503": _refused("ServiceUnavailableException", 503, message="Service unavailable"),
    "400": _refused("BadRequestException", message="The request is not valid"),
    "denied": Kind("403 AccessDeniedException, nothing done", _denied),
    "limit": _refused("LimitExceededException", 429, _BY_THE_PAGE, **_LIMIT),
    "internal": _refused("InternalServiceException", 504, _BY_THE_PAGE, **_TIMEOUT),
    "drop": Kind("connection closed without an answer, nothing done", lambda _: Reply(None)),
    "lost": Kind("done, then the connection closed without an answer", _lost),
    "truncated": _spoilt("done, 200 with a body cut in half", lambda body: body[: len(body) // 2]),
    "empty": _spoilt("done, 200 with an empty body", lambda _body: b""),
    "garbage": _spoilt("done, 200 with a body of HTML", lambda _body: _GARBAGE),
    "foreign": _spoilt(
        "done, 200 naming another job (in a listing: another environment or app)", _foreign
    ),
    "slow": Kind(
        "done, answered after a delay of 3s, or as written: slow@500ms",
        lambda call: Reply(call.run(), call.delay),
    ),
    "blackhole": Kind(
        "taken, nothing done, and no answer for as long as the client waits",
        lambda _: Reply(None, math.inf),
    ),
    "stale": Kind(
        "a read of jobs shows each as it was before its last change",
        lambda call: _instead(call.run(), call.run_stale()),
        tuple(READS),
    ),
}

FAULT_KINDS: Mapping[str, str] = {name: kind.description for name, kind in KINDS.items()}
"""The kinds of faults, each with what the client meets."""
