"""What the three operations do. Inputs and outputs go by the wire's names."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from .answers import ServiceError, bad_request, failure
from .job import JobKey
from .model import largest
from .store import JobReader, JobStore

Inputs = Mapping[str, Any]
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
    size = inputs.get("maxResults", largest("ListBackendJobs", "MaxResults"))
    query = [app_id, environment, filters]
    after = _parse_token(inputs["nextToken"], query) if "nextToken" in inputs else 0
    found = jobs.page(app_id, environment, filters, after, size + 1)
    output: dict[str, Any] = {"jobs": [job.wire() for _, job in found[:size]]}
    if len(found) > size:
        output["nextToken"] = _token(query, found[size - 1][0])
    return output


WRITES: Mapping[str, Write] = {"UpdateBackendJob": update_backend_job}
"""The operations that change jobs, by the model's names."""

READS: Mapping[str, Read] = {
    "GetBackendJob": get_backend_job,
    "ListBackendJobs": list_backend_jobs,
}
"""The operations that only look at jobs, by the model's names."""

HANDLERS: Mapping[str, Write] = {**WRITES, **READS}
"""The operations that the emulator knows, by the model's names."""


def _key(inputs: Inputs) -> JobKey:
    return inputs["appId"], inputs["backendEnvironmentName"], inputs["jobId"]


def _missing(inputs: Inputs) -> ServiceError:
    message = f"Backend job {'/'.join(_key(inputs))} does not exist"
    return ServiceError(failure("NotFoundException", message=message, resourceType="BackendJob"))


def _token(query: list[Any], position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([*query, position]).encode()).decode()


def _parse_token(token: str, query: list[Any]) -> int:
    """Return the position that a token stands for; it is good for its own query only."""
    try:
        *asked, position = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError, RecursionError):
        asked, position = [], None
    if asked != query or type(position) is not int:
        raise ServiceError(bad_request("nextToken is not valid for this request"))
    return position
