"""AWS's SDK for JavaScript, unchanged, against the emulator: a client and a signer of its own."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Credentials, Emulator
from tests.needs import needs_node, needs_npm_packages

from .conftest import job

FOLDER = Path(__file__).parent / "javascript"
SDK = FOLDER / "node_modules" / "@aws-sdk"
CLIENTS = [SDK / "client-amplifybackend", SDK / "client-amplify"]
NODE = shutil.which("node")
ACCESS, SECRET = "AKIDEXAMPLE", "made-up"
KEYS = {"AppId": "app", "BackendEnvironmentName": "dev"}

pytestmark = [
    needs_node,
    needs_npm_packages(all(each.exists() for each in CLIENTS)),
]


@pytest.fixture(scope="module")
def signing() -> Iterator[Emulator]:
    """An emulator that checks signatures."""
    with Emulator(credentials=Credentials(ACCESS, SECRET, "eu-west-1")) as emulator:
        yield emulator


@pytest.fixture
def emulator(signing: Emulator) -> Emulator:
    signing.reset()
    return signing


def call(
    emulator: Emulator,
    *calls: tuple[str, dict[str, Any]],
    attempts: int = 1,
    secret: str = SECRET,
) -> list[dict[str, Any]]:
    """Make the calls with the SDK, and return what became of each."""
    request = {
        "endpoint": emulator.url,
        "accessKeyId": ACCESS,
        "secretAccessKey": secret,
        "maxAttempts": attempts,
        "calls": calls,
    }
    done = subprocess.run(
        [str(NODE), "calls.mjs"],
        cwd=FOLDER,
        env={"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"},
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes: list[dict[str, Any]] = json.loads(done.stdout)
    return outcomes


def test_it_reads_and_updates_a_job_whatever_its_name(emulator: Emulator) -> None:
    name = "a/b ü☃?c=d&e#%2F+"
    emulator.seed([job(name, status="RUNNING", createTime="1", updateTime="2")])
    one = {**KEYS, "JobId": name}
    found, updated = call(
        emulator, ("GetBackendJob", one), ("UpdateBackendJob", {**one, "Status": "FAILED"})
    )
    assert found["output"] == {**one, "Status": "RUNNING", "CreateTime": "1", "UpdateTime": "2"}
    assert (updated["output"]["Status"], updated["output"]["JobId"]) == ("FAILED", name)
    assert emulator.job("app", "dev", name).status == "FAILED"


def test_it_pages_through_a_listing(emulator: Emulator) -> None:
    emulator.seed(job(str(number)) for number in range(60))
    jobs: list[str] = []
    token: str | None = None
    for size in (25, 25, 10):
        [page] = call(emulator, ("ListBackendJobs", {**KEYS, "NextToken": token}))
        assert len(page["output"]["Jobs"]) == size
        jobs += [each["JobId"] for each in page["output"]["Jobs"]]
        token = page["output"].get("NextToken")
    assert jobs == [str(number) for number in range(60)]
    assert token is None


def test_it_lists_apps_and_their_environments(emulator: Emulator) -> None:
    apps = [{"appId": f"d{number}", "name": f"shop {number}"} for number in range(101)]
    emulator.seed({"apps": [{**apps[0], "environments": ["dev"], "tags": {"a": "b"}}, *apps[1:]]})
    first, found, missing = call(
        emulator,
        ("ListApps", {}),
        ("ListBackendEnvironments", {"appId": "d0", "environmentName": "dev"}),
        ("ListBackendEnvironments", {"appId": "none"}),
    )
    assert [each["name"] for each in first["output"]["apps"]] == [
        each["name"] for each in apps[:100]
    ]
    assert first["output"]["apps"][0]["tags"] == {"a": "b"}
    created = datetime.datetime.fromisoformat(
        first["output"]["apps"][0]["createTime"].replace("Z", "+00:00")
    )
    assert abs(created.timestamp() - time.time()) < 3600
    [rest] = call(emulator, ("ListApps", {"nextToken": first["output"]["nextToken"]}))
    assert [each["appId"] for each in rest["output"]["apps"]] == ["d100"]
    assert [each["environmentName"] for each in found["output"]["backendEnvironments"]] == ["dev"]
    assert (missing["error"], missing["known"], missing["status"]) == (
        "NotFoundException",
        True,
        404,
    )


def test_it_filters_a_listing(emulator: Emulator) -> None:
    emulator.seed([job("1", status="RUNNING"), job("2", status="FAILED"), job("3")])
    [page] = call(emulator, ("ListBackendJobs", {**KEYS, "Status": "FAILED", "MaxResults": 1}))
    assert [each["JobId"] for each in page["output"]["Jobs"]] == ["2"]
    assert "NextToken" not in page["output"]


def test_a_missing_job_and_a_bad_request_are_typed_errors(emulator: Emulator) -> None:
    missing, bad = call(
        emulator,
        ("GetBackendJob", {**KEYS, "JobId": "none"}),
        ("ListBackendJobs", {**KEYS, "MaxResults": 26}),
    )
    assert missing == {
        "error": "NotFoundException",
        "known": True,
        "message": "Backend job app/dev/none does not exist",
        "resourceType": "BackendJob",
        "status": 404,
        "attempts": 1,
    }
    assert (bad["error"], bad["known"], bad["status"]) == ("BadRequestException", True, 400)
    assert bad["message"] == "maxResults is 26: it must be from 1 to 25"


def test_a_throttle_is_typed_and_ridden_out_by_the_sdk_s_own_retries(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING")])
    one = {**KEYS, "JobId": "j"}
    emulator.fault("429", times=1)
    [throttled] = call(emulator, ("GetBackendJob", one))
    assert (throttled["error"], throttled["known"]) == ("TooManyRequestsException", True)
    assert (throttled["status"], throttled["limitType"]) == (429, "RequestRate")
    emulator.fault("429", times=1)
    [found] = call(emulator, ("GetBackendJob", one), attempts=3)
    assert (found["output"]["Status"], found["attempts"]) == ("RUNNING", 2)


def test_a_lost_answer_is_asked_for_again(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING")])
    emulator.fault("lost", times=1)
    update = {**KEYS, "JobId": "j", "Status": "FAILED"}
    [updated] = call(emulator, ("UpdateBackendJob", update), attempts=3)
    assert (updated["output"]["Status"], updated["attempts"]) == ("FAILED", 2)
    assert [each.status for each in emulator.requests()] == [None, 200]


def test_a_wrong_secret_is_refused(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING")])
    update = {**KEYS, "JobId": "j", "Status": "FAILED"}
    [refused] = call(emulator, ("UpdateBackendJob", update), secret="another")
    assert (refused["error"], refused["status"]) == ("InvalidSignatureException", 403)
    assert "does not match the signature you provided" in refused["message"]
    assert emulator.job("app", "dev", "j").status == "RUNNING"


@pytest.mark.parametrize("kind", ["truncated", "garbage"])
def test_an_answer_that_is_no_json_is_an_error(emulator: Emulator, kind: str) -> None:
    emulator.seed([job(status="RUNNING")])
    emulator.fault(kind)
    [spoilt] = call(emulator, ("GetBackendJob", {**KEYS, "JobId": "j"}))
    assert spoilt["error"] == "SyntaxError"
