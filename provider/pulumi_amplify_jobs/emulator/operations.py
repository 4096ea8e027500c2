"""What the three operations of AmplifyBackend do. Inputs and outputs go by the wire's names."""

from collections.abc import Callable, Mapping
from typing import Any

from .answers import ServiceError, failure
from .app_operations import APP_READS
from .job import JobKey
from .model import largest
from .pages import Inputs, page
from .store import JobReader, JobStore

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

OPERATIONS = (*HANDLERS, *APP_READS)
"""All operations that the emulator knows, by the models' names."""


def _key(inputs: Inputs) -> JobKey:
    return inputs["appId"], inputs["backendEnvironmentName"], inputs["jobId"]


def _missing(inputs: Inputs) -> ServiceError:
    message = f"Backend job {'/'.join(_key(inputs))} does not exist"
    return ServiceError(failure("NotFoundException", message=message, resourceType="BackendJob"))
