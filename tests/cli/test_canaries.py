"""Canaries: credentials of every kind, of which no byte may be in anything that a command shows."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_amplify_jobs.cli import cli

from ..client.places import Place
from ..client.scripted import Reply, Request
from ..client.situations import SITUATIONS, arranged
from .test_situations import run_in

KEYS = {
    "access_key": "AKIACANARY0KEYID0000",
    "secret_key": "Canary1Secret/Key+0123456789abcdefghijklm",
    "token": "Canary2Session/Token+0123456789/abcdef==",
}

ALWAYS = {
    "GITHUB_TOKEN": "ghs_canary3GithubToken0123456789",
    "GH_TOKEN": "github_pat_canary4GhToken_0123456789",
    "PULUMI_ACCESS_TOKEN": "pul-canary5PulumiToken0123456789abcdef",
    "PULUMI_CONFIG_PASSPHRASE": "Canary6Passphrase-with-words",
    "AWS_ENDPOINT_URL_S3": "http://user:canary7EndpointPassword1@127.0.0.1:1",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic canary8ContainerToken0123",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "eyJcanary9Oidc0.eyJpZGVudGl0eSI6.c2lnbmF0dXJl",
    "ftp_proxy": "http://user:canary10ProxyPassword1@127.0.0.1:1",
}
"""Other secrets that are in the environment of a pipeline."""


def place_in(folder: Path) -> Place:
    return Place(folder, KEYS["access_key"], KEYS["secret_key"], KEYS["token"])


def given() -> list[str]:
    return [*KEYS.values(), *(value.rpartition("@")[0] or value for value in ALWAYS.values())]


def leaks(text: str, canaries: list[str]) -> list[str]:
    """Return what stands in a text of the canaries: twelve characters in a row are too many."""
    parts = (value[at : at + 12] for value in canaries for at in range(max(1, len(value) - 11)))
    return [part for part in parts if "anary" in part.lower() and part in text]


def everything(result: Result) -> str:
    raised = result.exception
    frames = "".join(traceback.format_exception(raised)) if raised else ""
    return f"{result.output}{result.stderr}{frames}"


@pytest.mark.parametrize("name", SITUATIONS)
def test_no_situation_shows_a_credential(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with arranged(SITUATIONS[name], place_in(tmp_path)) as place:
        place.environment = {**ALWAYS, **place.environment}
        result = run_in(place, monkeypatch, "plan", "--json")
        shown = everything(result)
        report = CliRunner().invoke(cli, ["report", "-"], input=result.stdout)
        page = CliRunner().invoke(cli, ["report", "--format", "html", "-"], input=result.stdout)
        monkeypatch.setenv("AMPLIFY_JOBS_DEBUG", "1")
        shown += everything(run_in(place, monkeypatch, "discover"))
    shown += everything(report) + everything(page)
    assert leaks(shown, given()) == []


def echo(request: Request) -> Reply:
    """Answer as a service that is too talkative: with all that it was sent."""
    said = f"{request.path} {json.dumps(dict(request.headers))} {request.body!r}"
    return Reply(400, json.dumps({"message": said, "__type": "BadRequestException"}).encode(), {})


def with_newline(variable: str) -> Callable[[Place], None]:
    def arrange(place: Place) -> None:
        place.backend(echo)
        place.environment[variable] = f"{place.environment[variable]}\n"

    return arrange


def in_profile(place: Place) -> None:
    place.profile(
        f"aws_access_key_id = {KEYS['access_key']}\naws_secret_access_key = {KEYS['secret_key']}\n"
        f"aws_session_token = {KEYS['token']}"
    )
    place.backend(echo)


def from_process(place: Place) -> None:
    answer = {
        "Version": 1,
        "AccessKeyId": KEYS["access_key"],
        "SecretAccessKey": KEYS["secret_key"],
        "SessionToken": KEYS["token"],
    }
    place.process(f"print({json.dumps(answer)!r})")
    place.backend(echo)


def assumed(place: Place) -> None:
    place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(echo)
    role = {"roleArn": "arn:aws:iam::123456789012:role/x", "externalId": "canary11ExternalId01"}
    place.config["amplify-jobs:assumeRoles"] = [role]
    place.backend(echo)


def web_identity(place: Place) -> None:
    place.without_keys()
    place.file("AWS_WEB_IDENTITY_TOKEN_FILE", "eyJcanary12Web0.eyJpZGVudGl0eSI6.c2lnbmF0dXJl")
    place.environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/x"
    place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(echo)
    place.backend(echo)


def user_info(place: Place) -> None:
    closed = "http://user:canary13EndpointPass01@127.0.0.1:1"
    place.config["amplify-jobs:endpoint"] = closed


def odd_user_info(place: Place) -> None:
    place.environment["AWS_ENDPOINT_URL"] = "http://user:canary14/Odd?Pass01@127.0.0.1:1"


def proxy(place: Place) -> None:
    place.environment["HTTP_PROXY"] = "http://user:canary15ProxyPass01@127.0.0.1:1"
    place.config["amplify-jobs:endpoint"] = "http://amplify.example"


KINDS: dict[str, Callable[[Place], None]] = {
    "keys of the environment": lambda place: place.backend(echo),
    "an access key with a line break": with_newline("AWS_ACCESS_KEY_ID"),
    "a secret key with a line break": with_newline("AWS_SECRET_ACCESS_KEY"),
    "a session token with a line break": with_newline("AWS_SESSION_TOKEN"),
    "keys of a profile": in_profile,
    "keys of a credential process": from_process,
    "an external ID": assumed,
    "a web identity token": web_identity,
    "user info of an endpoint": user_info,
    "user info that no URL can have": odd_user_info,
    "user info of a proxy": proxy,
}


@pytest.mark.parametrize("debugging", [False, True], ids=["plain", "debug"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_or_library_has_a_credential_shown(
    kind: str, debugging: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_in(tmp_path)
    place.environment = {**ALWAYS, **place.environment}
    KINDS[kind](place)
    try:
        if debugging:
            monkeypatch.setenv("AMPLIFY_JOBS_DEBUG", "1")
        shown = "".join(
            everything(run_in(place, monkeypatch, *command))
            for command in (("plan",), ("plan", "--json"), ("discover",))
        )
    finally:
        place.close()
    assert "error" in shown
    secrets = [*given(), "canary11ExternalId01", "eyJcanary12Web0", "canary13EndpointPass01"]
    assert leaks(shown, [*secrets, "canary14/Odd?Pass01", "canary15ProxyPass01"]) == []
