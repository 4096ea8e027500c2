"""Answers of AWS Amplify as apps and names of environments. No answer is trusted blindly.

What counts must name itself, and the app in its Amazon Resource Name must be the one that is
spoken of: `arn:aws:amplify:REGION:ACCOUNT:apps/APP`, and with `/backendenvironments/NAME` behind it
for an environment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import MalformedAnswerError, one_line
from ..jobs import App
from .answers import token_from


def apps_from(answer: Mapping[str, Any], call: str) -> tuple[Sequence[App], str | None]:
    """Read a page of ListApps and the next one's token, None for the last.

    Raises MalformedAnswerError where it has no list of apps, or an app without an ID or a name.
    """
    apps = [_app(entry, call) for entry in _entries(answer, "apps", call)]
    return apps, token_from(answer, "nextToken", call)


def environments_from(
    answer: Mapping[str, Any], app_id: str, call: str
) -> tuple[Sequence[str], str | None]:
    """Read a page of ListBackendEnvironments, the names only, and the next one's token.

    Raises MalformedAnswerError where it has no list of environments, one without a name, or one of
    another app.
    """
    entries = _entries(answer, "backendEnvironments", call)
    names = [_name(entry, app_id, call) for entry in entries]
    return names, token_from(answer, "nextToken", call)


def _entries(answer: Mapping[str, Any], name: str, call: str) -> list[Mapping[str, Any]]:
    entries = answer.get(name)
    if not isinstance(entries, list):
        raise MalformedAnswerError(f"the response has no list of {name}", call)
    return entries


def _app(entry: Mapping[str, Any], call: str) -> App:
    app_id = _text(entry, "appId", "an app", call)
    name = _text(entry, "name", f"the app {one_line(app_id)}", call)
    _check_arn(entry.get("appArn"), app_id, call)
    tags = entry.get("tags") or {}
    if not all(isinstance(text, str) for pair in tags.items() for text in pair):
        raise MalformedAnswerError(f"the tags of {one_line(app_id)} are not text", call)
    return App(app_id, name, tags)


def _name(entry: Mapping[str, Any], app_id: str, call: str) -> str:
    _check_arn(entry.get("backendEnvironmentArn"), app_id, call)
    return _text(entry, "environmentName", "an environment", call)


def _text(entry: Mapping[str, Any], name: str, whose: str, call: str) -> str:
    text = entry.get(name)
    if not isinstance(text, str) or not text:
        raise MalformedAnswerError(f"{whose} has no {name} in the response", call)
    return text


def _check_arn(arn: object, app_id: str, call: str) -> None:
    """Refuse a resource name with another app in it; one of another form says nothing."""
    _, apps, path = str(arn).partition(":apps/")
    if apps and path != app_id and not path.startswith(f"{app_id}/"):
        raise MalformedAnswerError(f"the response is for another app, {one_line(path)}", call)
