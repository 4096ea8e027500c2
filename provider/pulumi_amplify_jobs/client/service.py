"""The three calls that the project makes, with retries, checked answers and our own errors."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..clock import Clock
from ..errors import ServiceError
from ..jobs import EVERY_JOB, JobFilter, JobKey, ObservedJob
from ..settings import Settings
from .answers import Page, job_from, page_from
from .failures import Call, Failure, failure_of, is_not_found
from .patience import Budget, Retry, delay_before
from .session import amplify_client, endpoint_source

if TYPE_CHECKING:
    from mypy_boto3_amplifybackend import AmplifyBackendClient

T = TypeVar("T")

PAGE_SIZE = 25
"""The service model's maximum for ListBackendJobs' maxResults."""


class JobsService(Protocol):
    """What the rest of the package needs of AWS."""

    def get(self, key: JobKey) -> ObservedJob | None:
        """Return the live job (GetBackendJob), or None where the service has no such job."""

    def update(self, key: JobKey, operation: str | None, status: str | None) -> ObservedJob:
        """Set the fields that are not None (UpdateBackendJob) and return the service's answer."""

    def list_page(
        self, environment: tuple[str, str], token: str | None, only: JobFilter = EVERY_JOB
    ) -> Page:
        """Return one page of an environment's jobs (ListBackendJobs), from `token` on."""


def connect(settings: Settings, clock: Clock) -> JobsService:
    """Return the service as the settings describe it; no call is made before the first use."""
    return AmplifyJobsService(
        partial(amplify_client, settings),
        Budget(settings.max_retries),
        clock,
        endpoint_source(settings),
    )


class AmplifyJobsService:
    """JobsService over boto3. May be shared by threads: the client is made once, on first use.

    Every method raises ServiceError subclasses with one-line messages, nothing of botocore's.
    """

    def __init__(
        self,
        create: Callable[[], AmplifyBackendClient],
        budget: Budget,
        clock: Clock,
        endpoint_source: str | None = None,
    ) -> None:
        self._create = create
        self._budget = budget
        self._clock = clock
        self._endpoint_source = endpoint_source
        self._lock = threading.Lock()
        self._client: AmplifyBackendClient | None = None
        self._reached = False
        self._given_up = False
        self._dice = random.Random()  # noqa: S311 (jitter, no secret)

    def get(self, key: JobKey) -> ObservedJob | None:
        """Return the live job, or None where the service has no such job."""
        call = f"GetBackendJob {key}"

        def request() -> ObservedJob:
            return job_from(self._answer(self._connected().get_backend_job, **_uri(key)), key, call)

        return self._found(call, request)

    def update(self, key: JobKey, operation: str | None, status: str | None) -> ObservedJob:
        """Set the fields that are not None and return the service's answer.

        Raises RequestRefusedError, too, where the service has no such job.
        """
        call = f"UpdateBackendJob {key}"
        fields = {"Operation": operation, "Status": status}
        body = {name: value for name, value in fields.items() if value is not None}

        def request() -> ObservedJob:
            update = self._connected().update_backend_job
            return job_from(self._answer(update, **_uri(key), **body), key, call)

        return self._patiently(call, request)

    def list_page(
        self, environment: tuple[str, str], token: str | None, only: JobFilter = EVERY_JOB
    ) -> Page:
        """Return one page of an environment's jobs; an unknown environment has none."""
        app_id, name = environment
        call = f"ListBackendJobs {app_id}/{name}"
        given = {"NextToken": token, "Operation": only.operation, "Status": only.status}
        rest: dict[str, Any] = {name: value for name, value in given.items() if value}

        def request() -> Page:
            answer = self._answer(
                self._connected().list_backend_jobs,
                AppId=app_id,
                BackendEnvironmentName=name,
                MaxResults=PAGE_SIZE,
                **rest,
            )
            return page_from(answer, environment, call)

        return self._found(call, request) or Page(())

    def _answer(self, method: Callable[..., Any], **arguments: Any) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = method(**arguments)
        self._reached = True
        return answer

    def _found(self, call: str, request: Callable[[], T]) -> T | None:
        """Make the call; the service's own NotFoundException is None."""

        def forgiving() -> T | None:
            try:
                return request()
            except Exception as error:
                if is_not_found(error):
                    return None
                raise

        return self._patiently(call, forgiving)

    def _patiently(self, call: str, request: Callable[[], T]) -> T:
        """Make the call, again and again where that may help, as long as its budget lasts."""
        named = Call(call, self._endpoint_source)
        began = self._clock.now()
        attempts = 0
        while True:
            try:
                return request()
            except Exception as error:
                failure = failure_of(error, named)
                if failure is None:
                    raise
            attempts += 1
            self._reached = self._reached or failure.retry is not Retry.UNREACHABLE
            spent = self._clock.now() - began
            left = self._budget.left(
                failure.retry, attempts=attempts, spent=spent, reached=self._reached
            )
            hopeless = failure.retry is Retry.UNREACHABLE and not self._reached and self._given_up
            if hopeless or left == 0.0 or failure.retry_after > left:
                # An endpoint that was waited for in vain once is asked only once by later calls.
                self._given_up = True
                raise exhausted(failure, named, attempts, spent) from None
            delay = min(delay_before(attempts + 1, self._dice), left)
            self._clock.sleep(max(delay, failure.retry_after))

    def _connected(self) -> AmplifyBackendClient:
        with self._lock:
            if self._client is None:
                self._client = self._create()
            return self._client


def _uri(key: JobKey) -> dict[str, str]:
    return {
        "AppId": key.app_id,
        "BackendEnvironmentName": key.backend_environment_name,
        "JobId": key.job_id,
    }


def exhausted(failure: Failure, call: Call, attempts: int, spent: float) -> ServiceError:
    """Return the error to raise after the last attempt; it says how often and how long it was."""
    error = failure.error
    parts = []
    if attempts > 1:
        parts.append(f"gave up after {attempts} attempts in {spent:.0f} s")
    if failure.retry is Retry.TRANSIENT:
        parts.append("run it again later, what was done is kept")
    if failure.retry is Retry.MALFORMED:
        parts.append(f"check {call.endpoint} and any proxy on the way")
    detail = error.detail + "".join(f"; {part}" for part in parts)
    return type(error)(error.reason, error.call, detail)
