"""Canaries: made-up credentials of which no byte may be in anything that is shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from tests.client.places import ROLE, Place
from tests.client.scripted import Reply, Request

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

EXTERNAL_ID = "canary11ExternalId01"
WEB_IDENTITY = "eyJcanary12Web0.eyJpZGVudGl0eSI6.c2lnbmF0dXJl"
ENDPOINT = "user:canary13EndpointPass01"
ODD_ENDPOINT = "user:canary14/Odd?Pass01"
PROXY = "user:canary15ProxyPass01"
BORROWED = {
    "AccessKeyId": "ASIACANARY16BORROWED",
    "SecretAccessKey": "Canary17Borrowed/Secret+0123456789abcdef",
    "SessionToken": "Canary18Borrowed/Token+0123456789abcdef==",
}
"""What STS lends."""

STATUS = "CANARY20-Status-0123"
"""A job's status that is encrypted in the stack's config."""

NOISE = "Canary19Process-Output-0123"
"""What a credential process prints besides."""

CANARIES = [
    *KEYS.values(),
    *(value.removesuffix("@127.0.0.1:1").split("//")[-1] for value in ALWAYS.values()),
    *BORROWED.values(),
    *(EXTERNAL_ID, WEB_IDENTITY, ENDPOINT, ODD_ENDPOINT, PROXY, NOISE, STATUS),
]
"""All of them, as a leak would show them."""

PART = 12
"""Characters in a row of a canary that are too many."""


def place_in(folder: Path) -> Place:
    """Return a place whose environment has the keys."""
    return Place(folder, KEYS["access_key"], KEYS["secret_key"], KEYS["token"])


def leaks(text: str, canaries: Iterable[str]) -> list[str]:
    """Return what stands in a text of the canaries, also in Base64 and as in a URL."""
    spelt = (spelling for value in canaries for spelling in _spellings(value))
    parts = (value[at : at + PART] for value in spelt for at in range(max(1, len(value) - 11)))
    return [part for part in parts if part in text]


def _spellings(value: str) -> tuple[str, ...]:
    encoded = base64.b64encode(value.encode()).decode().rstrip("=")
    return value, quote(value, safe=""), encoded


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


def from_talkative_process(place: Place) -> None:
    place.process(
        "import os, sys; print(dict(os.environ), file=sys.stderr); "
        f"print(dict(os.environ), {NOISE!r}); sys.exit({NOISE!r})"
    )


def assumed(place: Place) -> None:
    place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(echo)
    role = {"roleArn": ROLE, "externalId": EXTERNAL_ID}
    place.config["amplify-jobs:assumeRoles"] = [role]
    place.backend(echo)


def web_identity(place: Place) -> None:
    place.without_keys()
    place.file("AWS_WEB_IDENTITY_TOKEN_FILE", WEB_IDENTITY)
    place.environment["AWS_ROLE_ARN"] = ROLE
    place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(echo)
    place.backend(echo)


def user_info(place: Place) -> None:
    place.config["amplify-jobs:endpoint"] = f"http://{ENDPOINT}@127.0.0.1:1"


def user_info_in_a_variable(place: Place) -> None:
    place.environment["AWS_ENDPOINT_URL"] = f"http://{ENDPOINT}@127.0.0.1:1"


def odd_user_info(place: Place) -> None:
    place.environment["AWS_ENDPOINT_URL"] = f"http://{ODD_ENDPOINT}@127.0.0.1:1"


def proxy(place: Place) -> None:
    place.environment["HTTP_PROXY"] = f"http://{PROXY}@127.0.0.1:1"
    place.config["amplify-jobs:endpoint"] = "http://amplify.example"


def all_at_once(place: Place) -> None:
    """Arrange every other kind, each on top of those before."""
    for kind, arrange in KINDS.items():
        if kind != ALL:
            place.environment = {**place.environment, **_keys_of(place)}
            arrange(place)
    place.environment |= _keys_of(place)
    place.environment["AWS_PROFILE"] = None
    place.backend(echo)


def _keys_of(place: Place) -> dict[str, str | None]:
    return {
        "AWS_ACCESS_KEY_ID": place.access_key,
        "AWS_SECRET_ACCESS_KEY": place.secret_key,
        "AWS_SESSION_TOKEN": place.token,
    }


ALL = "all of these at once"
KINDS: dict[str, Callable[[Place], None]] = {
    "keys of the environment": lambda place: place.backend(echo),
    "an access key with a line break": with_newline("AWS_ACCESS_KEY_ID"),
    "a secret key with a line break": with_newline("AWS_SECRET_ACCESS_KEY"),
    "a session token with a line break": with_newline("AWS_SESSION_TOKEN"),
    "keys of a profile": in_profile,
    "keys of a credential process": from_process,
    "a credential process that prints its environment": from_talkative_process,
    "an external ID": assumed,
    "a web identity token": web_identity,
    "user info of an endpoint": user_info,
    "user info of a variable's endpoint": user_info_in_a_variable,
    "user info that no URL can have": odd_user_info,
    "user info of a proxy": proxy,
    ALL: all_at_once,
}
