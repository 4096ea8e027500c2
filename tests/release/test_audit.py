"""`make audit`, with a service of its own that knows vulnerabilities, or that can't be reached."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from release.locks import LOCKS, ROOT, read

QUESTION = "/v1/query"


class Service(ThreadingHTTPServer):
    """Answers as OSV does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.vulnerable: set[str] = set()
        self.asked: set[tuple[str, str]] = set()
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{QUESTION}"


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        self.server.asked.add((name, asked["version"]))
        entry = {
            "id": "GHSA-made-up",
            "summary": "made up",
            "published": "2025-11-24T00:00:00Z",
            "affected": [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": []}],
        }
        answer = {"vulns": [entry]} if name in self.server.vulnerable else {}
        body = json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def audit(url: str) -> tuple[int, str]:
    line = [sys.executable, "-m", "release.audit", url]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    return done.returncode, done.stdout + done.stderr


def test_what_is_vulnerable_fails_and_is_named(service: Service) -> None:
    service.vulnerable = {"botocore"}
    code, text = audit(service.url)
    assert code == 1
    assert "botocore" in text
    assert "GHSA-made-up" in text


def test_nothing_known_is_a_pass(service: Service) -> None:
    code, text = audit(service.url)
    assert (code, set(text.splitlines())) == (0, {"No known vulnerabilities found"})
    probe = ("pip-audit", "0.0.0")
    locked = {(each.name, each.version) for lock in LOCKS for each in read(lock)}
    assert service.asked == locked | {probe}
    names = {name for name, _ in service.asked}
    assert {"pulumi", "pytest", "uv", "matplotlib", "hatchling", "colorama"} <= names


def test_without_the_service_one_line_says_that_nothing_was_audited() -> None:
    code, text = audit("http://127.0.0.1:1/v1/query")
    assert (code, text.count("\n")) == (0, 1)
    assert text.startswith("Nothing was audited: http://127.0.0.1:1/v1/query can't be reached (")


def test_a_service_that_refuses_is_none(service: Service) -> None:
    service.status = 403
    code, text = audit(service.url)
    assert (code, text.count("\n")) == (0, 1)
    assert "Forbidden" in text
