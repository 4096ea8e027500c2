"""Requests of web pages, and bodies without end."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.emulator.app import LARGEST_BODY, EmulatorMiddleware, is_loopback

from .conftest import job

PATH = "/backend/app/job/dev"
CALLS = [("POST", f"{PATH}/j"), ("POST", PATH), ("POST", "/_admin/seed"), ("POST", "/_admin/reset")]
ADMIN = {"jobs": [job("other")]}


@pytest.mark.parametrize(("method", "path"), [*CALLS, ("GET", "/_admin/jobs"), ("GET", "/x")])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:4580"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_a_page_sends_is_refused(
    emulator: Emulator, method: str, path: str, headers: dict[str, str]
) -> None:
    emulator.seed([job(status="RUNNING")])
    answer = httpx.request(method, emulator.url + path, headers=headers, json=ADMIN)
    assert answer.status_code == 403
    [name] = headers
    assert answer.json()["message"].startswith(name)
    assert "access-control-allow-origin" not in answer.headers
    assert [each.job_id for each in emulator.jobs()] == ["j"]
    assert emulator.job("app", "dev", "j").status == "RUNNING"
    assert emulator.requests() == []


@pytest.mark.parametrize("kind", ["text/plain", "text/plain;charset=UTF-8", "multipart/form-data"])
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_what_a_page_can_send_unasked_is_no_json(
    emulator: Emulator, kind: str, method: str, path: str
) -> None:
    content = json.dumps(ADMIN)
    answer = httpx.request(
        method, emulator.url + path, headers={"Content-Type": kind}, content=content
    )
    assert answer.status_code == 415
    assert emulator.jobs() == []


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "127.0.0.1:1", "[::1]:4580", "a.localhost"]
)
def test_what_clients_here_call_it_by_is_taken(emulator: Emulator, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    assert httpx.get(f"{emulator.url}/_admin/health", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "answers"),
    [
        ("emulator:4580", True),
        ("my_emulator", True),
        ("192.168.1.5:4580", True),
        ("[fe80::1]", True),
        ("host.docker.internal:4580", True),
        ("Emulator.Internal:4580", True),
        ("emulator.internal.evil.example", False),
        ("evil.example:4580", False),
        ("1.2.3.4.example", False),
        ("amplifybackend.eu-west-1.amazonaws.com", True),
        ("sts.eu-west-1.amazonaws.com", True),
        ("sts.amazonaws.com", True),
        ("ec2-1-2-3-4.compute.amazonaws.com", False),
        ("amplify.evil.example.amazonaws.com", False),
    ],
)
def test_names_that_containers_and_users_give_it(host: str, answers: bool) -> None:
    async def nothing(*_: object) -> None: ...

    assert EmulatorMiddleware(nothing, ["emulator.internal"]).answers_to(host) is answers


def test_loopback_is_what_only_this_machine_reaches() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.5", "example.com")))


def endless() -> Iterator[bytes]:
    while True:
        yield b" " * 65536


@pytest.mark.parametrize("path", [PATH, "/_admin/seed", "/x"])
def test_a_body_without_end_is_refused_as_it_comes_in(emulator: Emulator, path: str) -> None:
    try:
        answer = httpx.post(emulator.url + path, content=endless(), timeout=30)
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        return  # the connection was closed before the answer could be read
    assert answer.status_code == 413


def test_a_length_that_is_too_much_is_refused_before_a_byte_of_it(emulator: Emulator) -> None:
    address = urlsplit(emulator.url)
    with socket.create_connection(
        (address.hostname or "", address.port or 0), timeout=30
    ) as client:
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGEST_BODY + 1}\r\n\r\n"
        )
        client.sendall(head.encode())
        received = b"".join(iter(lambda: client.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_just_fits_is_read(emulator: Emulator) -> None:
    content = json.dumps(ADMIN).encode().ljust(LARGEST_BODY)
    assert httpx.post(f"{emulator.url}/_admin/seed", content=content).status_code == 200
