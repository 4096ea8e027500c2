"""The three calls as the service gets them, and what is made of its answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.client.calls import Caller
from pulumi_amplify_jobs.client.retry import Budget
from pulumi_amplify_jobs.client.service import AmplifyJobsService, JobsService
from pulumi_amplify_jobs.client.session import Connection
from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import RequestRefusedError
from pulumi_amplify_jobs.settings import Settings
from tests.client.conftest import KEY, REGION
from tests.fake_clock import FakeClock
from tests.samples import APP, CREATED, ENVIRONMENT, job


def test_get_returns_every_field(service: JobsService, emulator: Emulator) -> None:
    emulator.seed([job("x", "FAILED", "CloneBackend", error="quota")])
    key = JobKey(APP, ENVIRONMENT, "x")
    assert service.get(key) == ObservedJob(key, "CloneBackend", "FAILED", CREATED, CREATED, "quota")


def test_absent_fields_are_none(service: JobsService, emulator: Emulator) -> None:
    emulator.seed([job("x", None, None)])
    key = JobKey(APP, ENVIRONMENT, "x")
    observed = service.get(key)
    assert observed is not None
    assert (observed.operation, observed.status, observed.error) == (None, None, None)


def test_a_job_that_is_not_there_is_none(service: JobsService, clock: FakeClock) -> None:
    assert service.get(JobKey(APP, ENVIRONMENT, "gone")) is None
    assert clock.slept == []


@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        (None, "FAILED", {"status": "FAILED"}),
        ("CloneBackend", None, {"operation": "CloneBackend"}),
        ("CloneBackend", "FAILED", {"operation": "CloneBackend", "status": "FAILED"}),
    ],
)
def test_an_update_sends_what_is_given_and_nothing_else(
    service: JobsService,
    emulator: Emulator,
    operation: str | None,
    status: str | None,
    body: dict[str, str],
) -> None:
    answer = service.update(KEY, operation, status)
    assert [r.body for r in emulator.requests()] == [body]
    assert (answer.operation, answer.status) == (
        operation or "UpdateBackendAPI",
        status or "RUNNING",
    )


def test_an_update_of_a_job_that_is_not_there_is_refused(service: JobsService) -> None:
    with pytest.raises(RequestRefusedError, match="gone does not exist"):
        service.update(JobKey(APP, ENVIRONMENT, "gone"), None, "FAILED")


@pytest.mark.parametrize(
    "part",
    [
        "a/b",
        "/",
        "//",
        "...",
        "a b",
        "?x=1",
        "#",
        "%2F",
        "%",
        "+",
        "ü☃",
        "'\"",
        "0012",
        "x" * 256,
        "\\",
    ],
)
def test_hostile_key_parts_reach_the_service_as_they_are(
    service: JobsService, emulator: Emulator, part: str
) -> None:
    key = JobKey(part, part, part)
    emulator.seed([job(part, app=part, environment=part)])
    read = service.get(key)
    assert read is not None
    assert read.key == key
    assert service.update(key, None, "FAILED").key == key
    [listed], _ = service.list_page(key.environment, None)
    assert listed.key == key
    assert {r.operation for r in emulator.requests()} == {
        "GetBackendJob",
        "UpdateBackendJob",
        "ListBackendJobs",
    }
    assert emulator.job(part, part, part).status == "FAILED"


@pytest.mark.parametrize("job_id", ["", ".", ".."])
def test_a_key_that_leads_to_another_path_is_refused_before_the_call(
    service: JobsService, emulator: Emulator, job_id: str
) -> None:
    key = JobKey(APP, ENVIRONMENT, job_id)
    with pytest.raises(RequestRefusedError, match="JobId is"):
        service.get(key)
    with pytest.raises(RequestRefusedError, match="JobId is"):
        service.update(key, None, "FAILED")
    assert emulator.requests() == []


def test_lists_are_read_page_by_page(service: JobsService, emulator: Emulator) -> None:
    emulator.seed([job(f"j{n}", environment="dev") for n in range(60)])
    sizes: list[int] = []
    token = None
    while token or not sizes:
        jobs, token = service.list_page(Environment(APP, "dev"), token)
        sizes.append(len(jobs))
    assert sizes == [25, 25, 10]
    assert service.list_page(Environment(APP, "empty"), None) == ([], None)


def test_threads_share_one_client(emulator: Emulator, clock: FakeClock) -> None:
    made: list[AmplifyBackendClient] = []
    create = Connection(Settings(region=REGION, endpoint=emulator.url)).jobs

    def counting() -> AmplifyBackendClient:
        made.append(create())
        return made[-1]

    emulator.seed([job(f"j{n}") for n in range(40)])
    service = AmplifyJobsService(Caller(counting, Budget(), clock))
    keys = [JobKey(APP, ENVIRONMENT, f"j{n}") for n in range(40)]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(service.get, keys))
    assert [each and each.key for each in found] == keys
    assert len(made) == 1


def test_nothing_is_asked_before_the_first_use(service: JobsService, emulator: Emulator) -> None:
    assert emulator.requests() == []


HOSTILE = "\x1b]0;title\x07RUN\rNING\n::error::x\u2028y\x9b2J"
"""What a terminal, or a CI's log, would act on."""


def test_no_text_of_a_job_has_control_characters(emulator: Emulator, service: JobsService) -> None:
    emulator.seed([job("x", HOSTILE, HOSTILE, error=f"failed:\n\n\t{HOSTILE}")])
    emulator.set_job(APP, ENVIRONMENT, "x", update_time="1\x1b[2J", create_time="\n")
    shown = "%1B]0;title%07RUN%0DNING%0A::error::x%E2%80%A8y%C2%9B2J"
    folded = "failed: %1B]0;title%07RUN NING ::error::x y%C2%9B2J"
    page, _ = service.list_page(Environment(APP, ENVIRONMENT), None)
    listed = [each for each in page if each.key.job_id == "x"]
    for found in (service.get(JobKey(APP, ENVIRONMENT, "x")), *listed):
        assert found is not None
        assert (found.operation, found.status, found.error) == (shown, shown, folded)
        assert (found.create_time, found.update_time) == ("%0A", "1%1B[2J")


def test_no_error_of_a_job_has_a_secret_in_it(
    emulator: Emulator, service: JobsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service may repeat there what it was sent, and the state records it."""
    secret = "Canary+0123456789/abcdef"
    monkeypatch.setenv("SHOP_API_TOKEN", secret)
    said = f"refused: token={secret}, Bearer  eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
    emulator.seed([job("x", error=said)])
    key = JobKey(APP, ENVIRONMENT, "x")
    page, _ = service.list_page(key.environment, None)
    listed = [each for each in page if each.key == key]
    for found in (service.get(key), service.update(key, None, "FAILED"), *listed):
        assert found is not None
        assert found.error == "refused: token=***, Bearer ***"


@pytest.mark.parametrize("text", ["RUNNING", "läuft 100 %", "\u202eRUN", "a%0Ab", "\xa0"])
def test_any_other_text_of_a_job_is_as_it_is(
    emulator: Emulator, service: JobsService, text: str
) -> None:
    emulator.seed([job("x", text)])
    found = service.get(JobKey(APP, ENVIRONMENT, "x"))
    assert found is not None
    assert found.status == text
