"""Answers that never end: a call has its time in all, whatever comes meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain, repeat

import pytest
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.client.apps import AppsService
from pulumi_amplify_jobs.client.calls import Caller
from pulumi_amplify_jobs.client.retry import Budget
from pulumi_amplify_jobs.client.service import AmplifyJobsService
from pulumi_amplify_jobs.client.session import Connection
from pulumi_amplify_jobs.clock import Clock, InterruptibleClock, SystemClock
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import (
    InterruptedRunError,
    MalformedAnswerError,
    ServiceUnavailableError,
)
from pulumi_amplify_jobs.limits import LARGEST_ANSWER, MOST_PAGE_VALUES, MOST_VALUES
from pulumi_amplify_jobs.settings import Settings
from pulumi_amplify_jobs.threads import OutOfTimeError, within_here
from tests.client import dripping as stand_in
from tests.client.conftest import KEY, REGION
from tests.client.dripping import DRIPS, Drip, Stand, dripping
from tests.client.scripted import Reply, Request, serving
from tests.client.test_faults import CALLS, Call
from tests.fake_clock import FakeClock
from tests.samples import job

ANSWER = {"appId": KEY.app_id, "backendEnvironmentName": "prod", "jobId": "4f1c"}
TWICE = Budget(attempt=0.2, max_retries=1)
"""Two attempts of 0.2 s, of a real clock: they pass on sockets."""


@dataclass(frozen=True)
class FirstAtLeisure(Budget):
    """Leaves 0.2 s to all attempts but the first."""

    seconds: Iterator[float] = field(default_factory=lambda: chain([60.0], repeat(0.2)))

    def attempt_within(self, spent: float) -> float:  # noqa: ARG002
        return next(self.seconds)


def caller_at(
    url: str, budget: Budget = TWICE, clock: Clock | None = None
) -> Caller[AmplifyBackendClient]:
    """Return a caller that makes each attempt in its own thread, once it was answered."""
    connection = Connection(Settings(region=REGION, endpoint=url))
    settled = connection.is_settled
    return Caller(connection.jobs, budget, clock or SystemClock(), settled=settled)


def service_at(url: str, budget: Budget = TWICE, clock: Clock | None = None) -> AmplifyJobsService:
    return AmplifyJobsService(caller_at(url, budget, clock))


def first_answered(then: Drip) -> AbstractContextManager[Stand]:
    """Answer one request, and drip to all others, also on the connection of the first."""
    answers = iter([stand_in.kept_answer(ANSWER)])
    return dripping(then, script=lambda *_: next(answers, None))


@pytest.mark.parametrize("drip", DRIPS)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_ends_however_its_answer_drips(drip: Drip, call: Call) -> None:
    with dripping(drip) as stand:
        service = service_at(stand.url)
        with pytest.raises(ServiceUnavailableError, match="no complete response within") as failed:
            call(service)
        # On a busy machine the time of an attempt may pass before it has connected.
        assert stand.connections <= 2
        stand.wait_until_all_closed()
    assert "gave up after 2 attempts in " in str(failed.value)
    assert "run it again later" in str(failed.value)


def test_attempts_end_with_the_patience_for_the_call() -> None:
    with dripping(stand_in.slow_body) as stand:
        with pytest.raises(ServiceUnavailableError, match="no complete response within"):
            service_at(stand.url, Budget(patience=1.0, attempt=0.2)).get(KEY)
        stand.wait_until_all_closed()


@pytest.mark.parametrize("drip", DRIPS)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_so_it_does_on_a_connection_that_is_used_again(drip: Drip, call: Call) -> None:
    with first_answered(then=drip) as stand:
        service = service_at(stand.url, FirstAtLeisure(max_retries=1))
        assert service.get(KEY) is not None
        with pytest.raises(ServiceUnavailableError, match="no complete response within"):
            call(service)
        stand.wait_until_all_closed()
        assert stand.connections <= 2


def test_an_attempt_needs_no_thread_once_there_was_an_answer(emulator: Emulator) -> None:
    emulator.seed([job(KEY.job_id)])
    caller = caller_at(emulator.url)
    threads = [caller.make("a call", lambda _: threading.get_ident()) for _ in range(2)]
    assert threads[0] != threads[1] == threading.get_ident()


@pytest.mark.parametrize("drip", DRIPS)
def test_the_next_attempt_may_fare_better(drip: Drip) -> None:
    answer = stand_in.answer(ANSWER)
    with dripping(drip, script=lambda number, _: answer if number else None) as stand:
        assert service_at(stand.url, Budget(attempt=0.2)).get(KEY) is not None
        assert stand.connections >= 2


def test_a_handshake_without_end_is_no_call_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi_amplify_jobs.client.session.CONNECT", 60)
    with dripping(stand_in.silence) as stand, pytest.raises(ServiceUnavailableError):
        service_at(stand.secure_url).get(KEY)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_answer_of_any_size_takes_no_more_memory_than_the_largest_that_can_be_meant(
    call: Call,
) -> None:
    with dripping(stand_in.flood, pause=0) as stand:
        service = service_at(stand.url, Budget(max_retries=0), FakeClock())
        with pytest.raises(MalformedAnswerError, match="the response is larger than 2 MiB"):
            call(service)
        stand.wait_until_all_closed()
        # What the sockets between hold is not read by anybody.
        assert stand.taken < LARGEST_ANSWER + 32 * 1024 * 1024


def test_a_page_of_apps_may_be_larger() -> None:
    with dripping(stand_in.flood, pause=0) as stand:
        create = Connection(Settings(region=REGION, endpoint=stand.url)).apps
        service = AppsService(Caller(create, Budget(max_retries=0), FakeClock()))
        with pytest.raises(MalformedAnswerError, match="the response is larger than 16 MiB"):
            list(service.apps())
        with pytest.raises(MalformedAnswerError, match="the response is larger than 2 MiB"):
            service.environments("d1")
        stand.wait_until_all_closed()


def test_an_answer_of_more_values_than_can_be_meant_is_not_parsed() -> None:
    clock = FakeClock()
    many = b'{"jobs":[' + b"{}," * MOST_VALUES + b"{}]}"
    with serving(lambda _request: Reply(200, many)) as server:
        service = service_at(server.url, Budget(max_retries=0), clock)
        with pytest.raises(MalformedAnswerError, match="response has more than 10,000 values;"):
            service.list_page(KEY.environment, None)
    apps = b'{"apps":[' + b"{}," * MOST_PAGE_VALUES + b"{}]}"
    environments = b'{"backendEnvironments":[' + b"{}," * MOST_VALUES + b"{}]}"

    def script(request: Request) -> Reply:
        return Reply(200, environments if "backendenvironments" in request.path else apps)

    with serving(script) as server:
        create = Connection(Settings(region=REGION, endpoint=server.url)).apps
        found = AppsService(Caller(create, Budget(max_retries=0), clock))
        with pytest.raises(MalformedAnswerError, match="has more than 300,000 values; check"):
            list(found.apps())
        with pytest.raises(MalformedAnswerError, match="has more than 10,000 values; check"):
            found.environments("d1")


def test_a_text_may_have_commas_and_brackets() -> None:
    error = '[{"a\\\\": "\\"", ' * 30_000
    body = json.dumps({**ANSWER, "error": error}).encode()
    with serving(lambda _request: Reply(200, body)) as server:
        found = service_at(server.url, Budget()).get(KEY)
        assert found is not None
        assert found.error is not None
        assert len(found.error) == len(error.strip())


def test_whoever_asks_to_stop_waits_no_longer_than_the_farewell() -> None:
    stop = threading.Event()
    with dripping(stand_in.slow_body) as stand:
        service = service_at(stand.url, Budget(), InterruptibleClock(stop, farewell=0.1))
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(service.get, KEY)
            stand.wait_until_connected()
            stop.set()
            with pytest.raises(InterruptedRunError):
                reading.result()
        stand.wait_until_all_closed()


def test_so_they_do_on_a_connection_that_is_used_again() -> None:
    stop = threading.Event()
    with first_answered(then=stand_in.slow_body) as stand:
        service = service_at(stand.url, Budget(), InterruptibleClock(stop, farewell=0.1))
        assert service.get(KEY) is not None
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(service.update, KEY, None, "FAILED")
            stand.wait_until_heard(b"FAILED")
            stop.set()
            with pytest.raises(InterruptedRunError):
                writing.result()
        stand.wait_until_all_closed()


def test_no_request_is_sent_when_the_time_for_it_is_over() -> None:
    with first_answered(then=stand_in.silence) as stand:
        create = Connection(Settings(region=REGION, endpoint=stand.url)).jobs
        client, clock = create(), SystemClock()
        key = {"AppId": "d1", "BackendEnvironmentName": "prod", "JobId": "1"}
        with pytest.raises(OutOfTimeError):
            within_here(0.0, lambda: client.get_backend_job(**key), clock)
        within_here(60.0, lambda: client.get_backend_job(**key), clock)
        with pytest.raises(OutOfTimeError):
            within_here(0.0, lambda: client.update_backend_job(**key, Status="FAILED"), clock)
        stand.wait_until_all_closed()
        assert stand.heard.count(b"HTTP/1.1") == 1
        assert b"FAILED" not in stand.heard


def test_no_request_is_sent_for_an_attempt_that_was_given_up() -> None:
    """A write that is late would come after others."""
    go_on, ended = threading.Event(), threading.Event()

    def slow_to_begin(client: AmplifyBackendClient) -> None:
        go_on.wait()
        try:
            client.update_backend_job(
                AppId="d1", BackendEnvironmentName="prod", JobId="1", Status="FAILED"
            )
        finally:
            ended.set()

    with dripping(stand_in.silence) as stand:
        create = Connection(Settings(region=REGION, endpoint=stand.url)).jobs
        caller = Caller(create, Budget(patience=0.1, attempt=0.1, max_retries=0), SystemClock())
        with pytest.raises(ServiceUnavailableError):
            caller.make("UpdateBackendJob", slow_to_begin)
        go_on.set()
        assert ended.wait(60)
        stand.wait_until_all_closed()
        assert stand.heard == b""
