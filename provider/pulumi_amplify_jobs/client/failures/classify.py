"""What went wrong with a call: botocore's exceptions as ours, and whether asking again may help."""

from __future__ import annotations

from dataclasses import replace

import botocore.exceptions as boto
from botocore.parsers import ResponseParserError

from ...errors import MalformedAnswerError, RequestRefusedError, ServiceError
from ...threads import OutOfTimeError
from ..retry import Retry
from .error_codes import NOT_FOUND_CODES, answer_of, of_answer
from .failure import Call, Failure, final, passing
from .network import of_network
from .setup import of_stage
from .stages import StageError

UNREADABLE = (
    AttributeError,
    LookupError,
    RecursionError,
    ResponseParserError,
    TypeError,
    ValueError,
)
"""What botocore's parsers raise for an answer that is JSON of another shape, or none."""

SERVICES = {
    "assume-role": "sts",
    "assume-role-with-web-identity": "sts",
    "assumeRoles": "sts",
    "sso": "sso",
}
"""The service that is asked for credentials, by how they are looked for."""


def failure_of(error: Exception, call: Call) -> Failure | None:
    """Classify an exception of a botocore call, or None where it is none of AWS's."""
    if isinstance(error, MalformedAnswerError):
        named = MalformedAnswerError(error.reason, call.name, error.detail)
        return Failure(named, Retry.MALFORMED)
    if isinstance(error, ServiceError):
        return final(type(error)(error.reason, call.name, error.detail))
    if isinstance(error, OutOfTimeError):
        return passing(f"no complete response within {error.seconds:.3g} s", call.name)
    if isinstance(error, StageError):
        return _of_stage(error, call)
    if isinstance(error, boto.ClientError):
        return of_answer(error, call)
    if isinstance(error, boto.BotoCoreError):
        said = f"AWS's client gave up ({type(error).__name__})"
        return of_network(error, call) or final(RequestRefusedError(said, call.name))
    if isinstance(error, UNREADABLE):
        said = f"the response can't be read ({type(error).__name__})"
        return Failure(MalformedAnswerError(said, call.name), Retry.MALFORMED)
    return None


def _of_stage(problem: StageError, call: Call) -> Failure:
    """Classify what came before the call; asking for credentials may take calls of its own."""
    error = problem.error
    asking = replace(call, service=SERVICES.get(problem.method, ""))
    if isinstance(error, boto.ClientError):
        return of_answer(error, asking)
    failure = of_network(error, asking) if isinstance(error, boto.BotoCoreError) else None
    return failure or final(of_stage(problem, call))


def is_not_found(error: Exception) -> bool:
    """Say whether this is the service's own word that there is no such job or environment.

    By both service models that is a 404; with any other status, such as 500, the code says nothing.
    """
    if not isinstance(error, boto.ClientError):
        return False
    answer = answer_of(error)
    return answer.status == 404 and answer.code in NOT_FOUND_CODES
