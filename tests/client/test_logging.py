"""What the library logs of its calls: every one, each retry, and no secret."""

from __future__ import annotations

import logging
import re
import subprocess
import sys

import pytest

from pulumi_amplify_jobs import logs
from pulumi_amplify_jobs.client.service import JobsService
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import ServiceError
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.client.conftest import KEY, REGION
from tests.fake_clock import FakeClock
from tests.samples import job

NAME = "pulumi_amplify_jobs"
CALLER = f"{NAME}.client.calls"


@pytest.fixture(autouse=True)
def _everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, NAME)


def said(caplog: pytest.LogCaptureFixture, name: str) -> list[tuple[str, str]]:
    """Return the level and the text of a logger's records, with the seconds as `N`."""
    return [
        (record.levelname, re.sub(r"\d+\.\d+", "N", record.getMessage()))
        for record in caplog.records
        if record.name == name
    ]


def test_a_call_is_logged_with_its_key_its_time_and_its_attempts(
    service: JobsService, caplog: pytest.LogCaptureFixture
) -> None:
    service.update(KEY, None, "FAILED")
    service.list_page(KEY.environment, None)
    assert said(caplog, CALLER) == [
        ("DEBUG", f"UpdateBackendJob {KEY}: done in N s, attempt 1"),
        ("DEBUG", "ListBackendJobs d2abcdefgh1234/prod: done in N s, attempt 1"),
    ]


def test_a_retry_is_logged_with_its_reason(
    service: JobsService, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.fault("429", times=2)
    service.get(KEY)
    reason = "throttled (Rate exceeded); retried in N s"
    assert said(caplog, CALLER) == [
        ("WARNING", f"GetBackendJob {KEY}: attempt 1 failed: {reason}"),
        ("WARNING", f"GetBackendJob {KEY}: attempt 2 failed: {reason}"),
        ("DEBUG", f"GetBackendJob {KEY}: done in N s, attempt 3"),
    ]


def test_a_call_that_fails_is_logged(
    service: JobsService, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.fault("denied")
    with pytest.raises(ServiceError):
        service.get(KEY)
    assert said(caplog, CALLER) == [("DEBUG", f"GetBackendJob {KEY}: failed in N s, attempt 1")]


def test_the_connection_is_logged_once_and_without_a_password(
    emulator: Emulator, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.seed([job(KEY.job_id)])
    _, _, address = emulator.url.partition("://")
    monkeypatch.setenv("AWS_ENDPOINT_URL_AMPLIFYBACKEND", f"http://user:hunter2-passw0rd@{address}")
    service = connect(Settings(region=REGION), FakeClock()).jobs
    for _ in range(2):
        service.get(KEY)
    [record] = [each for each in caplog.records if each.name == f"{NAME}.client.session"]
    assert (record.levelname, record.args) == ("INFO", ())
    assert record.getMessage() == (
        f"amplifybackend: region {REGION}, endpoint http://***@{address}, credentials from env"
    )


def test_no_record_has_a_secret_in_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "Canary1Secret/Key+0123456789abcdefghijklm")
    logs.logger(f"{NAME}.any").info("said %s", "Canary1Secret/Key+0123456789abcdefghijklm")
    assert caplog.records[-1].message == "said ***"


QUIET = """
from pulumi_amplify_jobs.logs import logger
logger("pulumi_amplify_jobs.any").error("nobody asked")
"""


def test_nothing_is_printed_where_nobody_asks() -> None:
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
