"""The handle, and what listens."""

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.exceptions import ReadTimeoutError

from pulumi_amplify_jobs.emulator import Emulator, EmulatorError, parse_fault, serve
from tests.waiting import until

from .conftest import job, make_client

PATH = "/backend/app/job/dev"


def test_it_listens_on_loopback_only_and_the_port_is_free_again() -> None:
    before = set(threading.enumerate())
    with Emulator() as emulator:
        address = urlsplit(emulator.url)
        assert address.hostname == "127.0.0.1"
        assert httpx.post(emulator.url + PATH).json() == {"jobs": []}
    emulator.stop()
    assert set(threading.enumerate()) <= before
    assert len(emulator.requests()) == 1
    with socket.create_server(("127.0.0.1", address.port or 0)):
        pass


def test_a_port_in_use_is_one_line_and_leaves_the_database_alone(tmp_path: Path) -> None:
    with Emulator() as emulator:
        port = urlsplit(emulator.url).port or 0
        message = rf"^cannot listen on 127\.0\.0\.1 port {port}: Address already in use; stop "
        with pytest.raises(EmulatorError, match=message):
            Emulator(port=port, database=tmp_path / "jobs.db")
        with pytest.raises(EmulatorError, match=message):
            serve(port=port, database=tmp_path / "jobs.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("host", "port"), [("not a host", 0), ("127.0.0.1", 70_000)])
def test_an_address_that_cannot_be_is_one_line(host: str, port: int) -> None:
    with pytest.raises(EmulatorError, match=f"^cannot listen on {host} port {port}: .+") as caught:
        Emulator(host=host, port=port)
    assert "\n" not in str(caught.value)


def test_two_emulators_share_nothing() -> None:
    with Emulator(seed=[job()]) as first, Emulator() as second:
        assert httpx.get(f"{first.url}{PATH}/j").status_code == 200
        assert httpx.get(f"{second.url}{PATH}/j").status_code == 404


def test_a_wrong_set_of_faults_does_not_start() -> None:
    with pytest.raises(EmulatorError, match="add up to 2"):
        Emulator(faults=[parse_fault("504=1"), parse_fault("429=1")])


def test_latency_is_added_to_each_answer_after_the_write(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING")])
    emulator.latency = 0.05
    start = time.monotonic()
    assert httpx.get(f"{emulator.url}{PATH}/j").status_code == 200
    assert time.monotonic() - start >= 0.05
    emulator.latency = 30
    client = make_client(emulator.url, read_timeout=0.1)
    with pytest.raises(ReadTimeoutError):
        client.update_backend_job(
            AppId="app", BackendEnvironmentName="dev", JobId="j", Status="FAILED"
        )
    until(lambda: emulator.job("app", "dev", "j").status == "FAILED")


def test_no_answer_waits_for_a_delayed_acknowledgement(emulator: Emulator) -> None:
    # That wait is 40 ms or more for each answer that is sent in two pieces.
    with httpx.Client() as client:
        assert min(_seconds(client.post, emulator.url + PATH) for _ in range(100)) < 0.03


def _seconds(work: Callable[[str], object], url: str) -> float:
    start = time.monotonic()
    work(url)
    return time.monotonic() - start


def test_a_job_is_changed_behind_everyones_back(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING", error="no", updateTime="1")])
    changed = emulator.set_job("app", "dev", "j", status="COMPLETED", error=None)
    assert changed == emulator.job("app", "dev", "j")
    assert (changed.status, changed.error, changed.update_time) == (
        "COMPLETED",
        None,
        "1700000000250",
    )
    assert emulator.set_job("app", "dev", "j", update_time="7").update_time == "7"
    assert emulator.requests() == []
    emulator.remove_job("app", "dev", "j")
    assert httpx.get(f"{emulator.url}{PATH}/j").status_code == 404


def test_a_job_that_is_not_there_cannot_be_changed(emulator: Emulator) -> None:
    for change in (emulator.job, emulator.set_job, emulator.remove_job):
        with pytest.raises(KeyError, match="app/dev/none"):
            change("app", "dev", "none")
    with pytest.raises(TypeError, match="a job has no field state to set: operation, status"):
        emulator.set_job("app", "dev", "none", state="x")


def test_requests_are_forgotten(emulator: Emulator) -> None:
    httpx.get(f"{emulator.url}{PATH}/j")
    emulator.clear_requests()
    assert emulator.requests() == []


@pytest.mark.parametrize("path", [PATH, "/nothing", "/"])
def test_every_answer_is_dated_by_the_clock_as_it_was_given(path: str) -> None:
    with Emulator(clock=lambda: 1_700_000_000.0) as emulator:
        emulator.advance("40h")
        answer = httpx.post(emulator.url + path)
    assert answer.headers.get_list("date") == ["Tue, 14 Nov 2023 22:13:20 GMT"]
