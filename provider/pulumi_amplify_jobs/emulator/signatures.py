"""Checking AWS Signature Version 4, with the arithmetic of botocore's own signer.

The rules and the errors are those of AWS's front door: https://docs.aws.amazon.com/IAM/latest/\
UserGuide/reference_sigv-troubleshooting.html.
"""

import datetime
import hashlib
import hmac
import re
from dataclasses import dataclass

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials as BotocoreCredentials
from starlette.requests import Request

from .movable_clock import MovableClock
from .sessions import Session

_ALGORITHM = "AWS4-HMAC-SHA256"
_SKEW = datetime.timedelta(minutes=15)
_PARAMETERS = ("Credential", "SignedHeaders", "Signature")
_PARAMETER = re.compile(r"(?:^|[\s,])(\w+)=([^\s,]+)")
_DIFFERENT = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)
_NOT_VALID = "The security token included in the request is invalid."


class SignatureError(Exception):
    """A request that is not let through: the error's name, and why. The status is 403."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error, self.message = error, message


@dataclass(frozen=True)
class Credentials:
    """Who may call: one access key, and one region, or any for None.

    Session tokens are taken as they come, but for those of the emulator's own sessions: they are
    signed, and not looked into.
    """

    access_key: str
    secret_key: str
    region: str | None = None


@dataclass(frozen=True)
class Received:
    """A request whose body has come in; path and query are as spelled in the URL."""

    request: Request
    body: bytes

    @property
    def path(self) -> str:
        """The path."""
        raw: bytes = self.request.scope["raw_path"]
        return raw.decode("ascii")

    @property
    def query(self) -> str:
        """The query, without its question mark."""
        raw: bytes = self.request.scope["query_string"]
        return raw.decode("ascii")


@dataclass(frozen=True)
class _Claim:
    """What a request says of its own signature; the scope's parts are the credential's."""

    access_key: str
    day: str
    region: str
    service: str
    terminator: str
    headers: list[str]
    signature: str
    time: datetime.datetime


class SignatureCheck:
    """Lets through what was signed with the credentials, at most 15 minutes from now.

    Without credentials, everything is let through that is not of a session. What is of one must
    always be signed with what the session was given.
    """

    def __init__(self, credentials: Credentials | None, clock: MovableClock) -> None:
        """Sessions end by `clock`, signatures go by the clock that it is based on."""
        self._credentials = credentials
        self._clock = clock

    def check(self, received: Received, service: str, session: Session | None) -> None:
        """Raise `SignatureError` for a request that is not let through.

        It must be signed for the service.
        """
        credentials = self._credentials
        if session is not None:
            self._check_session(received, session)
            region = credentials.region if credentials else None
            credentials = Credentials(session.access_key_id, session.secret_access_key, region)
        if credentials is not None:
            self._check_signature(received, service, credentials)

    def _check_session(self, received: Received, session: Session) -> None:
        token = received.request.headers.get("x-amz-security-token", "")
        if not hmac.compare_digest(token.encode(), session.session_token.encode()):
            raise SignatureError("UnrecognizedClientException", _NOT_VALID)
        if session.expiration <= self._clock():
            message = "The security token included in the request is expired"
            raise SignatureError("ExpiredTokenException", message)

    def _check_signature(self, received: Received, service: str, credentials: Credentials) -> None:
        claim = _claim(received)
        _check_scope(claim, service, credentials)
        self._check_time(claim)
        if "host" not in claim.headers:
            raise _invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.")
        # Bytes, as a signature that is no ASCII can't be compared as text.
        right = _signature(received, claim, credentials).encode()
        if not hmac.compare_digest(right, claim.signature.encode()):
            raise _invalid(_DIFFERENT)
        stated = received.request.headers.get("x-amz-content-sha256")
        if stated is not None and stated != hashlib.sha256(received.body).hexdigest():
            raise _invalid(_DIFFERENT)

    def _check_time(self, claim: _Claim) -> None:
        now = datetime.datetime.fromtimestamp(int(self._clock.base()), datetime.timezone.utc)
        signed, oldest, newest = claim.time, now - _SKEW, now + _SKEW
        if signed < oldest:
            raise _invalid(
                f"Signature expired: {_spelled(signed)} is now earlier than {_spelled(oldest)} "
                f"({_spelled(now)} - 15 min.)"
            )
        if signed > newest:
            raise _invalid(
                f"Signature not yet current: {_spelled(signed)} is still later than "
                f"{_spelled(newest)} ({_spelled(now)} + 15 min.)"
            )


def _check_scope(claim: _Claim, service: str, credentials: Credentials) -> None:
    if claim.service != service:
        raise _invalid(f"Credential should be scoped to correct service: '{service}'. ")
    if credentials.region not in (None, claim.region):
        raise _invalid(f"Credential should be scoped to a valid region, not '{claim.region}'. ")
    if claim.terminator != "aws4_request":
        raise _invalid("Credential should be scoped with a valid terminator: 'aws4_request'. ")
    if claim.day != f"{claim.time:%Y%m%d}":
        raise _invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
            f"from HTTP: '{claim.day}' != '{claim.time:%Y%m%d}', from '{_spelled(claim.time)}'."
        )
    if claim.access_key != credentials.access_key:
        raise SignatureError("UnrecognizedClientException", _NOT_VALID)


class _Signer(SigV4Auth):
    """Botocore's signer, held to the headers that the client has signed."""

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        """Return all headers of the request, which has no other."""
        headers: HTTPHeaders = request.headers
        return headers


