"""What went wrong with a call: botocore's exceptions as ours, and whether asking again may help.

Sources: botocore/exceptions.py; the error shapes of the service models `amplifybackend` and
`amplify` (whose UnauthorizedException is a 401); the AWS API reference of the former, which names
429 LimitExceededException and 504 InternalServiceException instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import botocore.exceptions as boto
from botocore.parsers import ResponseParserError

from ..attempts import OutOfTimeError
from ..errors import (
    AccessDeniedError,
    CredentialsError,
    MalformedAnswerError,
    RequestRefusedError,
    ServiceError,
    ServiceUnavailableError,
    one_line,
)
from ..limits import LARGEST_ANSWER
from .patience import Retry
from .wire import TooLargeError

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


@dataclass(frozen=True)
class Call:
    """A call as messages speak of it."""

    name: str
    """The call and what it is about, such as `GetBackendJob d2abc/prod/4f1c`."""
    endpoint_source: str | None = None
    """What sets the endpoint, such as AWS_ENDPOINT_URL; None where nobody chose one."""
    service: str = "amplifybackend"
    """The service that the call is made to, as IAM actions name it."""

    @property
    def endpoint(self) -> str:
        """What to look at where the endpoint seems wrong."""
        return self.endpoint_source or "the endpoint"

    def during(self, operation: str) -> str:
        """Name the operation that failed, where it is another one (AssumeRole) than the call's."""
        return self.name if operation in self.name else f"{operation} (for {self.name})"


def failure_of(error: Exception, call: Call) -> Failure | None:
    """Classify an exception of a boto3 call, or None where it is none of AWS's."""
    if isinstance(error, MalformedAnswerError):
        return Failure(error, Retry.MALFORMED)
    if isinstance(error, ServiceError):
        return _final(type(error)(error.reason, call.name, error.detail))
    if isinstance(error, OutOfTimeError):
        said = f"no complete answer within {error.seconds:.3g} s"
        return _passing(said, call.name, 0.0)
    if isinstance(error, boto.ClientError):
        return _of_answer(error, call)
    if isinstance(error, boto.BotoCoreError):
        return _of_transport(error, call)
    if isinstance(error, UNREADABLE):
        said = f"the answer can't be read ({type(error).__name__})"
        return Failure(MalformedAnswerError(said, call.name), Retry.MALFORMED)
    if isinstance(error, ValueError):
        said = f"{one_line(str(error))}; correct {call.endpoint}"
        return _final(RequestRefusedError(said, call.name))
    return None


def _of_answer(error: boto.ClientError, call: Call) -> Failure:
    details = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    code = str(details.get("Code", ""))
    status = int(metadata.get("HTTPStatusCode", 0))
    said = one_line(str(details.get("Message", ""))) or f"HTTP {status}"
    named = error.operation_name
    where = call.during(named)
    if code in CREDENTIAL_CODES:
        return _final(CredentialsError(f"AWS refuses the credentials: {said}; {SIGN_IN}", where))
    if code in THROTTLING_CODES or status == 429:
        return _passing(f"throttled ({said})", where, _retry_after(error))
    if code in TRANSIENT_CODES or status >= 500:
        what = f"{status} {one_line(code)}" if code != str(status) else code
        return _passing(f"the service fails ({what})", where, _retry_after(error))
    if "AccessDenied" in code or status in (401, 403):
        service = "sts" if named.startswith("AssumeRole") else call.service
        advice = f"allow the IAM action {service}:{named}"
        return _final(AccessDeniedError(f"access denied; {advice}", where, f" ({said})"))
    if 300 <= status < 400 or (status == 404 and code not in NOT_FOUND_CODES):
        advice = f"is {call.endpoint} right?"
        return _final(RequestRefusedError(f"the endpoint doesn't know the path; {advice}", where))
    return _final(RequestRefusedError(f"the service refuses the request: {said}", where))


def _of_transport(error: boto.BotoCoreError, call: Call) -> Failure:
    if isinstance(error.kwargs.get("error"), TooLargeError):
        said = f"the answer has more than {LARGEST_ANSWER >> 20} MiB"
        return Failure(MalformedAnswerError(said, call.name), Retry.MALFORMED)
    said = one_line(_without_path(error))
    if isinstance(error, boto.NoRegionError):
        return _final(CredentialsError(f"no region; {SET_REGION}", call.name))
    if isinstance(error, boto.InvalidRegionError):
        return _final(CredentialsError(f"{said.rstrip('.')}; {SET_REGION}", call.name))
    if isinstance(error, NO_CREDENTIALS):
        return _final(CredentialsError(f"no AWS credentials: {said}; {SIGN_IN}", call.name))
    if isinstance(error, boto.SSLError):
        advice = f"check {call.endpoint} and AWS_CA_BUNDLE"
        return _final(RequestRefusedError(f"{said}; {advice}", call.name))
    if isinstance(error.kwargs.get("error"), ValueError):
        # Such as a header that http.client can't send: its text has the whole of the header.
        kind = type(error.kwargs["error"]).__name__
        return _final(RequestRefusedError(f"the request can't be sent ({kind})", call.name))
    if isinstance(error, UNREACHABLE) or type(error) is boto.HTTPClientError:
        advice = f"check the network and {call.endpoint_source or 'the region'}"
        unreachable = ServiceUnavailableError(f"{said}; {advice}", call.name)
        return Failure(unreachable, Retry.UNREACHABLE)
    if isinstance(error, CUT_OFF):
        return _passing(said, call.name, 0.0)
    return _final(RequestRefusedError(said, call.name))


def no_credentials_within(seconds: float) -> str:
    """Return why a call fails whose credentials don't come."""
    return (
        f"no AWS credentials within {seconds:.0f} s; see why what the profile or the environment "
        "names for them (a process, SSO, a role, the machine's metadata) does not answer"
    )


def _without_path(error: boto.BotoCoreError) -> str:
    """Return the error's text; of the request's URL it keeps the host only, the call says more."""
    url = error.kwargs.get("endpoint_url")
    if not isinstance(url, str):
        return str(error)
    parts = urlsplit(url)
    return str(error).replace(url, f"{parts.scheme}://{parts.netloc}")


def _final(error: ServiceError) -> Failure:
    return Failure(error, Retry.NEVER)


def _passing(reason: str, call: str, retry_after: float) -> Failure:
    return Failure(ServiceUnavailableError(reason, call), Retry.TRANSIENT, retry_after)


def _retry_after(error: boto.ClientError) -> float:
    """Return the seconds that the service asks to wait; it may ask with a date: that is ignored."""
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    text = str(headers.get("retry-after", ""))
    return float(text) if text.isdecimal() else 0.0


def is_not_found(error: Exception) -> bool:
    """Say whether this is the service's own word that there is no such job or environment."""
    code = error.response.get("Error", {}).get("Code") if isinstance(error, boto.ClientError) else 0
    return code in NOT_FOUND_CODES
