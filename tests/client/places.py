"""Places in which AWS can't be called: environments, AWS config files, servers and certificates."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.client.scripted import TLS, Reply, Request, Script, ScriptedServer, serving
from tests.client.stand_ins import ACCOUNT, amplify, sts

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


def role_of_a_profile(place: Place) -> None:
    """The profile assumes a role with the keys of another one."""
    place.profile(
        f"role_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
        f"aws_access_key_id = {place.access_key}\naws_secret_access_key = {place.secret_key}"
    )
    place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(sts)


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


def https_to_plain_http(place: Place) -> None:
    url = place.serve(amplify)
    place.config["amplify-jobs:endpoint"] = url.replace("http://", "https://")


def no_credentials(place: Place) -> None:
    place.without_keys()
    place.backend()


def web_identity(place: Place, token: str | None, script: Script = sts) -> None:
    place.without_keys()
    place.backend()
    path = place.folder / "token"
    if token is not None:
        path.write_text(token)
    place.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = str(path)
    place.environment["AWS_ROLE_ARN"] = ROLE
    place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(script)


def container(uri: str, **more: str) -> Arrange:
    def arrange(place: Place) -> None:
        place.without_keys()
        place.backend()
        place.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = uri
        place.environment.update(more)

    return arrange


def sso_token_missing(place: Place) -> None:
    place.profile(
        "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Deploy\n"
        "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.test/start"
    )
    place.environment["HOME"] = str(place.folder)


def sso_expired(place: Place) -> None:
    sso_token_missing(place)
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


def sso_legacy(place: Place) -> None:
    place.profile(
        "sso_region = eu-west-1\nsso_start_url = https://corp.test/start\n"
        "sso_account_id = 123456789012\nsso_role_name = Deploy"
    )
    place.environment["HOME"] = str(place.folder)


def not_executable(place: Place) -> None:
    path = place.folder / "helper"
    path.write_text("#!/bin/sh\necho {}\n")
    path.chmod(0o644)
    place.profile(f"credential_process = {path}")


def unreadable_config(place: Place) -> None:
    place.profile("region = eu-west-1")
    place.file("AWS_CONFIG_FILE", "[profile ops\nregion")


def switched_off_endpoint(place: Place) -> None:
    # With a region that no name server knows: nothing leaves this machine.
    place.config["aws:region"] = "xx-nowhere-1"
    place.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1/off"
    place.environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"


def endpoint_of_the_profile(place: Place) -> None:
    place.file("AWS_CONFIG_FILE", f"[profile ops]\nendpoint_url = {CLOSED}\n")
    place.environment.update({"AWS_PROFILE": "ops", "AWS_ENDPOINT_URL": None})


def empty_bundle(place: Place) -> None:
    tls("self")(place)
    place.file("AWS_CA_BUNDLE", "hello")


def no_region(place: Place) -> None:
    place.backend()
    del place.config["aws:region"]


def proxy(url: str) -> Arrange:
    def arrange(place: Place) -> None:
        place.config["amplify-jobs:endpoint"] = "https://amplifybackend.test"
        place.environment["HTTPS_PROXY"] = url

    return arrange


def proxy_that_asks(place: Place) -> None:
    place.config["amplify-jobs:endpoint"] = "http://amplifybackend.test"
    place.environment["HTTP_PROXY"] = place.serve(
        lambda _: Reply(407, b"<html>who are you?</html>", {"Proxy-Authenticate": "Basic"})
    )
