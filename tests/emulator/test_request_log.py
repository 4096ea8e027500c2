"""The request log: a line of JSON for each request, with nothing secret in it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ReadTimeoutError

from pulumi_amplify_jobs.emulator import Emulator, EmulatorError
from tests.waiting import until

from .conftest import DEV, NOW, job, make_client
from .processes import running

PATH = "/backend/app/job/dev"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "requests.jsonl"


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_each_request_is_a_line(log: Path) -> None:
    log.write_text('{"kept": true}\n')
    with Emulator(seed=[job("ü")], log=log, clock=lambda: NOW) as emulator:
        make_client(emulator.url).update_backend_job(**DEV, JobId="ü", Status="FAILED")
        emulator.fault("drop")
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(emulator.url + PATH, json={"jobId": "7"})
        httpx.get(f"{emulator.url}/nowhere")
        httpx.get(f"{emulator.url}/_admin/jobs")
    kept, first, second, third = lines(log)
    assert kept == {"kept": True}
    duration = first.pop("durationMs")
    assert isinstance(duration, float)
    assert duration > 0
    assert first == {
        "operation": "UpdateBackendJob",
        "method": "POST",
        "path": f"{PATH}/%C3%BC",
        "appId": "app",
        "backendEnvironmentName": "dev",
        "jobId": "ü",
        "status": 200,
        "fault": None,
        "time": 1700000000250,
    }
    assert (second["jobId"], second["status"], second["fault"]) == ("7", None, "drop")
    assert (third["operation"], third["status"]) == (None, 404)
    assert "AKIDEXAMPLE" not in log.read_text()


@pytest.mark.parametrize("accounts", [{}, {"111122223333": {}}], ids=["without-sts", "with-sts"])
@pytest.mark.parametrize("action", ["AssumeRole", "AssumeRoleWithWebIdentity", "NoSuchAction"])
def test_no_secret_of_a_call_to_sts_is_kept(
    log: Path, accounts: dict[str, object], action: str
) -> None:
    kept = {
        "Action": action,
        "Version": "2011-06-15",
        "RoleArn": "arn:aws:iam::111122223333:role/r",
        "RoleSessionName": "run",
        "DurationSeconds": "900",
    }
    secret = dict.fromkeys(("ExternalId", "TokenCode", "WebIdentityToken"), "canary-secret")
    secret |= {"SAMLAssertion": "canary-secret", "canary-secret": ""}
    with Emulator(seed={"accounts": accounts}, log=log) as emulator:
        httpx.post(emulator.url, data={**kept, **secret})
        [request] = emulator.requests()
        shown = httpx.get(f"{emulator.url}/_admin/requests").text
    assert request.body == kept
    assert "canary-secret" not in shown + log.read_text()


def test_the_duration_has_the_delay_in_it(log: Path) -> None:
    with Emulator(seed=[job()], log=log, latency=0.05) as emulator:
        httpx.get(f"{emulator.url}{PATH}/j")
    [line] = lines(log)
    assert isinstance(line["durationMs"], float)
    assert line["durationMs"] >= 50


def test_a_black_hole_ends_when_its_client_goes(log: Path) -> None:
    with Emulator(seed=[job()], log=log) as emulator:
        emulator.fault("blackhole")
        with pytest.raises(ReadTimeoutError):
            make_client(emulator.url, read_timeout=0.1).get_backend_job(**DEV, JobId="j")
        # Written once the client has hung up, not when the emulator ends.
        until(lambda: bool(log.read_text()))
        [line] = lines(log)
    assert (line["status"], line["fault"]) == (None, "blackhole")


def test_stdout_is_the_log_s_alone() -> None:
    with running("--log", "-") as emulator:
        httpx.get(f"{emulator.url}{PATH}/j")
        httpx.get(f"{emulator.url}{PATH}/k")
        emulator.process.terminate()
        output, _ = emulator.process.communicate()
    assert [json.loads(line)["jobId"] for line in output.splitlines()] == ["j", "k"]


def test_requests_go_on_when_the_log_cannot() -> None:
    with running("--log", "/dev/full") as emulator:
        assert httpx.post(emulator.url + PATH).json() == {"jobs": []}
        assert httpx.post(emulator.url + PATH).json() == {"jobs": []}
        code, errors = emulator.end()
    assert (code, errors) == (
        0,
        "warning: /dev/full: No space left on device; no more requests are logged\n",
    )


def test_a_log_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match=f"^{tmp_path}: cannot be written: Is a directory$"):
        Emulator(log=tmp_path)
