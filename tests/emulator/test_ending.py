"""How the emulator ends: at once, with exit code 0, and with nobody left waiting."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.waiting import until

from .conftest import job
from .processes import Running, running

PATH = "/backend/app/job/dev"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
SEED = "jobs: [{appId: app, backendEnvironmentName: dev, jobId: j, status: RUNNING}]"


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.yaml"
    path.write_text(SEED)
    return path


def ask(url: str, head: str) -> socket.socket:
    """Send the start of a request, and return once the emulator has all of it."""
    address = urlsplit(url)
    connection = socket.create_connection((address.hostname, address.port or 0))
    connection.sendall(f"{head}\r\nHost: x\r\n\r\n".encode())
    return connection


def until_recorded(emulator: Running, count: int) -> None:
    until(lambda: len(httpx.get(f"{emulator.url}/_admin/requests").json()) >= count)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_quietly_and_leaves_one_file(
    tmp_path: Path, seed: Path, number: signal.Signals
) -> None:
    database = tmp_path / "jobs.db"
    with running("--seed", seed, "--db", database) as emulator:
        assert httpx.post(f"{emulator.url}{PATH}/j", json={"status": "FAILED"}).status_code == 200
        assert (tmp_path / "jobs.db-wal").exists()
        assert emulator.end(number) == (0, "")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["jobs.db", "seed.yaml"]


@pytest.mark.parametrize("delay", [["--latency", "3600"], ["--fault", "slow@40h=1"]])
@pytest.mark.parametrize("number", SIGNALS)
def test_a_request_under_way_is_answered_without_the_rest_of_its_delay(
    seed: Path, delay: list[str], number: signal.Signals
) -> None:
    with running("--seed", seed, *delay) as emulator:
        with ask(emulator.url, f"GET {PATH}/j HTTP/1.1") as connection:
            until_recorded(emulator, 1)
            assert emulator.end(number) == (0, "")
            answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b'"status":"RUNNING"' in answer


def test_a_black_hole_does_not_hold_it_up(seed: Path) -> None:
    with (
        running("--seed", seed, "--fault", "blackhole=1") as emulator,
        ask(emulator.url, f"GET {PATH}/j HTTP/1.1") as connection,
    ):
        until_recorded(emulator, 1)
        assert emulator.end() == (0, "")
        assert connection.recv(100) == b""


def test_half_a_request_and_an_idle_client_do_not_hold_it_up(seed: Path) -> None:
    with running("--seed", seed) as emulator, httpx.Client() as idle:
        half = f"POST {PATH}/j HTTP/1.1\r\nContent-Length: 100"
        with ask(emulator.url, half) as connection:
            connection.sendall(b'{"status": ')
            assert idle.get(f"{emulator.url}{PATH}/j").status_code == 200
            assert emulator.end() == (0, "")


def test_the_handle_answers_what_is_under_way_too() -> None:
    with Emulator(seed=[job()], latency=3600) as emulator:
        connection = ask(emulator.url, f"GET {PATH}/j HTTP/1.1")
        while not emulator.requests():
            pass
    with connection:
        assert connection.makefile("rb").read().startswith(b"HTTP/1.1 200 OK")
