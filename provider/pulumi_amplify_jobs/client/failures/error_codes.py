"""Errors that AWS answers with, by their codes.

Sources: the error shapes of the service models `amplifybackend` and `amplify` (whose
UnauthorizedException is a 401); the AWS API reference of the former, which names 429
LimitExceededException and 504 InternalServiceException instead; the common errors of AWS's front
door: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html.

Why access is denied only AWS's own words say, as the code is the same for all; their forms: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import botocore.exceptions as boto

from ...domain.times import http_seconds
from ...errors import (
    AccessDeniedError,
    CredentialsError,
    PlaceRefusedError,
    RequestRefusedError,
    one_line,
)
from .failure import Call, Failure, final, passing

POLICIES = (
    ("service control policy", "a service control policy (SCP) of the organization"),
    ("resource control policy", "a resource control policy (RCP) of the organization"),
    ("permissions boundary", "the identity's permissions boundary"),
    ("session policy", "the session's policy"),
    ("VPC endpoint policy", "the policy of the VPC endpoint"),
    ("resource-based policy", "the resource's own policy"),
    ("identity-based policy", "a policy of the identity"),
)
"""The kinds of policies as AWS writes them in messages, and as we say them."""

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"


def denial(action: str, message: str) -> str:
    """Return what denies the action and what helps. `action` is IAM's, `message` is AWS's."""
    found = next((said for word, said in POLICIES if word in message), None)
    if action == WEB_IDENTITY:
        return "access denied; the role's trust policy must name this identity provider and subject"
    if found and "with an explicit deny" in message:
        return f"access denied: {found} denies {action}; an allow elsewhere doesn't help, change it"
    if found and "identity-based policy" not in message:
        return f"access denied: {found} doesn't allow {action}; allow it there, too"
    if action == "sts:AssumeRole":
        return f"access denied; allow the IAM action {action}, in the role's trust policy, too"
    return f"access denied; allow the IAM action {action}"


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

EXPIRED_CODES = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})

UNKNOWN_KEY_CODES = frozenset(
    {"AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"}
)

SIGNATURE_CODES = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch"})

CLOCK_CODES = frozenset({"RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"})

UNSIGNED_CODES = frozenset(
    {
        "IncompleteSignature",
        "IncompleteSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
    }
)

WEB_TOKEN_CODES = frozenset({"IDPRejectedClaim", "InvalidIdentityToken"})

SWITCHED_OFF_CODES = frozenset(
    {"OptInRequired", "RegionDisabledException", "SubscriptionRequiredException"}
)

FORBIDDEN_CODE = "ForbiddenException"
"""IAM Identity Center gives no access to a role; API Gateway forbids, and IAM wasn't asked."""

DENIED_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedException",
        "UnauthorizedOperation",
    }
)

CLOCK_WORDS = ("Signature expired", "Signature not yet current")
"""How AWS begins a message about the clock; its code is that of every wrong signature."""

SCOPE_WORDS = "Credential should be scoped"
"""How AWS begins a message about a signature for another region or service."""

TOLERANCE = 240
"""Seconds that this machine's clock may differ before the clock is blamed; AWS takes 300."""

CREDENTIAL_ADVICE = {
    **dict.fromkeys(EXPIRED_CODES, "the credentials have expired; {sign_in}"),
    **dict.fromkeys(
        UNKNOWN_KEY_CODES,
        "AWS doesn't know the access key or session token, or this region is switched off for the "
        "account; {sign_in}, check the region, or switch it on",
    ),
    **dict.fromkeys(
        UNSIGNED_CODES,
        "the signature arrived incomplete; check {endpoint} and any proxy on the way",
    ),
    **dict.fromkeys(
        WEB_TOKEN_CODES,
        "AWS refuses the web identity token; check who issued it, and for which audience",
    ),
    **dict.fromkeys(
        SWITCHED_OFF_CODES,
        "the service or the region is switched off for the account; switch it on, or check the "
        "region",
    ),
}
"""What is wrong and what helps, where the code alone says so."""


@dataclass(frozen=True)
class Answer:
    """An error as it was answered."""

    code: str
    status: int
    said: str
    operation: str
    headers: Mapping[str, str]

    @property
    def named(self) -> bool:
        """Whether it has a code, as all of AWS's own errors have."""
        return bool(self.code) and self.code != str(self.status)


def answer_of(error: boto.ClientError) -> Answer:
    """Return what botocore read of an error."""
    details = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    return Answer(
        code=str(details.get("Code", "")),
        status=status,
        said=one_line(str(details.get("Message", ""))) or f"HTTP {status}",
        operation=error.operation_name,
        headers={str(k).lower(): str(v) for k, v in metadata.get("HTTPHeaders", {}).items()},
    )


