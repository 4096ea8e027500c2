"""What went wrong with a call: botocore's exceptions as ours, and whether asking again may help.

Sources: botocore/exceptions.py; the error shapes of the service model `amplifybackend`; the AWS API
reference, which names 429 LimitExceededException and 504 InternalServiceException instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import botocore.exceptions as boto
from botocore.parsers import ResponseParserError

from ..errors import (
    AccessDeniedError,
    CredentialsError,
    MalformedAnswerError,
    RequestRefusedError,
    ServiceError,
    ServiceUnavailableError,
    one_line,
)
from .patience import Retry

NOT_FOUND_CODES = frozenset({"NotFoundException", "ResourceNotFoundException"})

THROTTLING_CODES = frozenset(
    {
        "LimitExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

TRANSIENT_CODES = frozenset(
    {"GatewayTimeoutException", "InternalServiceException", "RequestTimeout"}
)

CREDENTIAL_CODES = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)

CUT_OFF = (
    boto.ConnectionClosedError,
    boto.ReadTimeoutError,
    boto.ResponseStreamingError,
)

UNREACHABLE = (
    boto.ConnectTimeoutError,
    boto.EndpointConnectionError,
    boto.ProxyConnectionError,
)

NO_CREDENTIALS = (
    boto.ConfigNotFound,
    boto.ConfigParseError,
    boto.CredentialRetrievalError,
    boto.InfiniteLoopConfigError,
    boto.InvalidConfigError,
    boto.NoAuthTokenError,
    boto.NoCredentialsError,
    boto.NoRegionError,
    boto.PartialCredentialsError,
    boto.ProfileNotFound,
    boto.SSOError,
    boto.TokenRetrievalError,
)

UNREADABLE = (
    AttributeError,
    LookupError,
    RecursionError,
    ResponseParserError,
    TypeError,
    UnicodeDecodeError,
)
"""What botocore's parsers raise for an answer that is JSON of another shape, or none."""

SIGN_IN = "sign in again, or set aws:profile or the AWS_* environment variables"

SET_REGION = "set aws:region or AWS_REGION"


@dataclass(frozen=True)
class Failure:
    """One failed attempt: the error to raise if it was the last, and what a retry may bring."""

    error: ServiceError
    retry: Retry
    retry_after: float = 0.0
    """Seconds that the service asked to wait (the Retry-After header)."""


def failure_of(error: Exception, call: str) -> Failure | None:
    """Classify an exception of a boto3 call, or None where it is none of AWS's.

    `call` names the call and what it was about, such as `GetBackendJob d2abc/prod/4f1c`.
    """
    if isinstance(error, MalformedAnswerError):
        return Failure(error, Retry.MALFORMED)
    if isinstance(error, boto.ClientError):
        return _of_answer(error, call)
    if isinstance(error, boto.BotoCoreError):
        return _of_transport(error, call)
    if isinstance(error, UNREADABLE):
        kind = type(error).__name__
        said = f"{call}: the answer can't be read ({kind})"
        return Failure(MalformedAnswerError(said), Retry.MALFORMED)
    if isinstance(error, ValueError):
        advice = "correct amplify-jobs:endpoint or AWS_ENDPOINT_URL"
        return _final(RequestRefusedError(f"{call}: {one_line(str(error))}; {advice}"))
    return None


def _of_answer(error: boto.ClientError, call: str) -> Failure:
    details = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    code = str(details.get("Code", ""))
    status = int(metadata.get("HTTPStatusCode", 0))
    said = one_line(str(details.get("Message", ""))) or f"HTTP {status}"
    named = error.operation_name
    where = call if named in call else f"{named} (for {call})"
    if code in CREDENTIAL_CODES:
        return _final(CredentialsError(f"{where}: AWS refuses the credentials: {said}; {SIGN_IN}"))
    if code in THROTTLING_CODES or status == 429:
        return _passing(f"{where}: throttled ({said})", _retry_after(error))
    if code in TRANSIENT_CODES or status >= 500:
        what = f"{status} {one_line(code)}" if code != str(status) else code
        return _passing(f"{where}: the service fails ({what})", _retry_after(error))
    if "AccessDenied" in code or status == 403:
        service = "sts" if named.startswith("AssumeRole") else "amplifybackend"
        advice = f"allow the IAM action {service}:{named}"
        return _final(AccessDeniedError(f"{where}: access denied; {advice} ({said})"))
    if 300 <= status < 400 or (status == 404 and code not in NOT_FOUND_CODES):
        advice = "is amplify-jobs:endpoint right?"
        return _final(RequestRefusedError(f"{where}: the endpoint doesn't know the path; {advice}"))
    return _final(RequestRefusedError(f"{where}: the service refuses the request: {said}"))


def _of_transport(error: boto.BotoCoreError, call: str) -> Failure:
    said = one_line(str(error))
    if isinstance(error, boto.NoRegionError):
        return _final(CredentialsError(f"{call}: no region; {SET_REGION}"))
    if isinstance(error, boto.InvalidRegionError):
        return _final(CredentialsError(f"{call}: {said.rstrip('.')}; {SET_REGION}"))
    if isinstance(error, NO_CREDENTIALS):
        return _final(CredentialsError(f"{call}: no AWS credentials: {said}; {SIGN_IN}"))
    if isinstance(error, boto.SSLError):
        return _final(RequestRefusedError(f"{call}: {said}; check the endpoint and AWS_CA_BUNDLE"))
    if isinstance(error, UNREACHABLE) or type(error) is boto.HTTPClientError:
        advice = "check the network, the region and amplify-jobs:endpoint"
        return Failure(ServiceUnavailableError(f"{call}: {said}; {advice}"), Retry.UNREACHABLE)
    if isinstance(error, CUT_OFF):
        return _passing(f"{call}: {said}", 0.0)
    return _final(RequestRefusedError(f"{call}: {said}"))


def _final(error: ServiceError) -> Failure:
    return Failure(error, Retry.NEVER)


def _passing(message: str, retry_after: float) -> Failure:
    return Failure(ServiceUnavailableError(message), Retry.TRANSIENT, retry_after)


def _retry_after(error: boto.ClientError) -> float:
    """Return the seconds that the service asks to wait; it may ask with a date: that is ignored."""
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    text = str(headers.get("retry-after", ""))
    return float(text) if text.isdecimal() else 0.0


def is_not_found(error: Exception) -> bool:
    """Say whether this is the service's own word that there is no such job or environment."""
    code = error.response.get("Error", {}).get("Code") if isinstance(error, boto.ClientError) else 0
    return code in NOT_FOUND_CODES
