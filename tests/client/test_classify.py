"""What each exception of a call comes to: an error of ours, and whether asking again may help."""

from __future__ import annotations

import botocore.exceptions as boto
import pytest
from botocore.parsers import ResponseParserError

from pulumi_amplify_jobs.client.failures.classify import failure_of, is_not_found
from pulumi_amplify_jobs.client.failures.failure import Call, Failure
from pulumi_amplify_jobs.client.failures.stages import Names, Stage, StageError
from pulumi_amplify_jobs.client.retry import Retry
from pulumi_amplify_jobs.errors import (
    AccessDeniedError,
    CredentialsError,
    MalformedAnswerError,
    PlaceRefusedError,
    RequestRefusedError,
    ServiceUnavailableError,
)
from pulumi_amplify_jobs.threads import OutOfTimeError

CALL = Call("GetBackendJob d1/prod/1", lambda service: f"the URL of {service}")
NAMES = Names("ops", "AWS_PROFILE", None)


def answered(code: str, operation: str = "GetBackendJob", status: int = 400) -> boto.ClientError:
    said = {
        "Error": {"Code": code, "Message": "no"},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}},
    }
    return boto.ClientError(said, operation)  # type: ignore[arg-type]


def before(error: Exception, method: str = "", stage: Stage = Stage.CREDENTIALS) -> StageError:
    return StageError(stage, error, NAMES, method)


def failed(error: Exception) -> Failure:
    found = failure_of(error, CALL)
    assert found is not None
    assert found.error.call.endswith("GetBackendJob d1/prod/1") or "for GetBackendJob" in (
        found.error.call
    )
    return found


@pytest.mark.parametrize(
    ("error", "kind", "retry", "reason", "detail"),
    [
        (
            MalformedAnswerError("is empty", "", "; see"),
            MalformedAnswerError,
            Retry.MALFORMED,
            "is empty",
            "; see",
        ),
        (
            CredentialsError("have expired", "x", "; sign in"),
            CredentialsError,
            Retry.NEVER,
            "have expired",
            "; sign in",
        ),
        (
            PlaceRefusedError("no such app"),
            PlaceRefusedError,
            Retry.NEVER,
            "no such app",
            "",
        ),
        (
            OutOfTimeError(12.3456),
            ServiceUnavailableError,
            Retry.TRANSIENT,
            "no complete response within 12.3 s",
            "",
        ),
        (
            boto.ParamValidationError(report="x"),
            RequestRefusedError,
            Retry.NEVER,
            "AWS's client gave up (ParamValidationError)",
            "",
        ),
        (
            answered("AccessDeniedException", status=403),
            AccessDeniedError,
            Retry.NEVER,
            "access denied; allow the IAM action amplifybackend:GetBackendJob",
            " (no)",
        ),
        (
            before(answered("AccessDenied", "AssumeRole", 403), "assume-role"),
            AccessDeniedError,
            Retry.NEVER,
            "access denied; allow the IAM action sts:AssumeRole, in the role's trust policy, too",
            " (no)",
        ),
    ],
)
def test_what_an_exception_comes_to(
    error: Exception, kind: type[Exception], retry: Retry, reason: str, detail: str
) -> None:
    found = failed(error)
    assert type(found.error) is kind
    assert (found.retry, found.error.reason, found.error.detail) == (retry, reason, detail)


@pytest.mark.parametrize(
    "error",
    [
        AttributeError(),
        KeyError("x"),
        RecursionError(),
        ResponseParserError(),
        TypeError(),
        ValueError("secret-answer"),
    ],
)
def test_what_botocore_s_parsers_raise_is_an_answer_that_can_t_be_read(error: Exception) -> None:
    found = failed(error)
    assert type(found.error) is MalformedAnswerError
    assert found.error.reason == f"the response can't be read ({type(error).__name__})"
    assert found.retry is Retry.MALFORMED


@pytest.mark.parametrize(
    ("method", "service"),
    [
        ("assume-role", "sts"),
        ("assume-role-with-web-identity", "sts"),
        ("assumeRoles", "sts"),
        ("sso", "sso"),
        ("", ""),
        ("env", ""),
    ],
)
def test_who_is_asked_for_credentials_is_who_can_not_be_reached(method: str, service: str) -> None:
    unreached = boto.EndpointConnectionError(endpoint_url="https://h.example", error="x")
    found = failed(before(unreached, method))
    assert found.retry is Retry.UNREACHABLE
    assert f"the URL of {service}" in found.error.reason
    gone = failed(before(answered("InvalidSignatureException", "Other", 403), method))
    assert type(gone.error) is CredentialsError
    nowhere = failed(before(answered("Nowhere", "Other", 404), method))
    assert (
        nowhere.error.reason
        == f"the endpoint doesn't know the path; is the URL of {service} right?"
    )


def test_a_service_that_can_not_be_reached_may_be_later() -> None:
    found = failed(boto.EndpointConnectionError(endpoint_url="https://h.example", error="x"))
    assert (type(found.error), found.retry) == (ServiceUnavailableError, Retry.UNREACHABLE)
    assert "the URL of amplifybackend" in found.error.reason
    cut = failed(boto.ReadTimeoutError(endpoint_url="https://h.example"))
    assert (type(cut.error), cut.retry) == (ServiceUnavailableError, Retry.TRANSIENT)


def test_what_else_goes_wrong_before_a_call_is_told_by_its_stage() -> None:
    for stage, error in ((Stage.CREDENTIALS, OSError("x")), (Stage.SETTINGS, ValueError("x"))):
        found = failed(before(error, stage=stage))
        assert (found.retry, isinstance(found.error, CredentialsError | RequestRefusedError)) == (
            Retry.NEVER,
            True,
        )
    profile = failed(before(boto.ProfileNotFound(profile="ops")))
    assert "ops" in profile.error.reason


@pytest.mark.parametrize("error", [OSError("x"), RuntimeError("x"), AssertionError()])
def test_what_is_none_of_aws_s_is_not_classified(error: Exception) -> None:
    assert failure_of(error, CALL) is None


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "BadRequestException",
        "ExpiredToken",
        "ForbiddenException",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "NotFoundException",
        "OptInRequired",
        "UnrecognizedClientException",
    ],
)
def test_whatever_its_code_says_a_service_that_fails_may_do_better_later(
    code: str, status: int
) -> None:
    found = failed(answered(code, status=status))
    assert (type(found.error), found.retry) == (ServiceUnavailableError, Retry.TRANSIENT)
    assert found.error.reason == f"the service failed ({status} {code})"


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (answered("NotFoundException", status=404), True),
        (answered("ResourceNotFoundException", status=404), True),
        (answered("BadRequestException", status=404), False),
        *(
            (answered("NotFoundException", status=status), False)
            for status in (302, 400, 403, 429, 500, 502, 503, 504)
        ),
        (boto.ClientError({}, "GetBackendJob"), False),
        (ValueError("NotFoundException"), False),
    ],
)
def test_the_service_s_own_word_that_there_is_no_such_job(error: Exception, gone: bool) -> None:
    assert is_not_found(error) is gone
