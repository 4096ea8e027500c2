"""The AWS command line, unchanged, against the emulator."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Credentials, Emulator

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
    emulator: Emulator,
    environment: dict[str, str],
    *arguments: str,
    service: str = "amplifybackend",
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(AWS), "--endpoint-url", emulator.url, service]
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


def test_a_bad_request_and_a_throttle(emulator: Emulator, environment: dict[str, str]) -> None:
    done = aws(emulator, environment, "list-backend-jobs", *KEYS, "--page-size", "26")
    assert "(BadRequestException)" in done.stderr
    assert "maxResults is 26: it must be from 1 to 25" in done.stderr
    emulator.fault("429")
    done = aws(emulator, environment, "get-backend-job", *KEYS, "--job-id", "j")
    assert "(TooManyRequestsException)" in done.stderr


def test_its_own_retries_ride_out_a_throttle(
    emulator: Emulator, environment: dict[str, str]
) -> None:
    emulator.seed([job(status="RUNNING")])
    emulator.fault("429", times=1)
    patient = {**environment, "AWS_MAX_ATTEMPTS": "2"}
    done = aws(emulator, patient, "get-backend-job", *KEYS, "--job-id", "j")
    assert json.loads(done.stdout)["Status"] == "RUNNING"
    assert [each.status for each in emulator.requests()] == [429, 200]


def test_paging_stops_and_goes_on_where_it_is_told(
    emulator: Emulator, environment: dict[str, str]
) -> None:
    emulator.seed(job(str(number)) for number in range(40))
    found: list[str] = []
    token: list[str] = []
    for size in (30, 10):
        pages = ["--max-items", "30", "--page-size", "20", *token]
        done = aws(emulator, environment, "list-backend-jobs", *KEYS, *pages)
        page = json.loads(done.stdout)
        assert len(page["Jobs"]) == size
        found += [each["JobId"] for each in page["Jobs"]]
        token = ["--starting-token", page.get("NextToken", "")]
    assert found == [str(number) for number in range(40)]
    assert token == ["--starting-token", ""]


def test_a_token_that_is_none_is_refused(emulator: Emulator, environment: dict[str, str]) -> None:
    pages = ["--no-paginate", "--next-token", "none"]
    done = aws(emulator, environment, "list-backend-jobs", *KEYS, *pages)
    assert "(BadRequestException)" in done.stderr
    assert "nextToken is not valid for this request" in done.stderr


def test_apps_and_their_environments(environment: dict[str, str]) -> None:
    apps = [{"appId": f"d{number}", "environments": ["dev", "prod"]} for number in range(120)]
    with Emulator(
        seed={"apps": apps}, credentials=Credentials("AKIDEXAMPLE", "made-up", "eu-west-1")
    ) as emulator:
        done = aws(emulator, environment, "list-apps", service="amplify")
        assert [each["appId"] for each in json.loads(done.stdout)["apps"]] == [
            each["appId"] for each in apps
        ]
        assert len(emulator.requests("ListApps")) == 2
        listing = ["list-backend-environments", "--app-id"]
        done = aws(emulator, environment, *listing, "d7", service="amplify")
        found = json.loads(done.stdout)["backendEnvironments"]
        assert [each["environmentName"] for each in found] == ["dev", "prod"]
        done = aws(emulator, environment, *listing, "d120", service="amplify")
        assert "(NotFoundException)" in done.stderr


def test_its_signatures(environment: dict[str, str]) -> None:
    name = "a/b \u2603?c=d"
    with Emulator(
        seed=[job(name, status="RUNNING")],
        credentials=Credentials("AKIDEXAMPLE", "made-up", "eu-west-1"),
    ) as emulator:
        keys = [*KEYS, "--job-id", name]
        done = aws(emulator, environment, "update-backend-job", *keys, "--status", "FAILED")
        assert json.loads(done.stdout)["Status"] == "FAILED"
        another = {**environment, "AWS_ACCESS_KEY_ID": "AKIDANOTHER"}
        refused = aws(emulator, another, "get-backend-job", *keys)
        assert "(UnrecognizedClientException)" in refused.stderr
        assert "The security token included in the request is invalid" in refused.stderr
        another = {**environment, "AWS_SECRET_ACCESS_KEY": "another"}
        refused = aws(emulator, another, "get-backend-job", *keys)
        assert "(InvalidSignatureException)" in refused.stderr


def test_a_profile_that_assumes_a_role(environment: dict[str, str], tmp_path: Path) -> None:
    account = "111122223333"
    config = tmp_path / "config"
    config.write_text(
        "[profile hub]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = made-up\n"
        f"[profile web]\nsource_profile = hub\nrole_arn = arn:aws:iam::{account}:role/deploy\n"
        "role_session_name = ann\n"
    )
    seed = {"accounts": {account: {"eu-west-1": {"jobs": [job(status="RUNNING")]}}}}
    with Emulator(seed=seed) as emulator:
        settings = {"AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "web"}
        kept = {name: text for name, text in environment.items() if "KEY" not in name}
        there = {**kept, **settings, "AWS_ENDPOINT_URL": emulator.url}
        done = aws(emulator, there, "get-backend-job", *KEYS, "--job-id", "j")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["Status"] == "RUNNING"
        [lent, got] = emulator.requests()
    assert (lent.operation, lent.account_id) == ("AssumeRole", "123456789012")
    assert (got.account_id, got.region, got.role_session_name) == (account, "eu-west-1", "ann")
