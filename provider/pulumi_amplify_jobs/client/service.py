"""The three calls for jobs, with retries, checked answers and our own errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ..domain.jobs import EVERY_JOB, JobFilter, ObservedJob
from ..domain.keys import Environment, JobKey, key_part_problem
from ..errors import RequestRefusedError
from .calls import Caller
from .responses import Page, job_from, page_from

if TYPE_CHECKING:
    from mypy_boto3_amplifybackend import AmplifyBackendClient

PAGE_SIZE = 25
"""The service model's maximum for ListBackendJobs' maxResults."""


class JobsService(Protocol):
    """What the rest of the package needs of AWS."""

    def get(self, key: JobKey) -> ObservedJob | None:
        """Return the live job (GetBackendJob), or None where the service has no such job."""

    def update(self, key: JobKey, operation: str | None, status: str | None) -> ObservedJob:
        """Set the fields that are not None (UpdateBackendJob) and return the service's answer."""

    def list_page(
        self, environment: Environment, token: str | None, only: JobFilter = EVERY_JOB
    ) -> Page:
        """Return one page of an environment's jobs (ListBackendJobs), from `token` on."""


class AmplifyJobsService:
    """JobsService over botocore. May be shared by threads.

    Every method raises ServiceError subclasses with one-line messages, nothing of botocore's.
    """

    def __init__(self, caller: Caller[AmplifyBackendClient], target: str = "") -> None:
        """`target` is the name of the account and region that the caller reaches."""
        self._caller = caller
        self._target = target

    def get(self, key: JobKey) -> ObservedJob | None:
        """Return the live job, or None where the service has no such job."""
        call = f"GetBackendJob {key.id}"
        path = _path_of(key, call)
        return self._caller.find(
            call, lambda client: job_from(client.get_backend_job(**path), key, call)
        )

    def update(self, key: JobKey, operation: str | None, status: str | None) -> ObservedJob:
        """Set the fields that are not None and return the service's answer.

        Raises RequestRefusedError, too, where the service has no such job.
        """
        call = f"UpdateBackendJob {key.id}"
        path = _path_of(key, call)
        fields = {"Operation": operation, "Status": status}
        body: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
        return self._caller.make(
            call,
            lambda client: job_from(client.update_backend_job(**path, **body), key, call),
        )

    def list_page(
        self, environment: Environment, token: str | None, only: JobFilter = EVERY_JOB
    ) -> Page:
        """Return one page of an environment's jobs; an unknown environment has none.

        Raises RequestRefusedError, too, for an environment that is unknown after its first page:
        what was read then is not all of the list.
        """
        call = f"ListBackendJobs {environment}"
        given = {"NextToken": token, "Operation": only.operation, "Status": only.status}
        rest: dict[str, Any] = {name: value for name, value in given.items() if value}

        def request(client: AmplifyBackendClient) -> Page:
            answer = client.list_backend_jobs(
                AppId=environment.app_id,
                BackendEnvironmentName=environment.name,
                MaxResults=PAGE_SIZE,
                **rest,
            )
            return page_from(answer, environment, self._target, call)

        if token is not None:
            return self._caller.make(call, request)
        return self._caller.find(call, request) or ((), None)


def _path_of(key: JobKey, call: str) -> dict[str, str]:
    """Return the parameters of a request's path.

    Raises RequestRefusedError for a key that would lead to another path, such as `..`: botocore
    sends it as it is.
    """
    parts = {
        "AppId": key.app_id,
        "BackendEnvironmentName": key.backend_environment_name,
        "JobId": key.job_id,
    }
    for name, part in parts.items():
        problem = key_part_problem(part)
        if problem is not None:
            raise RequestRefusedError(f"{name} {problem}", call)
    return parts
