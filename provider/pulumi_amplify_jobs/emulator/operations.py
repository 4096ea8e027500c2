"""What the operations of both services do. Inputs and outputs go by the wire's names."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .answers import ServiceError, bad_request, failure
from .apps import Apps, KnownApp, KnownEnvironment
from .arns import app_arn, environment_arn
from .job import JobKey
from .model import largest
from .store import JobReader, JobStore

Inputs = Mapping[str, Any]
T = TypeVar("T")

ReadRows = Callable[[int, int], list[tuple[int, T]]]
"""Returns what stands behind a position, up to so many, each with its own."""


def page(
    inputs: Inputs, query: list[Any], largest: int, read: ReadRows[T]
) -> tuple[list[T], dict[str, str]]:
    """Return a page, and the `nextToken` member of the answer where there is more.

    `query` is what is listed, as JSON data: a token is good for its own query only. A page
    has `maxResults`, or as many as possible where that is left out or 0.
    """
    size = inputs.get("maxResults") or largest
    after = _position(inputs["nextToken"], query) if "nextToken" in inputs else 0
    found = read(after, size + 1)
    more = {"nextToken": _token(query, found[size - 1][0])} if len(found) > size else {}
    return [each for _, each in found[:size]], more


def _token(query: list[Any], position: int) -> str:
    text = json.dumps([*query, position], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode()


def _position(token: str, query: list[Any]) -> int:
    try:
        *asked, position = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError, RecursionError):
        asked, position = [], None
    if asked != query or type(position) is not int:
        raise ServiceError(bad_request("nextToken is not valid for this request"))
    return position


Read = Callable[[JobReader, Inputs], dict[str, Any]]
Write = Callable[[JobStore, Inputs], dict[str, Any]]

_FILTERS = ("jobId", "operation", "status")
_SETTABLE = ("operation", "status")


def update_backend_job(store: JobStore, inputs: Inputs) -> dict[str, Any]:
    """Set the given fields of a job, even to what they are, and return the whole job."""
    fields = {name: inputs[name] for name in _SETTABLE if name in inputs}
    job = store.set(_key(inputs), fields)
    if job is None:
        raise _missing(inputs)
    return job.wire()


def get_backend_job(jobs: JobReader, inputs: Inputs) -> dict[str, Any]:
    """Return a job."""
    job = jobs.get(_key(inputs))
    if job is None:
        raise _missing(inputs)
    return job.wire()


def list_backend_jobs(jobs: JobReader, inputs: Inputs) -> dict[str, Any]:
    """Return a page of an environment's jobs; one without jobs, or unknown, has an empty page."""
    app_id, environment = inputs["appId"], inputs["backendEnvironmentName"]
    filters = {name: inputs[name] for name in _FILTERS if name in inputs}
    found, more = page(
        inputs,
        [app_id, environment, filters],
        largest("ListBackendJobs", "MaxResults"),
        lambda after, size: jobs.page(app_id, environment, filters, after, size),
    )
    return {"jobs": [job.wire() for job in found], **more}


WRITES: Mapping[str, Write] = {"UpdateBackendJob": update_backend_job}
"""The operations that change jobs, by the model's names."""

READS: Mapping[str, Read] = {
    "GetBackendJob": get_backend_job,
    "ListBackendJobs": list_backend_jobs,
}
"""The operations that only look at jobs, by the model's names."""

HANDLERS: Mapping[str, Write] = {**WRITES, **READS}
"""The operations of AmplifyBackend that the emulator knows, by the model's names."""


def _key(inputs: Inputs) -> JobKey:
    return inputs["appId"], inputs["backendEnvironmentName"], inputs["jobId"]


def _missing(inputs: Inputs) -> ServiceError:
    message = f"Backend job {'/'.join(_key(inputs))} does not exist"
    return ServiceError(failure("NotFoundException", message=message, resourceType="BackendJob"))


AppRead = Callable[[Apps, Inputs], dict[str, Any]]


def list_apps(apps: Apps, inputs: Inputs) -> dict[str, Any]:
    """Return a page of the apps."""
    most = largest("ListApps", "maxResults")
    found, more = page(inputs, ["apps"], most, apps.page)
    return {"apps": [_app(each) for each in found], **more}


def list_backend_environments(apps: Apps, inputs: Inputs) -> dict[str, Any]:
    """Return a page of an app's backend environments, or the one of that name."""
    app_id, name = inputs["appId"], inputs.get("environmentName")
    if not apps.has(app_id):
        raise ServiceError(failure("NotFoundException", message=f"App {app_id} does not exist"))
    most = largest("ListBackendEnvironments", "maxResults")
    found, more = page(
        inputs,
        [app_id, name],
        most,
        lambda after, size: apps.environments(app_id, name, after, size),
    )
    return {"backendEnvironments": [_environment(each) for each in found], **more}


APP_READS: Mapping[str, AppRead] = {
    "ListApps": list_apps,
    "ListBackendEnvironments": list_backend_environments,
}
"""The operations that look at apps, by the model's names."""

OPERATIONS = (*HANDLERS, *APP_READS)
"""All operations that the emulator knows, by the models' names."""


def _app(app: KnownApp) -> dict[str, Any]:
    """Return an app with all that the model requires: an app of a web host with nothing set."""
    return {
        "appId": app.app_id,
        "appArn": app_arn(app.app_id),
        "name": app.name,
        "tags": app.tags,
        "description": "",
        "repository": f"https://git.example.com/{app.app_id}",
        "platform": "WEB",
        "createTime": app.create_time / 1000,
        "updateTime": app.update_time / 1000,
        "environmentVariables": {},
        "defaultDomain": f"{app.app_id}.amplifyapp.com",
        "enableBranchAutoBuild": False,
        "enableBasicAuth": False,
    }


def _environment(environment: KnownEnvironment) -> dict[str, Any]:
    return {
        "backendEnvironmentArn": environment_arn(environment.app_id, environment.name),
        "environmentName": environment.name,
        "createTime": environment.create_time / 1000,
        "updateTime": environment.create_time / 1000,
    }