def _signature(received: Received, claim: _Claim, credentials: Credentials) -> str:
    """Return the signature that the request must have."""
    signed = {name: received.request.headers.get(name, "") for name in claim.headers}
    # The URL's host is of no account: the header is what is signed.
    path = received.path if received.path.startswith("/") else "/"
    url = f"http://host{path}" + (f"?{received.query}" if received.query else "")
    request = AWSRequest(received.request.method, url, headers=signed, data=received.body)
    request.context["timestamp"] = _spelled(claim.time)
    keys = BotocoreCredentials(credentials.access_key, credentials.secret_key)
    signer = _Signer(keys, claim.service, claim.region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signature: str = signer.signature(text, request)
    return signature


def _claim(received: Received) -> _Claim:
    headers = received.request.headers
    header = headers.get("authorization")
    if header is None:
        raise SignatureError("MissingAuthenticationTokenException", "Missing Authentication Token")
    algorithm, _, rest = header.partition(" ")
    if algorithm != _ALGORITHM:
        raise _incomplete(f"Unsupported AWS 'algorithm': '{algorithm}'.")
    parameters = dict(_PARAMETER.findall(rest))
    date = headers.get("x-amz-date", "")
    lacking = [
        f"Authorization header requires '{name}' parameter."
        for name in _PARAMETERS
        if name not in parameters
    ]
    if not date:
        lacking.append("Authorization header requires existence of a 'X-Amz-Date' header.")
    if lacking:
        raise _incomplete(" ".join(lacking))
    access_key, day, region, service, terminator = _scope(parameters["Credential"])
    return _Claim(
        access_key=access_key,
        day=day,
        region=region,
        service=service,
        terminator=terminator,
        headers=parameters["SignedHeaders"].lower().split(";"),
        signature=parameters["Signature"],
        time=_time(date),
    )


def _scope(credential: str) -> list[str]:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5:
        raise _incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            f"keyid/date/region/service/term, got '{credential}'"
        )
    return parts


def _time(text: str) -> datetime.datetime:
    try:
        time = datetime.datetime.strptime(text, SIGV4_TIMESTAMP)
    except ValueError:
        raise _incomplete(
            f"Date must be in ISO-8601 'basic format'. Got '{text}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        ) from None
    return time.replace(tzinfo=datetime.timezone.utc)


def _spelled(time: datetime.datetime) -> str:
    return time.strftime(SIGV4_TIMESTAMP)


def _invalid(message: str) -> SignatureError:
    return SignatureError("InvalidSignatureException", message)


def _incomplete(message: str) -> SignatureError:
    return SignatureError("IncompleteSignatureException", message)
