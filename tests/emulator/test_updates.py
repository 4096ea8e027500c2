"""What becomes of an update: each way that the service's own may go."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, CREATED, ENVIRONMENT, job

KEY = {"AppId": APP, "BackendEnvironmentName": ENVIRONMENT, "JobId": "1"}


@pytest.fixture
def client(emulator: Emulator) -> Any:
    emulator.seed([job("1")])
    return boto3.client("amplifybackend", region_name="eu-west-1", endpoint_url=emulator.url)


def test_ignored_it_is_answered_with_the_job_as_it_is(emulator: Emulator, client: Any) -> None:
    emulator.updates = "ignore"
    answer = client.update_backend_job(**KEY, Status="FAILED")
    assert (answer["Status"], answer["UpdateTime"]) == ("RUNNING", CREATED)
    assert client.get_backend_job(**KEY)["Status"] == "RUNNING"


def test_delayed_it_is_set_ten_seconds_after_its_answer(emulator: Emulator, client: Any) -> None:
    emulator.updates = "delay"
    answer = client.update_backend_job(**KEY, Status="FAILED")
    assert (answer["Status"], answer["UpdateTime"]) == ("RUNNING", CREATED)
    emulator.advance("9s")
    assert client.get_backend_job(**KEY)["Status"] == "RUNNING"
    emulator.advance("1s")
    live = client.get_backend_job(**KEY)
    assert (live["Operation"], live["Status"]) == ("UpdateBackendAPI", "FAILED")


def test_refused_it_is_a_bad_request_and_changes_nothing(emulator: Emulator, client: Any) -> None:
    emulator.updates = "refuse"
    with pytest.raises(ClientError) as refused:
        client.update_backend_job(**KEY, Status="FAILED")
    assert refused.value.response["Error"]["Code"] == "BadRequestException"
    assert client.get_backend_job(**KEY)["Status"] == "RUNNING"


def test_reverted_it_holds_for_ten_seconds(emulator: Emulator, client: Any) -> None:
    emulator.updates = "revert"
    answer = client.update_backend_job(**KEY, Status="FAILED", Operation="CloneBackend")
    assert (answer["Operation"], answer["Status"]) == ("CloneBackend", "FAILED")
    emulator.advance("9s")
    assert client.get_backend_job(**KEY)["Status"] == "FAILED"
    emulator.advance("1s")
    live = client.get_backend_job(**KEY)
    assert (live["Operation"], live["Status"]) == ("UpdateBackendAPI", "RUNNING")


def test_one_that_is_sent_again_is_set_back_to_what_was_before_both(
    emulator: Emulator, client: Any
) -> None:
    emulator.updates = "revert"
    client.update_backend_job(**KEY, Status="FAILED")
    emulator.advance("9s")
    client.update_backend_job(**KEY, Status="COMPLETED")
    emulator.advance("9s")
    assert client.get_backend_job(**KEY)["Status"] == "COMPLETED"
    emulator.advance("1s")
    assert client.get_backend_job(**KEY)["Status"] == "RUNNING"


@pytest.mark.parametrize("updates", ["set", "delay", "ignore", "refuse", "revert"])
def test_a_job_that_is_not_there_is_not_found(
    emulator: Emulator, client: Any, updates: Any
) -> None:
    emulator.updates = updates
    with pytest.raises(ClientError) as missing:
        client.update_backend_job(**{**KEY, "JobId": "2"}, Status="FAILED")
    assert missing.value.response["Error"]["Code"] == "NotFoundException"
