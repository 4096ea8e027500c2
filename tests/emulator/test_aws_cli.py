"""The AWS command line, unchanged, against the emulator."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from .conftest import job

AWS = Path(sys.executable).with_name("aws")
pytestmark = pytest.mark.skipif(not AWS.exists(), reason="there is no AWS CLI beside this Python")
KEYS = ["--app-id", "app", "--backend-environment-name", "dev"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_MAX_ATTEMPTS": "1",
        "LC_ALL": "C.UTF-8",
    }


def aws(
    emulator: Emulator, environment: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(AWS), "--endpoint-url", emulator.url, "amplifybackend"]
    return subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_an_update_then_the_job(emulator: Emulator, environment: dict[str, str]) -> None:
    emulator.seed([job("a/b ☃", status="RUNNING")])
    keys = [*KEYS, "--job-id", "a/b ☃"]
    done = aws(emulator, environment, "update-backend-job", *keys, "--status", "FAILED")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert (answer["JobId"], answer["Status"]) == ("a/b ☃", "FAILED")
    assert emulator.job("app", "dev", "a/b ☃").status == "FAILED"


def test_a_missing_job(emulator: Emulator, environment: dict[str, str]) -> None:
    done = aws(emulator, environment, "get-backend-job", *KEYS, "--job-id", "none")
    assert done.returncode in (254, 255)  # version 2 and version 1
    assert "(NotFoundException)" in done.stderr
    assert "Backend job app/dev/none does not exist" in done.stderr


def test_paging(emulator: Emulator, environment: dict[str, str]) -> None:
    emulator.seed(job(str(number)) for number in range(60))
    done = aws(emulator, environment, "list-backend-jobs", *KEYS)
    jobs = json.loads(done.stdout)["Jobs"]
    assert [each["JobId"] for each in jobs] == [str(number) for number in range(60)]
    assert len(emulator.requests("ListBackendJobs")) == 3
