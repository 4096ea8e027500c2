"""Situations in which AWS can't be called as the user wants: each set up for real, with its cure.

For tests at any depth: `Place.environment` is for the process that calls, `Place.config` for its
stack's file. Nothing is patched, and nothing leaves this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.client.places import (
    ARN,
    CLOSED,
    INVALID_TOKEN,
    ROLE,
    Arrange,
    Place,
    answering,
    assuming,
    config,
    container,
    denied,
    empty_bundle,
    endpoint_of_the_profile,
    https_to_plain_http,
    no_credentials,
    no_region,
    not_executable,
    process,
    profile,
    proxy,
    proxy_that_asks,
    raw,
    role_of_a_profile,
    setting,
    skewed,
    sso_expired,
    sso_legacy,
    sso_token_missing,
    switched_off_endpoint,
    tls,
    together,
    unreadable_config,
    variables,
    web_identity,
)
from tests.client.stand_ins import sts, sts_error

SIGN_IN = "sign in again, or set aws:profile or the AWS_* environment variables"
ALLOW = "allow the IAM action amplifybackend:GetBackendJob"
SHAPE = "did not print JSON with Version 1, AccessKeyId and SecretAccessKey"
BY_HAND = "run it by hand to see why"


@dataclass(frozen=True)
class Situation:
    """What is wrong, and what the user must read about it."""

    arrange: Arrange
    cause: str
    cure: str
    never: tuple[str, ...] = ()
    """Words that would mislead."""


@contextmanager
def arranged(situation: Situation, place: Place) -> Iterator[Place]:
    """Set a situation up; the place's credentials may be looked for in what is shown."""
    try:
        situation.arrange(place)
        yield place
    finally:
        place.close()


