"""Situations in which AWS can't be called as the user wants: each set up for real, with its cure.

For tests at any depth: `Place.environment` is for the process that calls, `Place.config` for its
stack's file. Nothing is patched, and nothing leaves this machine.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.client.scripted import TLS, Reply, Request, Script, ScriptedServer, serving
from tests.client.stand_ins import ACCOUNT, amplify, sts, sts_error

CLOSED = "http://127.0.0.1:1"
"""Nothing listens there."""

ARN = f"arn:aws:iam::{ACCOUNT}:user/ann"
RESOURCE = f"arn:aws:amplifybackend:eu-west-1:{ACCOUNT}:/backend/d2abcdefgh1234/job/prod/4f1c"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
INVALID_TOKEN = "The security token included in the request is invalid."


@dataclass
class Place:
    """Where one situation is set up."""

    folder: Path
    access_key: str = "AKIDEXAMPLE"
    secret_key: str = "made-up"
    token: str | None = None
    environment: dict[str, str | None] = field(default_factory=dict)
    """Variables to set; None: to take away."""
    config: dict[str, Any] = field(default_factory=dict)
    """Keys of the stack's config, with their namespace."""
    servers: list[ScriptedServer] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.environment = {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_SESSION_TOKEN": self.token,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": CLOSED,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        # One attempt a call: what fails for good fails at once, what passes is not waited for.
        self.config = {"aws:region": "eu-west-1", "amplify-jobs:maxRetries": 0}

    def close(self) -> None:
        """End its servers."""
        self._stack.close()

    def serve(self, script: Script, certificate: str | None = None) -> str:
        """Start a server and return its URL."""
        server = self._stack.enter_context(serving(script, certificate))
        self.servers.append(server)
        return server.url

    def backend(self, script: Script = amplify) -> None:
        """Have the jobs' service answer so."""
        self.config["amplify-jobs:endpoint"] = self.serve(script)

    def without_keys(self) -> None:
        """Take the credentials out of the environment."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            self.environment[name] = None

    def profile(self, text: str, name: str = "ops") -> None:
        """Use a profile that the AWS config file describes so, in place of keys."""
        self.without_keys()
        self.file("AWS_CONFIG_FILE", f"[profile {name}]\n{text}\n")
        self.environment["AWS_PROFILE"] = name
        self.backend()

    def file(self, variable: str, text: str) -> Path:
        """Write a file that a variable names."""
        path = self.folder / variable.lower()
        path.write_text(text)
        self.environment[variable] = str(path)
        return path

    def process(self, program: str) -> None:
        """Use a profile whose credentials come from a Python program."""
        path = self.folder / "credentials.py"
        path.write_text(program)
        self.profile(f"credential_process = {sys.executable} {path}")


Arrange = Callable[[Place], None]


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


def answering(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> Arrange:
    """The service answers every call with an error as AWS words it."""
    given = {"x-amzn-ErrorType": code, **(headers or {})}
    reply = Reply(status, json.dumps({"message": message}).encode(), given)
    return lambda place: place.backend(lambda _: reply)


def denied(reason: str, action: str = "amplifybackend:GetBackendJob") -> Arrange:
    """The service denies access, and AWS says why."""
    message = f"User: {ARN} is not authorized to perform: {action} on resource: {RESOURCE} {reason}"
    return answering(403, "AccessDeniedException", message.strip())


def raw(status: int, body: bytes, headers: dict[str, str] | None = None) -> Arrange:
    """Something answers that is not AWS."""
    return lambda place: place.backend(lambda _: Reply(status, body, headers or {}))


def together(*steps: Arrange) -> Arrange:
    """All of these, one after the other."""

    def arrange(place: Place) -> None:
        for step in steps:
            step(place)

    return arrange


def setting(**given: str | None) -> Arrange:
    """The environment has these variables."""
    return lambda place: place.environment.update(given)


def variables(**given: str | None) -> Arrange:
    """The environment has these variables, and the service would answer."""
    return together(Place.backend, setting(**given))


def config(**given: Any) -> Arrange:
    """The stack's file has these settings of ours."""

    def arrange(place: Place) -> None:
        place.config.update({f"amplify-jobs:{key}": value for key, value in given.items()})

    return arrange


def profile(text: str) -> Arrange:
    """The AWS config file has a profile with this text."""
    return lambda place: place.profile(text.format(folder=place.folder))


def process(program: str) -> Arrange:
    """The profile's credential_process is this program."""
    return lambda place: place.process(program)


def assuming(script: Script) -> Arrange:
    """The stack assumes a role, and STS answers so."""

    def arrange(place: Place) -> None:
        place.backend()
        place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(script)
        place.config["amplify-jobs:assumeRoles"] = [{"roleArn": ROLE}]

    return arrange


def skewed(seconds: int) -> Arrange:
    """The service's clock is so far from this machine's, and it refuses the signature for that."""

    def script(_request: Request) -> Reply:
        now = datetime.now(timezone.utc)
        its = now + timedelta(seconds=seconds)
        word = "expired" if seconds > 0 else "not yet current"
        rest = "is now earlier than" if seconds > 0 else "is still later than"
        message = f"Signature {word}: {now:%Y%m%dT%H%M%SZ} {rest} {its:%Y%m%dT%H%M%SZ}"
        headers = {
            "x-amzn-ErrorType": "InvalidSignatureException",
            "Date": format_datetime(its, usegmt=True),
        }
        return Reply(403, json.dumps({"message": message}).encode(), headers)

    return lambda place: place.backend(script)


def tls(certificate: str, bundle: str | None = None) -> Arrange:
    """The endpoint shows this certificate; `bundle` is what is trusted."""

    def arrange(place: Place) -> None:
        place.config["amplify-jobs:endpoint"] = place.serve(amplify, certificate)
        if bundle:
            place.environment["AWS_CA_BUNDLE"] = str(TLS / f"{bundle}.pem")

    return arrange


def _https_to_plain_http(place: Place) -> None:
    url = place.serve(amplify)
    place.config["amplify-jobs:endpoint"] = url.replace("http://", "https://")


def _no_credentials(place: Place) -> None:
    place.without_keys()
    place.backend()


def _web_identity(place: Place, token: str | None, script: Script = sts) -> None:
    place.without_keys()
    place.backend()
    path = place.folder / "token"
    if token is not None:
        path.write_text(token)
    place.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = str(path)
    place.environment["AWS_ROLE_ARN"] = ROLE
    place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(script)


def _container(uri: str, **more: str) -> Arrange:
    def arrange(place: Place) -> None:
        place.without_keys()
        place.backend()
        place.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = uri
        place.environment.update(more)

    return arrange


def _sso_token_missing(place: Place) -> None:
    place.profile(
        "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Deploy\n"
        "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.test/start"
    )
    place.environment["HOME"] = str(place.folder)


def _sso_expired(place: Place) -> None:
    _sso_token_missing(place)
    cache = place.folder / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    from hashlib import sha1

    token = {
        "startUrl": "https://corp.test/start",
        "region": "eu-west-1",
        "accessToken": place.token or "made-up-token",
        "expiresAt": "2020-01-01T00:00:00Z",
    }
    (cache / f"{sha1(b'corp').hexdigest()}.json").write_text(json.dumps(token))


def _sso_legacy(place: Place) -> None:
    place.profile(
        "sso_region = eu-west-1\nsso_start_url = https://corp.test/start\n"
        "sso_account_id = 123456789012\nsso_role_name = Deploy"
    )
    place.environment["HOME"] = str(place.folder)


def _not_executable(place: Place) -> None:
    path = place.folder / "helper"
    path.write_text("#!/bin/sh\necho {}\n")
    path.chmod(0o644)
    place.profile(f"credential_process = {path}")


def _unreadable_config(place: Place) -> None:
    place.profile("region = eu-west-1")
    place.file("AWS_CONFIG_FILE", "[profile ops\nregion")


def _switched_off_endpoint(place: Place) -> None:
    # With a region that no name server knows: nothing leaves this machine.
    place.config["aws:region"] = "xx-nowhere-1"
    place.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1/off"
    place.environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"


def _endpoint_of_the_profile(place: Place) -> None:
    place.file("AWS_CONFIG_FILE", f"[profile ops]\nendpoint_url = {CLOSED}\n")
    place.environment.update({"AWS_PROFILE": "ops", "AWS_ENDPOINT_URL": None})


def _empty_bundle(place: Place) -> None:
    tls("self")(place)
    place.file("AWS_CA_BUNDLE", "hello")


def _no_region(place: Place) -> None:
    place.backend()
    del place.config["aws:region"]


def _proxy(url: str) -> Arrange:
    def arrange(place: Place) -> None:
        place.config["amplify-jobs:endpoint"] = "https://amplifybackend.test"
        place.environment["HTTPS_PROXY"] = url

    return arrange


def _proxy_that_asks(place: Place) -> None:
    place.config["amplify-jobs:endpoint"] = "http://amplifybackend.test"
    place.environment["HTTP_PROXY"] = place.serve(
        lambda _: Reply(407, b"<html>who are you?</html>", {"Proxy-Authenticate": "Basic"})
    )


SITUATIONS: dict[str, Situation] = {
    # Credentials
    "no credentials at all": Situation(_no_credentials, "", ""),
    "half of the credentials": Situation(variables(AWS_SECRET_ACCESS_KEY=None), "", ""),
    "no such profile in the stack": Situation(config(profile="nope"), "", ""),
    "no such profile in AWS_PROFILE": Situation(variables(AWS_PROFILE="nope"), "", ""),
    "an AWS config file that can't be parsed": Situation(_unreadable_config, "", ""),
    "credential_process: no such program": Situation(
        profile("credential_process = /nope/helper --x"), "", ""
    ),
    "credential_process: not executable": Situation(_not_executable, "", ""),
    "credential_process: an exit code": Situation(
        process("import sys; sys.exit('not signed in')"), "", ""
    ),
    "credential_process: no JSON": Situation(process("print('hello')"), "", ""),
    "credential_process: JSON of another shape": Situation(process("print('[]')"), "", ""),
    "credential_process: no version": Situation(process("print('{}')"), "", ""),
    "credential_process: no key": Situation(process("print('{\"Version\": 1}')"), "", ""),
    "credential_process: expired credentials": Situation(
        process(
            "import json; print(json.dumps({'Version': 1, 'AccessKeyId': 'AKIDOLD', "
            "'SecretAccessKey': 's', 'SessionToken': 't', "
            "'Expiration': '2020-01-01T00:00:00Z'}))"
        ),
        "",
        "",
    ),
    "mfa_serial": Situation(
        profile(
            "role_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n"
            "mfa_serial = arn:aws:iam::123456789012:mfa/ann\n[profile base]\n"
            "aws_access_key_id = AKIDBASE\naws_secret_access_key = s"
        ),
        "",
        "",
    ),
    "a role without a source": Situation(profile(f"role_arn = {ROLE}"), "", ""),
    "a source profile that is not there": Situation(
        profile(f"role_arn = {ROLE}\nsource_profile = base"), "", ""
    ),
    "profiles in a circle": Situation(
        profile(
            f"role_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
            f"role_arn = {ROLE}\nsource_profile = ops"
        ),
        "",
        "",
    ),
    "SSO: not signed in": Situation(_sso_token_missing, "", ""),
    "SSO: expired": Situation(_sso_expired, "", ""),
    "SSO, the older form: not signed in": Situation(_sso_legacy, "", ""),
    "SSO: half of the settings": Situation(
        profile("sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Deploy"),
        "",
        "",
    ),
    "web identity: no such file": Situation(lambda p: _web_identity(p, None), "", ""),
    "web identity: an empty file": Situation(lambda p: _web_identity(p, ""), "", ""),
    "web identity: the role does not trust it": Situation(
        lambda p: _web_identity(
            p,
            "token",
            lambda _: sts_error(
                403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"
            ),
        ),
        "",
        "",
    ),
    "web identity: expired": Situation(
        lambda p: _web_identity(
            p, "token", lambda _: sts_error(400, "ExpiredTokenException", "Token expired: 1 > 2")
        ),
        "",
        "",
    ),
    "web identity: no role": Situation(
        together(lambda p: _web_identity(p, "token"), setting(AWS_ROLE_ARN=None)), "", ""
    ),
    "container: nobody answers": Situation(_container(f"{CLOSED}/creds"), "", ""),
    "container: a host that may not be asked": Situation(
        _container("http://creds.test/creds"), "", ""
    ),
    "container: no token file": Situation(
        _container(f"{CLOSED}/creds", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="/nope/token"),
        "",
        "",
    ),
    "a role that may not be assumed": Situation(
        assuming(
            lambda _: sts_error(
                403,
                "AccessDenied",
                f"User: {ARN} is not authorized to perform: sts:AssumeRole on resource: {ROLE}",
            )
        ),
        "",
        "",
    ),
    "STS: the source's credentials have expired": Situation(
        assuming(
            lambda _: sts_error(403, "ExpiredToken", "The security token included is expired")
        ),
        "",
        "",
    ),
    "STS is not to be reached": Situation(
        together(assuming(sts), setting(AWS_ENDPOINT_URL_STS=CLOSED)), "", ""
    ),
    "STS: the region is switched off": Situation(
        assuming(
            lambda _: sts_error(
                403, "RegionDisabledException", "STS is not activated in this region for account"
            )
        ),
        "",
        "",
    ),
    # What AWS says of credentials
    "expired credentials": Situation(
        answering(403, "ExpiredTokenException", "The token included in the request is expired"),
        "",
        "",
    ),
    "an unknown key, or a region that is switched off": Situation(
        answering(403, "UnrecognizedClientException", INVALID_TOKEN), "", ""
    ),
    "an unknown key, as STS says it": Situation(
        answering(403, "InvalidClientTokenId", INVALID_TOKEN), "", ""
    ),
    "a wrong secret key": Situation(
        answering(
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method.",
        ),
        "",
        "",
    ),
    "a signature for another region": Situation(
        answering(
            403,
            "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'eu-west-1'. ",
        ),
        "",
        "",
    ),
    "a clock that is behind": Situation(skewed(3600), "", ""),
    "a clock that is ahead": Situation(skewed(-3600), "", ""),
    "a signature that was cut": Situation(
        answering(403, "IncompleteSignatureException", "Authorization header requires 'Signature'"),
        "",
        "",
    ),
    "an account that has not signed up": Situation(
        answering(403, "OptInRequired", "The AWS Access Key Id needs a subscription"),
        "",
        "",
    ),
    # Permissions
    "no policy allows it": Situation(
        denied("because no identity-based policy allows the amplifybackend:GetBackendJob action"),
        "",
        "",
    ),
    "denied without a reason": Situation(denied(""), "", ""),
    "a policy denies it": Situation(
        denied("with an explicit deny in an identity-based policy"), "", ""
    ),
    "an SCP denies it": Situation(
        denied("with an explicit deny in a service control policy"), "", ""
    ),
    "no SCP allows it": Situation(
        denied("because no service control policy allows the amplifybackend:GetBackendJob action"),
        "",
        "",
    ),
    "the permissions boundary does not allow it": Situation(
        denied("because no permissions boundary allows the amplifybackend:GetBackendJob action"),
        "",
        "",
    ),
    "the session policy does not allow it": Situation(
        denied("because no session policy allows the amplifybackend:GetBackendJob action"), "", ""
    ),
    "an RCP denies it": Situation(
        denied("with an explicit deny in a resource control policy"), "", ""
    ),
    "a VPC endpoint's policy denies it": Situation(
        denied("with an explicit deny in a VPC endpoint policy"), "", ""
    ),
    "403 by something that is not AWS": Situation(
        raw(403, b"<html>blocked by the firewall</html>"), "", ""
    ),
    "401 by AWS": Situation(
        answering(401, "UnauthorizedException", "You don't have permissions"), "", ""
    ),
    # Endpoint, network, TLS, proxy
    "nobody listens": Situation(config(endpoint=CLOSED), "", ""),
    "nobody listens where a variable says": Situation(config(), "", ""),
    "nobody listens where the profile says": Situation(_endpoint_of_the_profile, "", ""),
    "a host without an address": Situation(config(endpoint="http://nowhere.invalid"), "", ""),
    "an endpoint variable that is switched off": Situation(_switched_off_endpoint, "", ""),
    "a variable that is no URL": Situation(setting(AWS_ENDPOINT_URL="localhost"), "", ""),
    "another service's path": Situation(raw(404, b"<html>nginx</html>"), "", ""),
    "a page to sign in": Situation(raw(302, b"", {"Location": "/login"}), "", ""),
    "a page in place of an answer": Situation(raw(200, b"<html>welcome</html>"), "", ""),
    "a certificate that nobody vouches for": Situation(tls("self"), "", ""),
    "an expired certificate": Situation(tls("expired", "expired"), "", ""),
    "a certificate of another host": Situation(tls("other", "other"), "", ""),
    "HTTPS where HTTP is spoken": Situation(_https_to_plain_http, "", ""),
    "AWS_CA_BUNDLE: no such file": Situation(
        together(tls("self"), setting(AWS_CA_BUNDLE="/nope/ca.pem")), "", ""
    ),
    "AWS_CA_BUNDLE: no certificate in it": Situation(_empty_bundle, "", ""),
    "a proxy that nobody runs": Situation(_proxy("http://ann:s3cr3t@127.0.0.1:1"), "", ""),
    "a proxy that is no URL": Situation(_proxy("::::"), "", ""),
    "a proxy that asks who we are": Situation(_proxy_that_asks, "", ""),
    # Settings of AWS's own
    "no region": Situation(_no_region, "", ""),
    "a region that is none": Situation(
        lambda p: p.config.update({"aws:region": "eu west"}), "", ""
    ),
    "AWS_DEFAULTS_MODE": Situation(variables(AWS_DEFAULTS_MODE="nope"), "", ""),
    "AWS_STS_REGIONAL_ENDPOINTS": Situation(
        together(assuming(sts), setting(AWS_STS_REGIONAL_ENDPOINTS="nope")),
        "",
        "",
    ),
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": Situation(
        variables(AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES="much"), "", ""
    ),
    "AWS_METADATA_SERVICE_TIMEOUT": Situation(
        variables(AWS_METADATA_SERVICE_TIMEOUT="long"), "", ""
    ),
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": Situation(
        variables(AWS_ACCOUNT_ID_ENDPOINT_MODE="nope"), "", ""
    ),
    "AWS_REQUEST_CHECKSUM_CALCULATION": Situation(
        variables(AWS_REQUEST_CHECKSUM_CALCULATION="nope"), "", ""
    ),
}
