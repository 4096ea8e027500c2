"""What the operations of both services do. Inputs and outputs go by the wire's names."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from sqlite3 import Row
from typing import Any
from urllib.parse import quote

from .entities import Job, JobKey
from .places import Place
from .protocol import (
    APPS_SERVICE,
    JOBS_SERVICE,
    ServiceError,
    bad_request,
    failure,
    largest,
    signing_name,
)
from .store import JobReader, JobStore, job_of
from .updates import UPDATES

Inputs = Mapping[str, Any]

_FILTERS = ("jobId", "operation", "status")
_SETTABLE = ("operation", "status")


def app_arn(place: Place, app_id: str) -> str:
    """Return the name of an app; ``*`` stands for all."""
    return f"arn:aws:amplify:{place.region}:{place.account_id}:apps/{app_id}"


def resource_arn(operation: str, inputs: Inputs, place: Place) -> str:
    """Return the name of what a request is about, as policies and refusals have it.

    Source: the Service Authorization Reference's resource types `apps` of AWS Amplify, and `job` of
    AWS Amplify Admin (`/backend/${AppId}/job/*`), which also fits its type `backend`.
    """
    if signing_name(operation) == APPS_SERVICE:
        return app_arn(place, quote(inputs["appId"], safe="") if "appId" in inputs else "*")
    parts = [inputs["appId"], "job", inputs["backendEnvironmentName"], inputs.get("jobId", "")]
    path = "/".join(quote(part, safe="") for part in parts).rstrip("/")
    return f"arn:aws:{JOBS_SERVICE}:{place.region}:{place.account_id}:/backend/{path}"


def page(
    inputs: Inputs, query: list[Any], largest: int, read: Callable[[int, int], list[Row]]
) -> tuple[list[Row], dict[str, str]]:
    """Return a page, and the `nextToken` member of the answer where there is more.

    `query` is what is listed, as JSON data: a token is good for its own query only. A page
    has `maxResults`, or as many as possible where that is left out or 0. `read` returns the rows
    behind a position, up to so many.
    """
    size = inputs.get("maxResults") or largest
    after = _position(inputs["nextToken"], query) if "nextToken" in inputs else 0
    found = read(after, size + 1)
    more = {"nextToken": _token(query, found[size - 1]["position"])} if len(found) > size else {}
    return found[:size], more


def _token(query: list[Any], position: int) -> str:
    text = json.dumps([*query, position], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode()


def _position(token: str, query: list[Any]) -> int:
    try:
        *asked, position = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError, RecursionError):
        asked, position = [], None
    if asked != query or type(position) is not int:
        raise bad_request("nextToken is not valid for this request")
    return position


def update_backend_job(store: JobStore, inputs: Inputs) -> dict[str, Any]:
    """Update a job as the store has it done, and return the whole job."""
    fields = {name: inputs[name] for name in _SETTABLE if name in inputs}
    return _found(UPDATES[store.updates](store, _key(inputs), fields), inputs)


def get_backend_job(jobs: JobReader, inputs: Inputs) -> dict[str, Any]:
    """Return a job."""
    return _found(jobs.get(_key(inputs)), inputs)


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
    return {"jobs": [job_of(row).wire() for row in found], **more}


def _key(inputs: Inputs) -> JobKey:
    return inputs["appId"], inputs["backendEnvironmentName"], inputs["jobId"]


def _found(job: Job | None, inputs: Inputs) -> dict[str, Any]:
    if job is None:
        message = f"Backend job {'/'.join(_key(inputs))} does not exist"
        answer = failure("NotFoundException", message=message, resourceType="BackendJob")
        raise ServiceError(answer)
    return job.wire()


def list_apps(store: JobStore, inputs: Inputs) -> dict[str, Any]:
    """Return a page of the apps."""
    found, more = page(inputs, ["apps"], largest("ListApps", "maxResults"), store.apps.page)
    return {"apps": [_app(store.place, row) for row in found], **more}


def list_backend_environments(store: JobStore, inputs: Inputs) -> dict[str, Any]:
    """Return a page of an app's backend environments, or the one of that name."""
    app_id, name = inputs["appId"], inputs.get("environmentName")
    if not store.apps.has(app_id):
        raise ServiceError(failure("NotFoundException", message=f"App {app_id} does not exist"))
    found, more = page(
        inputs,
        [app_id, name],
        largest("ListBackendEnvironments", "maxResults"),
        lambda after, size: store.apps.environments(app_id, name, after, size),
    )
    return {"backendEnvironments": [_environment(store.place, row) for row in found], **more}


def _app(place: Place, row: Row) -> dict[str, Any]:
    """Return an app with all that the model requires: an app of a web host with nothing set."""
    return {
        "appId": row["appId"],
        "appArn": app_arn(place, row["appId"]),
        "name": row["name"],
        "tags": json.loads(row["tags"]),
        "description": "",
        "repository": f"https://git.example.com/{row['appId']}",
        "platform": "WEB",
        "createTime": row["createTime"] / 1000,
        "updateTime": row["updateTime"] / 1000,
        "environmentVariables": {},
        "defaultDomain": f"{row['appId']}.amplifyapp.com",
        "enableBranchAutoBuild": False,
        "enableBasicAuth": False,
    }


def _environment(place: Place, row: Row) -> dict[str, Any]:
    name = row["environmentName"]
    return {
        "backendEnvironmentArn": f"{app_arn(place, row['appId'])}/backendenvironments/{name}",
        "environmentName": name,
        "createTime": row["createTime"] / 1000,
        "updateTime": row["createTime"] / 1000,
    }


READS: Mapping[str, Callable[[JobReader, Inputs], dict[str, Any]]] = {
    "GetBackendJob": get_backend_job,
    "ListBackendJobs": list_backend_jobs,
}
"""The operations that only look at jobs, by the model's names."""

OPERATIONS: Mapping[str, Callable[[JobStore, Inputs], dict[str, Any]]] = {
    "UpdateBackendJob": update_backend_job,
    **READS,
    "ListApps": list_apps,
    "ListBackendEnvironments": list_backend_environments,
}
"""All operations that the emulator knows, by the models' names."""
