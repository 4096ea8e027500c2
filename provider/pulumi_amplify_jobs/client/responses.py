"""Responses of both services as jobs, apps and environments. None is trusted blindly.

botocore hands a truncated, garbage or empty 200 body back as success with no fields, so a response
counts only where it names the job that was asked for. What lists apps and environments must name
itself, and its Amazon Resource Name must be of the app that is spoken of:
`arn:aws:amplify:REGION:ACCOUNT:apps/APP`, with `/backendenvironments/NAME` behind it for an
environment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..domain.jobs import App, ObservedJob
from ..domain.keys import KEY_FIELDS, Environment, JobKey
from ..errors import MalformedAnswerError, one_line
from ..legible import legible
from ..redaction import redacted

FIELD_NAMES = {
    "operation": "Operation",
    "status": "Status",
    "create_time": "CreateTime",
    "update_time": "UpdateTime",
    "error": "Error",
}


Page = tuple[Sequence[ObservedJob], str | None]
"""One page of ListBackendJobs, and the next one's token, None for the last."""


def job_from(answer: Mapping[str, Any], asked: JobKey, call: str) -> ObservedJob:
    """Read the answer of GetBackendJob or UpdateBackendJob.

    Raises MalformedAnswerError where it does not name the job that was asked for.
    """
    key = _key_from(answer, asked.target, call)
    if key != asked:
        said = f"the response is for another job, {one_line(key.id)}"
        raise MalformedAnswerError(said, call)
    return _observed(answer, key, call)


def without_false_lists(
    parsed_response: dict[str, Any] | None, response_dict: Mapping[str, Any] | None, **_: object
) -> None:
    """Take a list out of a parsed response whose body has something else there.

    botocore's parser makes an empty list of an empty text or mapping, and nothing of another
    (botocore.parsers, `_handle_list`). For its event `response-received`.
    """
    empty = [name for name, value in (parsed_response or {}).items() if value == []]
    if parsed_response is None or response_dict is None or not empty:
        return
    document = json.loads(response_dict["body"])
    for name in empty:
        if not isinstance(document.get(name[0].lower() + name[1:]), list):
            del parsed_response[name]


def page_from(answer: Mapping[str, Any], environment: Environment, target: str, call: str) -> Page:
    """Read the answer of ListBackendJobs, which a target gave.

    Raises MalformedAnswerError where it has no list of jobs, or jobs of another environment.
    """
    jobs = answer.get("Jobs")
    if not isinstance(jobs, list):
        raise MalformedAnswerError("the response has no list of jobs", call)
    observed = []
    for entry in jobs:
        key = _key_from(entry, target, call)
        if key.environment != environment:
            raise MalformedAnswerError("the response is for another environment", call)
        observed.append(_observed(entry, key, call))
    return observed, token_from(answer, "NextToken", call)


def token_from(answer: Mapping[str, Any], name: str, call: str) -> str | None:
    """Return the token of the next page, None for the last. Raises MalformedAnswerError."""
    token = answer.get(name)
    if not isinstance(token, str | None):
        raise MalformedAnswerError("nextToken is not text in the response", call)
    return token or None


def _key_from(answer: Mapping[str, Any], target: str, call: str) -> JobKey:
    parts = [
        part
        for part in map(answer.get, ("AppId", "BackendEnvironmentName", "JobId"))
        if isinstance(part, str) and part
    ]
    if len(parts) < len(KEY_FIELDS):
        raise MalformedAnswerError("the response is empty or truncated: it names no job", call)
    return JobKey(parts[0], parts[1], parts[2], target)


def _observed(answer: Mapping[str, Any], key: JobKey, call: str) -> ObservedJob:
    fields = {ours: answer.get(theirs) for ours, theirs in FIELD_NAMES.items()}
    for name, value in fields.items():
        if not isinstance(value, str | None):
            raise MalformedAnswerError(f"{name} is not text in the response", call)
    if fields["error"] is not None:
        # Free text, which is recorded and shown: a service may repeat there what it was sent.
        fields["error"] = redacted(" ".join(fields["error"].split()))
    return ObservedJob(
        key, **{name: legible(value) if value else value for name, value in fields.items()}
    )


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