def of_answer(error: boto.ClientError, call: Call) -> Failure:
    """Classify an error that was answered."""
    answer = answer_of(error)
    where = call.during(answer.operation)
    if answer.code in THROTTLING_CODES or answer.status == 429:
        return passing(f"throttled ({answer.said})", where, _retry_after(answer))
    if answer.code in TRANSIENT_CODES or answer.status >= 500:
        what = f"{answer.status} {one_line(answer.code)}" if answer.named else answer.code
        return passing(f"the service failed ({what})", where, _retry_after(answer))
    problem = _of_credentials(answer, call)
    if problem is not None:
        return final(CredentialsError(problem, where, f" ({answer.said})"))
    unforeseen = answer.named and answer.code != FORBIDDEN_CODE
    if answer.code in DENIED_CODES or (unforeseen and answer.status in (401, 403)):
        reason = denial(f"{_service_of(answer, call)}:{answer.operation}", answer.said)
        return final(AccessDeniedError(reason, where, f" ({answer.said})"))
    return final(_refused(answer, call, where))


def _of_credentials(answer: Answer, call: Call) -> str | None:
    """Return what is wrong with the credentials or their signature, None where nothing is."""
    behind = _seconds_behind(answer)
    signature = answer.code in SIGNATURE_CODES
    skewed = behind is not None and abs(behind) > TOLERANCE
    if answer.code in CLOCK_CODES or (
        signature and (skewed or answer.said.startswith(CLOCK_WORDS))
    ):
        return f"{_clock(behind)}; set this machine's clock, then run it again"
    if signature and answer.said.startswith(SCOPE_WORDS):
        return (
            f"signed for another region than the endpoint's; check the region and {call.endpoint}"
        )
    if signature:
        return (
            "the secret key doesn't match the access key; correct it, or sign in again; a proxy "
            "that changes requests does the same"
        )
    if answer.code in EXPIRED_CODES and answer.operation == "AssumeRoleWithWebIdentity":
        return (
            "the web identity token has expired; get a new one, for example by running the CI job "
            "again"
        )
    advice = CREDENTIAL_ADVICE.get(answer.code)
    if advice is None:
        return None
    return advice.format(endpoint=call.endpoint, sign_in=call.advice.credentials)


def _refused(answer: Answer, call: Call, where: str) -> RequestRefusedError:
    status = answer.status
    if status == 407:
        advice = "put them into the URL in HTTPS_PROXY or HTTP_PROXY"
        return RequestRefusedError(f"a proxy asks for a user name and a password; {advice}", where)
    if 300 <= status < 400 or (status == 404 and answer.code not in NOT_FOUND_CODES):
        advice = f"is {call.endpoint} right?"
        return RequestRefusedError(f"the endpoint doesn't know the path; {advice}", where)
    if answer.code == FORBIDDEN_CODE and answer.operation == "GetRoleCredentials":
        advice = "have the role assigned, or correct sso_account_id and sso_role_name"
        return RequestRefusedError(f"this sign-in has no access to the role; {advice}", where)
    if answer.code == FORBIDDEN_CODE:
        advice = f"check {call.endpoint}, and any firewall or VPC endpoint on the way"
        return RequestRefusedError(f"forbidden before IAM checked the request; {advice}", where)
    if status in (401, 403):
        advice = f"check {call.endpoint}, and any proxy or firewall on the way"
        return RequestRefusedError(
            f"HTTP {status}, but not from AWS: the response has no error code; {advice}", where
        )
    if answer.operation == "AssumeRole":
        said = f"STS refuses the request: {answer.said.rstrip('.')}; correct assumeRoles"
        return RequestRefusedError(said, where)
    of_place = status == 400 and answer.operation in call.name
    refused = PlaceRefusedError if of_place else RequestRefusedError
    return refused(f"the service refuses the request: {answer.said}", where)


def _service_of(answer: Answer, call: Call) -> str:
    operation = answer.operation
    if operation.startswith("AssumeRole") or operation == "GetCallerIdentity":
        return "sts"
    return "sso" if operation == "GetRoleCredentials" else call.service


def _seconds_behind(answer: Answer) -> float | None:
    """Return how far this machine's clock is behind AWS's, by the Date header of the answer."""
    its = http_seconds(answer.headers.get("date", ""))
    return None if its is None else its - time.time()


def _clock(behind: float | None) -> str:
    if behind is None or abs(behind) <= TOLERANCE:
        return "this machine's clock is wrong, according to AWS"
    word = "behind" if behind > 0 else "ahead of"
    return f"this machine's clock is {round(abs(behind) / 60)} min {word} AWS's"


def _retry_after(answer: Answer) -> float:
    """Return the seconds that the service asks to wait; it may ask with a date: that is ignored."""
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else 0.0
