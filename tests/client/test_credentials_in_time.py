"""Credentials come in time or not at all, and the process that gives them is left nowhere."""

from __future__ import annotations

import shlex
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.client import credential_process
from pulumi_amplify_jobs.client.calls import Caller
from pulumi_amplify_jobs.client.retry import Budget
from pulumi_amplify_jobs.client.service import AmplifyJobsService
from pulumi_amplify_jobs.client.session import Connection
from pulumi_amplify_jobs.clock import SystemClock
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import CredentialsError
from pulumi_amplify_jobs.settings import Settings
from tests.client import dripping as stand_in
from tests.client.conftest import KEY, REGION
from tests.client.dripping import dripping
from tests.samples import job
from tests.waiting import until

ROLE = "arn:aws:iam::123456789012:role/deploy"
PROFILES = {
    "the process of the profile itself": "[profile p]\ncredential_process = {process}\n",
    "the process of a role's source": (
        f"[profile p]\nrole_arn = {ROLE}\nsource_profile = q\nregion = {REGION}\n"
        "[profile q]\ncredential_process = {process}\n"
    ),
}


class Hanging:
    """A credential process that never ends, nor does its child."""

    def __init__(self, folder: Path) -> None:
        self._pids = folder / "pids"
        script = folder / "hang.sh"
        script.write_text(
            f"sleep 400 & echo $$ $! > {shlex.quote(str(self._pids))}.new\n"
            f"mv {shlex.quote(str(self._pids))}.new {shlex.quote(str(self._pids))}\n"
            "wait; sleep 500\n"
        )
        self.command = shlex.join(["sh", str(script)])

    @property
    def started(self) -> bool:
        return self._pids.exists()

    def left(self) -> list[str]:
        """The processes that still run."""
        pids = self._pids.read_text().split()
        return [pid for pid in pids if _runs(pid)]


def _runs(pid: str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # ended, and not yet asked how


@pytest.fixture
def hanging(tmp_path: Path) -> Hanging:
    return Hanging(tmp_path)


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


def profile(monkeypatch: pytest.MonkeyPatch, folder: Path, template: str, process: str) -> None:
    path = folder / "config"
    path.write_text(template.format(process=process))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_PROFILE", "p")


def service_at(url: str, budget: Budget) -> AmplifyJobsService:
    create = Connection(Settings(region=REGION, endpoint=url)).jobs
    return AmplifyJobsService(Caller(create, budget, SystemClock()))


@pytest.mark.parametrize("template", PROFILES.values(), ids=PROFILES)
def test_a_process_that_does_not_end_is_ended(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    emulator: Emulator,
    hanging: Hanging,
    template: str,
) -> None:
    monkeypatch.setattr(credential_process, "CREDENTIAL_PROCESS", 0.5)
    profile(monkeypatch, tmp_path, template, hanging.command)
    with pytest.raises(CredentialsError, match="did not end within 0 s, and was ended"):
        service_at(emulator.url, Budget()).get(KEY)
    if hanging.started:  # a busy machine may be slower than half a second
        until(lambda: not hanging.left())


def run_python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=240
    )
    assert done.stderr == ""
    return done.stdout


def test_a_process_that_was_just_started_ends_with_ours() -> None:
    ends = """
from pulumi_amplify_jobs import ending
from pulumi_amplify_jobs.client.credential_process import CredentialProcess

started = CredentialProcess(["sleep", "400"])
ending.end()
print(started.poll())
"""
    assert run_python(ends) == "-9\n"


def test_at_our_end_no_other_process_is_started(tmp_path: Path) -> None:
    starts = f"""
from botocore.exceptions import CredentialRetrievalError
from pulumi_amplify_jobs import ending
from pulumi_amplify_jobs.client.credential_process import CredentialProcess

ending.end()
try:
    CredentialProcess(["touch", {str(tmp_path / "started")!r}]).wait()
except CredentialRetrievalError as error:
    print(error)
"""
    assert "not started: this process is about to end" in run_python(starts)
    assert not (tmp_path / "started").exists()


def test_a_process_that_ends_gives_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, emulator: Emulator
) -> None:
    emulator.seed([job(KEY.job_id)])
    document = '{"Version": 1, "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "made-up"}'
    (tmp_path / "document").write_text(document)
    for template in (PROFILES["the process of the profile itself"],):
        profile(monkeypatch, tmp_path, template, f"cat {tmp_path / 'document'}")
        assert service_at(emulator.url, Budget()).get(KEY) is not None


def test_a_process_ends_with_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, emulator: Emulator, hanging: Hanging
) -> None:
    # This process does not end: other tests start such processes after this one.
    monkeypatch.setattr(credential_process, "_ending", threading.Event())
    profile(monkeypatch, tmp_path, next(iter(PROFILES.values())), hanging.command)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(service_at(emulator.url, Budget()).get, KEY)
        until(lambda: hanging.started)
        credential_process.end_all()
        with pytest.raises(CredentialsError):
            reading.result()
    until(lambda: not hanging.left(), "the end of its processes")


DRIPPING_SOURCES = {
    "the machine's metadata": "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "a container's": "AWS_CONTAINER_CREDENTIALS_FULL_URI",
}


@pytest.mark.parametrize("variable", DRIPPING_SOURCES.values(), ids=DRIPPING_SOURCES)
def test_credentials_that_drip_are_given_up_once_for_all_calls(
    monkeypatch: pytest.MonkeyPatch, emulator: Emulator, variable: str
) -> None:
    with dripping(stand_in.slow_body) as stand:
        monkeypatch.setenv(variable, stand.url)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        asked: list[None] = []

        def create() -> AmplifyBackendClient:
            asked.append(None)
            return Connection(Settings(region=REGION, endpoint=emulator.url)).jobs()

        service = AmplifyJobsService(Caller(create, Budget(credentials=1.0), SystemClock()))
        for _ in range(3):
            with pytest.raises(CredentialsError, match="no AWS credentials within 1 s"):
                service.get(KEY)
        stand.wait_until_connected()
    assert len(asked) == 1
    assert emulator.requests() == []


def test_a_role_that_drips_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, emulator: Emulator
) -> None:
    (tmp_path / "token").write_text("made-up")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    with dripping(stand_in.slow_head) as stand:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", stand.url)
        with pytest.raises(CredentialsError, match="no AWS credentials within 1 s"):
            service_at(emulator.url, Budget(credentials=1.0)).get(KEY)
        stand.wait_until_connected()
