"""The three operations as boto3 sees them."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.emulator import Emulator

from .conftest import DEV, NOW_TEXT, job

HOSTILE = [
    "a/b",
    "ü ☃",
    "a b?c",
    "0012",
    "%2F",
    "a%20b",
    "a+b",
    "#&=;",
    "...",
    "x" * 256,
    "/",
    "\n",
]


def get(client: AmplifyBackendClient, job_id: str, app: str = "app", env: str = "dev") -> object:
    answer = client.get_backend_job(AppId=app, BackendEnvironmentName=env, JobId=job_id)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_get_answers_with_every_field(client: AmplifyBackendClient, emulator: Emulator) -> None:
    times = {"createTime": "1", "updateTime": "2"}
    emulator.seed([job(operation="DeleteBackend", status="FAILED", error="no", **times)])
    assert get(client, "j") == {
        "AppId": "app",
        "BackendEnvironmentName": "dev",
        "JobId": "j",
        "Operation": "DeleteBackend",
        "Status": "FAILED",
        "CreateTime": "1",
        "UpdateTime": "2",
        "Error": "no",
    }


def test_absent_fields_are_left_out(client: AmplifyBackendClient, emulator: Emulator) -> None:
    emulator.seed([job()])
    emulator.set_job("app", "dev", "j", create_time=None, update_time=None)
    assert get(client, "j") == {"AppId": "app", "BackendEnvironmentName": "dev", "JobId": "j"}


def test_update_sets_only_what_is_given(client: AmplifyBackendClient, emulator: Emulator) -> None:
    times = {"createTime": "1", "updateTime": "2"}
    emulator.seed([job(operation="CreateBackend", status="RUNNING", **times), job("other")])
    answer = client.update_backend_job(**DEV, JobId="j", Status="FAILED")
    assert answer["Operation"] == "CreateBackend"
    assert answer["Status"] == "FAILED"
    assert answer["CreateTime"] == "1"
    assert answer["UpdateTime"] == NOW_TEXT
    assert emulator.job("app", "dev", "j").status == "FAILED"
    assert emulator.job("app", "dev", "other").status is None
    answer = client.update_backend_job(**DEV, JobId="j", Operation="UpdateBackendAPI")
    assert (answer["Operation"], answer["Status"]) == ("UpdateBackendAPI", "FAILED")


@pytest.mark.parametrize("key", [("app", "dev", "x"), ("app", "x", "j"), ("x", "dev", "j")])
def test_a_missing_job_is_not_found(
    client: AmplifyBackendClient, emulator: Emulator, key: tuple[str, str, str]
) -> None:
    emulator.seed([job()])
    app, env, job_id = key
    keys = {"AppId": app, "BackendEnvironmentName": env, "JobId": job_id}
    with pytest.raises(client.exceptions.NotFoundException) as caught:
        client.get_backend_job(**keys)
    assert caught.value.response["Error"] == {
        "Code": "NotFoundException",
        "Message": f"Backend job {app}/{env}/{job_id} does not exist",
    }
    assert dict(caught.value.response)["ResourceType"] == "BackendJob"
    with pytest.raises(client.exceptions.NotFoundException):
        client.update_backend_job(**keys, Status="FAILED")
    assert len(emulator.jobs()) == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_go_through(
    client: AmplifyBackendClient, emulator: Emulator, name: str
) -> None:
    hostile = {"appId": name, "backendEnvironmentName": name, "jobId": name}
    emulator.seed([job(), hostile])
    keys = {"AppId": name, "BackendEnvironmentName": name, "JobId": name}
    answer = client.update_backend_job(**keys, Status="S")
    assert {key: answer[key] for key in keys} == keys  # type: ignore[literal-required]
    assert client.get_backend_job(**keys)["Status"] == "S"
    listed = client.list_backend_jobs(AppId=name, BackendEnvironmentName=name, JobId=name)
    assert [each.get("JobId") for each in listed["Jobs"]] == [name]
    entry = emulator.requests("UpdateBackendJob")[0]
    assert (entry.app_id, entry.backend_environment_name, entry.job_id) == (name, name, name)
    assert emulator.job("app", "dev", "j").status is None


def test_an_environment_without_jobs_lists_none(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.seed([job()])
    answer = client.list_backend_jobs(AppId="app", BackendEnvironmentName="prod")
    assert answer["Jobs"] == []
    assert "NextToken" not in answer


def test_paging_keeps_the_order_and_drops_nothing(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    names = [str(number) for number in range(60)]
    emulator.seed([job(name) for name in reversed(names)])
    emulator.seed([{**job(), "backendEnvironmentName": "prod"}, job("5", status="again")])
    pages = client.get_paginator("list_backend_jobs").paginate(**DEV)
    found = [[each.get("JobId") for each in page["Jobs"]] for page in pages]
    assert [len(page) for page in found] == [25, 25, 10]
    assert [name for page in found for name in page] == list(reversed(names))


@pytest.mark.parametrize("size", [1, 5, 10])
def test_the_last_full_page_has_no_token(
    client: AmplifyBackendClient, emulator: Emulator, size: int
) -> None:
    emulator.seed([job(str(number)) for number in range(10)])
    pages = client.get_paginator("list_backend_jobs").paginate(
        **DEV, PaginationConfig={"PageSize": size}
    )
    assert [len(page["Jobs"]) for page in pages] == [size] * (10 // size)


def test_filters_narrow_a_listing_and_its_pages(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    statuses = ["RUNNING", "FAILED"]
    operations = ["A", "B", "C"]
    emulator.seed(
        job(str(number), status=statuses[number % 2], operation=operations[number % 3])
        for number in range(24)
    )
    pages = client.get_paginator("list_backend_jobs").paginate(
        **DEV, Status="FAILED", Operation="B", PaginationConfig={"PageSize": 3}
    )
    assert [[each.get("JobId") for each in page["Jobs"]] for page in pages] == [
        ["1", "7", "13"],
        ["19"],
    ]
    assert [each.get("JobId") for each in client.list_backend_jobs(**DEV, JobId="4")["Jobs"]] == [
        "4"
    ]
    assert client.list_backend_jobs(**DEV, JobId="4", Status="FAILED")["Jobs"] == []


def test_a_token_is_good_for_its_own_listing_only(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.seed(job(str(number)) for number in range(3))
    token = client.list_backend_jobs(**DEV, MaxResults=1)["NextToken"]
    assert client.list_backend_jobs(**DEV, NextToken=token)["Jobs"][0].get("JobId") == "1"
    forged = base64.urlsafe_b64encode(b'["app", "dev", {}, "1"]').decode()
    wrong: list[dict[str, Any]] = [
        {**DEV, "NextToken": "garbage"},
        {**DEV, "NextToken": ""},
        {**DEV, "NextToken": "bnVsbA=="},
        {**DEV, "NextToken": "☃"},
        {**DEV, "NextToken": forged},
        {**DEV, "NextToken": token, "Status": "RUNNING"},
        {"AppId": "app", "BackendEnvironmentName": "prod", "NextToken": token},
    ]
    for request in wrong:
        with pytest.raises(client.exceptions.BadRequestException, match="nextToken"):
            client.list_backend_jobs(**request)


def test_a_page_size_over_the_model_s_is_a_bad_request(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    # botocore itself refuses 0, but lets 26 pass.
    with pytest.raises(client.exceptions.BadRequestException) as caught:
        client.list_backend_jobs(**DEV, MaxResults=26)
    message = "maxResults is 26: it must be from 1 to 25"
    assert caught.value.response["Error"]["Message"] == message
    assert client.list_backend_jobs(**DEV, MaxResults=25)["Jobs"] == []


def test_an_empty_job_id_makes_an_update_a_listing(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.seed([job(status="RUNNING")])
    answer = client.update_backend_job(**DEV, JobId="", Status="FAILED")
    assert "JobId" not in answer
    assert emulator.job("app", "dev", "j").status == "RUNNING"
    [entry] = emulator.requests()
    assert entry.operation == "ListBackendJobs"
    assert entry.path == "/backend/app/job/dev/"


def test_updates_from_many_threads_all_land(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.seed(job(str(number)) for number in range(100))

    def update(number: int) -> None:
        client.update_backend_job(**DEV, JobId=str(number), Status=f"S{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(update, range(100)))
    assert [each.status for each in emulator.jobs()] == [f"S{number}" for number in range(100)]
    assert len(emulator.requests("UpdateBackendJob")) == 100


def test_an_operation_that_is_not_emulated_says_so(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    with pytest.raises(ClientError, match="does not know DeleteBackend: ") as caught:
        client.delete_backend(**DEV)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert emulator.requests()[0].operation == "DeleteBackend"