SITUATIONS: dict[str, Situation] = {
    # Credentials
    "no credentials at all": Situation(
        no_credentials,
        "no AWS credentials: neither the environment nor the AWS profile default has any",
        SIGN_IN,
    ),
    "half of the credentials": Situation(
        variables(AWS_SECRET_ACCESS_KEY=None),
        "the environment has no AWS_SECRET_ACCESS_KEY",
        "set it, or unset the other",
        ("sign in",),
    ),
    "no such profile in the stack": Situation(
        config(profile="nope"),
        "there is no AWS profile nope",
        "correct amplify-jobs:profile",
        (
            "no AWS credentials",
            "sign in",
        ),
    ),
    "no such profile in AWS_PROFILE": Situation(
        variables(AWS_PROFILE="nope"),
        "there is no AWS profile nope",
        "correct AWS_PROFILE",
        (
            "no AWS credentials",
            "sign in",
        ),
    ),
    "an AWS config file that can't be parsed": Situation(
        unreadable_config, "can't be parsed", "correct it", ("sign in",)
    ),
    "credential_process: no such program": Situation(
        profile("credential_process = /nope/helper --x"),
        "credential_process of the AWS profile ops can't be started: /nope/helper: No such file",
        "correct it",
    ),
    "credential_process: not executable": Situation(
        not_executable,
        "credential_process of the AWS profile ops can't be started",
        "Permission denied",
    ),
    "credential_process: an exit code": Situation(
        process("import sys; sys.exit('not signed in')"),
        "credential_process of the AWS profile ops ended with an error",
        BY_HAND,
        ("endpoint",),
    ),
    "credential_process: no JSON": Situation(
        process("print('hello')"), SHAPE, BY_HAND, ("endpoint",)
    ),
    "credential_process: JSON of another shape": Situation(
        process("print('[]')"), SHAPE, BY_HAND, ("endpoint",)
    ),
    "credential_process: no version": Situation(
        process("print('{}')"), SHAPE, BY_HAND, ("endpoint",)
    ),
    "credential_process: no key": Situation(
        process("print('{\"Version\": 1}')"), SHAPE, BY_HAND, ("endpoint",)
    ),
    "credential_process: expired credentials": Situation(
        process(
            "import json; print(json.dumps({'Version': 1, 'AccessKeyId': 'AKIDOLD', "
            "'SecretAccessKey': 's', 'SessionToken': 't', "
            "'Expiration': '2020-01-01T00:00:00Z'}))"
        ),
        "returned expired credentials",
        "sign in again where it gets them",
    ),
    "credential_process of a role's source: no such program": Situation(
        profile(
            f"role_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
            "credential_process = /nope/helper"
        ),
        "the AWS profile ops refers to can't be used: /nope/helper: No such file",
        "correct it there",
        ("endpoint", "sign in"),
    ),
    "mfa_serial": Situation(
        profile(
            "role_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n"
            "mfa_serial = arn:aws:iam::123456789012:mfa/ann\n[profile base]\n"
            "aws_access_key_id = AKIDBASE\naws_secret_access_key = s"
        ),
        "the AWS profile ops asks for an MFA code (mfa_serial)",
        "sign in with it first",
    ),
    "a role without a source": Situation(
        profile(f"role_arn = {ROLE}"),
        "the AWS profile ops is incomplete: it has no source_profile",
        "add it in the AWS config",
        ("sign in",),
    ),
    "a source profile that is not there": Situation(
        profile(f"role_arn = {ROLE}\nsource_profile = base"),
        'source_profile "base" referenced in the profile "ops" does not exist',
        "correct it",
        ("sign in",),
    ),
    "profiles in a circle": Situation(
        profile(
            f"role_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
            f"role_arn = {ROLE}\nsource_profile = ops"
        ),
        "source_profile of the AWS profile ops leads back to itself",
        "correct it in the AWS config",
        ("sign in",),
    ),
    "SSO: not signed in": Situation(
        sso_token_missing,
        "the sign-in of the AWS profile ops is missing or has expired",
        "run aws sso login --profile ops",
    ),
    "SSO: expired": Situation(
        sso_expired,
        "the sign-in of the AWS profile ops is missing or has expired",
        "run aws sso login --profile ops",
    ),
    "SSO, the older form: not signed in": Situation(
        sso_legacy,
        "the sign-in of the AWS profile ops is missing or has expired",
        "run aws sso login --profile ops",
    ),
    "SSO: half of the settings": Situation(
        profile("sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Deploy"),
        'sso-session does not exist: "corp"',
        "correct it",
        ("sign in",),
    ),
    "web identity: no such file": Situation(
        lambda p: web_identity(p, None),
        "AWS_WEB_IDENTITY_TOKEN_FILE does not name a readable file: No such file",
        "correct it",
        ("endpoint",),
    ),
    "web identity: an empty file": Situation(
        lambda p: web_identity(p, ""),
        "AWS_WEB_IDENTITY_TOKEN_FILE names a file without a valid token",
        "get a new one",
    ),
    "web identity: the role does not trust it": Situation(
        lambda p: web_identity(
            p,
            "token",
            lambda _: sts_error(
                403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"
            ),
        ),
        "access denied",
        "the role's trust policy must name this identity provider",
        ("allow the IAM action",),
    ),
    "web identity: expired": Situation(
        lambda p: web_identity(
            p, "token", lambda _: sts_error(400, "ExpiredTokenException", "Token expired: 1 > 2")
        ),
        "the web identity token has expired",
        "get a new one",
        ("sign in",),
    ),
    "web identity: no role": Situation(
        together(lambda p: web_identity(p, "token"), setting(AWS_ROLE_ARN=None)),
        "AWS_WEB_IDENTITY_TOKEN_FILE also needs AWS_ROLE_ARN",
        "set it",
        ("sign in",),
    ),
    "container: nobody answers": Situation(
        container(f"{CLOSED}/creds"),
        "the container's credentials can't be fetched",
        "check what AWS_CONTAINER_CREDENTIALS_FULL_URI names",
        ("sign in",),
    ),
    "container: a host that may not be asked": Situation(
        container("http://creds.test/creds"),
        "AWS's client refuses AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "correct it",
        ("endpoint",),
    ),
    "container: no token file": Situation(
        container(f"{CLOSED}/creds", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="/nope/token"),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE does not name a readable file",
        "correct it",
        ("endpoint",),
    ),
    "a role that may not be assumed": Situation(
        assuming(
            lambda _: sts_error(
                403,
                "AccessDenied",
                f"User: {ARN} is not authorized to perform: sts:AssumeRole on resource: {ROLE}",
            )
        ),
        "AssumeRole (for ",
        "allow the IAM action sts:AssumeRole, in the role's trust policy, too",
    ),
    "STS: the source's credentials have expired": Situation(
        assuming(
            lambda _: sts_error(403, "ExpiredToken", "The security token included is expired")
        ),
        "AssumeRole (for ",
        SIGN_IN,
    ),
    "STS is not to be reached": Situation(
        together(assuming(sts), setting(AWS_ENDPOINT_URL_STS=CLOSED)),
        "nothing is listening at http://127.0.0.1:1",
        "check the network and AWS_ENDPOINT_URL_STS",
        ("amplify-jobs:endpoint",),
    ),
    "STS: the region is switched off": Situation(
        assuming(
            lambda _: sts_error(
                403, "RegionDisabledException", "STS is not activated in this region for account"
            )
        ),
        "the region is switched off for the account",
        "switch it on",
        ("allow the IAM action",),
    ),
    # What AWS says of credentials
    "expired credentials": Situation(
        answering(403, "ExpiredTokenException", "The token included in the request is expired"),
        "the credentials have expired",
        SIGN_IN,
    ),
    "an unknown key, or a region that is switched off": Situation(
        answering(403, "UnrecognizedClientException", INVALID_TOKEN),
        "AWS doesn't know the access key or session token, or this region is switched off",
        "check the region",
    ),
    "an unknown key, as STS says it": Situation(
        answering(403, "InvalidClientTokenId", INVALID_TOKEN),
        "AWS doesn't know the access key or session token",
        "check the region",
    ),
    "a wrong secret key": Situation(
        answering(
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method.",
        ),
        "the secret key doesn't match the access key",
        "correct it, or sign in again",
        ("clock is",),
    ),
    "a signature for another region": Situation(
        answering(
            403,
            "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'eu-west-1'. ",
        ),
        "signed for another region than the endpoint's",
        "check the region and amplify-jobs:endpoint",
        ("sign in",),
    ),
    "a clock that is behind": Situation(
        skewed(3600),
        "this machine's clock is 60 min behind AWS's",
        "set this machine's clock",
        ("sign in",),
    ),
    "a clock that is ahead": Situation(
        skewed(-3600),
        "this machine's clock is 60 min ahead of AWS's",
        "set this machine's clock",
        ("sign in",),
    ),
    "a signature that was cut": Situation(
        answering(403, "IncompleteSignatureException", "Authorization header requires 'Signature'"),
        "the signature arrived incomplete",
        "any proxy on the way",
        ("sign in",),
    ),
    "an account that has not signed up": Situation(
        answering(403, "OptInRequired", "The AWS Access Key Id needs a subscription"),
        "the service or the region is switched off for the account",
        "switch it on",
        ("allow the IAM action",),
    ),
    # Permissions
    "no policy allows it": Situation(
        denied("because no identity-based policy allows the amplifybackend:GetBackendJob action"),
        "access denied",
        ALLOW,
    ),
    "denied without a reason": Situation(denied(""), "access denied", ALLOW),
    "a policy denies it": Situation(
        denied("with an explicit deny in an identity-based policy"),
        "a policy of the identity denies amplifybackend:GetBackendJob",
        "an allow elsewhere doesn't help",
        ("allow the IAM action",),
    ),
    "an SCP denies it": Situation(
        denied("with an explicit deny in a service control policy"),
        "a service control policy (SCP) of the organization denies",
        "an allow elsewhere doesn't help",
        ("allow the IAM action",),
    ),
    "no SCP allows it": Situation(
        denied("because no service control policy allows the amplifybackend:GetBackendJob action"),
        "a service control policy (SCP) of the organization doesn't allow",
        "allow it there, too",
        ("allow the IAM action",),
    ),
    "the permissions boundary does not allow it": Situation(
        denied("because no permissions boundary allows the amplifybackend:GetBackendJob action"),
        "the identity's permissions boundary doesn't allow",
        "allow it there, too",
        ("allow the IAM action",),
    ),
    "the session policy does not allow it": Situation(
        denied("because no session policy allows the amplifybackend:GetBackendJob action"),
        "the session's policy doesn't allow",
        "allow it there, too",
        ("allow the IAM action",),
    ),
    "an RCP denies it": Situation(
        denied("with an explicit deny in a resource control policy"),
        "a resource control policy (RCP) of the organization denies",
        "an allow elsewhere doesn't help",
        ("allow the IAM action",),
    ),
    "a VPC endpoint's policy denies it": Situation(
        denied("with an explicit deny in a VPC endpoint policy"),
        "the policy of the VPC endpoint denies",
        "an allow elsewhere doesn't help",
        ("allow the IAM action",),
    ),
    "403 by something that is not AWS": Situation(
        raw(403, b"<html>blocked by the firewall</html>"),
        "HTTP 403, but not from AWS",
        "any proxy or firewall on the way",
        (
            "allow the IAM action",
            "blocked",
        ),
    ),
    "401 by AWS": Situation(
        answering(401, "UnauthorizedException", "You don't have permissions"),
        "access denied",
        ALLOW,
    ),
    # Endpoint, network, TLS, proxy
    "nothing listens": Situation(
        config(endpoint=CLOSED),
        "nothing is listening at http://127.0.0.1:1",
        "amplify-jobs:endpoint",
    ),
    "nothing listens where a variable says": Situation(
        config(),
        "nothing is listening at http://127.0.0.1:1",
        "check the network and AWS_ENDPOINT_URL",
    ),
    "nothing listens where the profile says": Situation(
        endpoint_of_the_profile,
        "nothing is listening at http://127.0.0.1:1",
        "endpoint_url of the AWS profile ops",
        ("the region",),
    ),
    "a host without an address": Situation(
        config(endpoint="http://nowhere.invalid"),
        "http://nowhere.invalid has no address (DNS)",
        "amplify-jobs:endpoint",
    ),
    "an endpoint variable that is switched off": Situation(
        switched_off_endpoint,
        "amplifybackend.xx-nowhere-1.amazonaws.com",
        "check the network and the region",
        ("AWS_ENDPOINT_URL",),
    ),
    "a variable that is no URL": Situation(
        setting(AWS_ENDPOINT_URL="localhost"),
        "Invalid endpoint: localhost",
        "correct AWS_ENDPOINT_URL",
    ),
    "another service's path": Situation(
        raw(404, b"<html>nginx</html>"),
        "the endpoint doesn't know the path",
        "is amplify-jobs:endpoint right?",
    ),
    "a page to sign in": Situation(
        raw(302, b"", {"Location": "/login"}),
        "the endpoint doesn't know the path",
        "is amplify-jobs:endpoint right?",
    ),
    "a page in place of an answer": Situation(
        raw(200, b"<html>welcome</html>"),
        "the response is empty or truncated",
        "check amplify-jobs:endpoint and any proxy on the way",
    ),
    "a certificate that nobody vouches for": Situation(
        tls("self"),
        "is not signed by a CA that is trusted here",
        "AWS_CA_BUNDLE",
    ),
    "an expired certificate": Situation(
        tls("expired", "expired"),
        "the certificate of https://127.0.0.1",
        "has expired; renew it, or check this machine's clock",
        ("AWS_CA_BUNDLE",),
    ),
    "a certificate of another host": Situation(
        tls("other", "other"),
        "belongs to another host",
        "correct amplify-jobs:endpoint",
        ("AWS_CA_BUNDLE",),
    ),
    "HTTPS where HTTP is spoken": Situation(
        https_to_plain_http,
        "does not speak TLS",
        "write http:// in amplify-jobs:endpoint",
        ("AWS_CA_BUNDLE",),
    ),
    "AWS_CA_BUNDLE: no such file": Situation(
        together(tls("self"), setting(AWS_CA_BUNDLE="/nope/ca.pem")),
        "AWS_CA_BUNDLE is not a certificate file",
        "correct it",
        ("endpoint",),
    ),
    "AWS_CA_BUNDLE: a folder": Situation(
        together(tls("self"), setting(AWS_CA_BUNDLE="/")),
        "AWS_CA_BUNDLE is not a certificate file",
        "correct it",
        ("endpoint",),
    ),
    "AWS_CA_BUNDLE: no certificate in it": Situation(
        empty_bundle, "AWS_CA_BUNDLE is not a certificate file", "correct it", ("endpoint",)
    ),
    "a proxy that nobody runs": Situation(
        proxy("http://ann:s3cr3t@127.0.0.1:1"),
        "the proxy 127.0.0.1:1 accepts no connection",
        "correct HTTPS_PROXY",
        (
            "endpoint",
            "s3cr3t",
        ),
    ),
    "a proxy that is no URL": Situation(
        proxy("::::"), "HTTPS_PROXY is not a proxy URL", "write http://HOST:PORT", ("endpoint",)
    ),
    "a proxy that speaks no HTTP": Situation(
        proxy("socks5://ann:s3cr3t@127.0.0.1:1080"),
        "HTTPS_PROXY names a proxy of a kind that can't be used",
        "write http://HOST:PORT of a proxy that speaks HTTP",
        ("endpoint", "s3cr3t", "DNS"),
    ),
    "a proxy that asks who we are": Situation(
        proxy_that_asks,
        "a proxy asks for a user name and a password",
        "put them into the URL",
        ("endpoint",),
    ),
    # Settings of AWS's own
    "no region": Situation(no_region, "no region", "set aws:region or AWS_REGION"),
    "a region that is none": Situation(
        lambda p: p.config.update({"aws:region": "eu west"}),
        "eu west is not a region name",
        "correct aws:region",
    ),
    "AWS_MAX_ATTEMPTS": Situation(
        together(role_of_a_profile, setting(AWS_MAX_ATTEMPTS="many")),
        "AWS_MAX_ATTEMPTS is not a whole number",
        "correct it",
    ),
    "AWS_RETRY_MODE": Situation(
        together(role_of_a_profile, setting(AWS_RETRY_MODE="sometimes")),
        "AWS's client refuses a setting",
        "correct AWS_MAX_ATTEMPTS and AWS_RETRY_MODE",
    ),
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": Situation(
        variables(AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE="nope"),
        "AWS's client refuses a setting",
        "correct AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        ("endpoint right",),
    ),
    "AWS_DEFAULTS_MODE": Situation(
        variables(AWS_DEFAULTS_MODE="nope"),
        "AWS's client refuses a setting",
        "correct AWS_DEFAULTS_MODE",
        ("endpoint",),
    ),
    "AWS_STS_REGIONAL_ENDPOINTS": Situation(
        together(assuming(sts), setting(AWS_STS_REGIONAL_ENDPOINTS="nope")),
        "AWS's client refuses a setting",
        "correct AWS_STS_REGIONAL_ENDPOINTS",
    ),
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": Situation(
        variables(AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES="much"),
        "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES is not a whole number",
        "correct it",
        ("endpoint",),
    ),
    "AWS_METADATA_SERVICE_TIMEOUT": Situation(
        variables(AWS_METADATA_SERVICE_TIMEOUT="long"),
        "AWS_METADATA_SERVICE_TIMEOUT is not a whole number",
        "correct it",
        ("endpoint",),
    ),
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": Situation(
        variables(AWS_ACCOUNT_ID_ENDPOINT_MODE="nope"),
        "'nope' for 'account_id_endpoint_mode' is invalid",
        "correct the AWS_* variables",
        ("no AWS credentials",),
    ),
    "AWS_REQUEST_CHECKSUM_CALCULATION": Situation(
        variables(AWS_REQUEST_CHECKSUM_CALCULATION="nope"),
        "AWS's client refuses a setting",
        "correct AWS_REQUEST_CHECKSUM_CALCULATION",
    ),
    "AWS_RESPONSE_CHECKSUM_VALIDATION": Situation(
        variables(AWS_RESPONSE_CHECKSUM_VALIDATION="nope"),
        "AWS's client refuses a setting",
        "AWS_RESPONSE_CHECKSUM_VALIDATION, or the same setting",
    ),
}
