"""The admin calls."""

import httpx
import pytest

from pulumi_amplify_jobs.emulator import Emulator

from .conftest import job

PATH = "/backend/app/job/dev"


def test_seeding_and_jobs_are_each_other_s_mirror(emulator: Emulator) -> None:
    jobs = [job("ü", createTime="1", updateTime="2"), job("b", createTime="1", updateTime="2")]
    answer = httpx.post(f"{emulator.url}/_admin/seed", json={"jobs": jobs})
    assert (answer.status_code, answer.json()) == (200, {"seeded": 2})
    assert httpx.get(f"{emulator.url}/_admin/jobs").json() == {"jobs": jobs}


def test_health_tells_how_many_jobs_there_are(emulator: Emulator) -> None:
    emulator.seed([job("a"), job("b")])
    answer = httpx.get(f"{emulator.url}/_admin/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "jobs": 2})


def test_reset_leaves_nothing(emulator: Emulator) -> None:
    emulator.seed([job()])
    emulator.fault("504", operation="GetBackendJob")
    httpx.get(f"{emulator.url}{PATH}/j")
    assert httpx.post(f"{emulator.url}/_admin/reset").status_code == 200
    assert emulator.jobs() == []
    assert emulator.requests() == []
    assert httpx.get(f"{emulator.url}/_admin/faults").json() == []
    assert httpx.get(f"{emulator.url}{PATH}/j").status_code == 404


def test_faults_are_replaced_by_a_list_or_a_mapping(emulator: Emulator) -> None:
    url = f"{emulator.url}/_admin/faults"
    emulator.seed([job("b")])
    fault = {"kind": "denied", "rate": 1, "operation": "UpdateBackendJob", "jobId": "b", "times": 2}
    assert httpx.put(url, json=[fault]).json() == [fault]
    assert httpx.post(f"{emulator.url}{PATH}/b").status_code == 403
    assert httpx.get(url).json() == [{**fault, "times": 1}]
    slow = {"kind": "slow", "rate": 0.5, "delay": "3s"}
    assert httpx.put(url, json=[slow]).json() == [slow]
    assert httpx.put(url, json={"slow@3s": 0.5}).json() == [slow]
    mapping = {"504": 0.3, "denied:GetBackendJob": 1}
    assert httpx.put(url, json=mapping).json() == [
        {"kind": "504", "rate": 0.3},
        {"kind": "denied", "rate": 1.0, "operation": "GetBackendJob"},
    ]
    assert httpx.put(url, json=[]).json() == []
    assert httpx.post(f"{emulator.url}{PATH}/b").status_code == 200


def test_requests_are_listed_and_forgotten(emulator: Emulator) -> None:
    httpx.get(f"{emulator.url}{PATH}/j")
    httpx.post(f"{emulator.url}{PATH}", json={"maxResults": 3})
    url = f"{emulator.url}/_admin/requests"
    found = httpx.get(url).json()
    assert found == [entry.wire() for entry in emulator.requests()]
    assert [each["operation"] for each in found] == ["GetBackendJob", "ListBackendJobs"]
    assert httpx.get(url, params={"operation": "ListBackendJobs"}).json() == found[1:]
    httpx.delete(url)
    assert httpx.get(url).json() == []


@pytest.mark.parametrize(
    ("method", "call", "body", "message"),
    [
        ("POST", "seed", b"{", "body: is not valid JSON"),
        ("POST", "seed", b"[]", "body: a list, where a top-level jobs: list is expected"),
        ("POST", "seed", b'{"jobs": [{}]}', "body: jobs[0]: appId is missing"),
        ("PUT", "faults", b"3", "faults: a number, where a list or a mapping is expected"),
        ("PUT", "faults", b"[3]", "faults[0]: a number, where a mapping is expected"),
        ("PUT", "faults", b'[{"kind": 504}]', "faults[0]: kind 504 is a number: quote it"),
        (
            "PUT",
            "faults",
            b'[{"kind": "504", "job_id": "x"}]',
            "faults[0]: unknown field job_id: did you mean jobId?",
        ),
        (
            "PUT",
            "faults",
            b'{"504": "x"}',
            "fault '504=x': the rate is a number from 0 to 1",
        ),
        (
            "PUT",
            "faults",
            b'[{"kind": "slow", "delay": 3}]',
            "faults[0]: delay 3 is a number: quote it",
        ),
        (
            "PUT",
            "faults",
            b'{"504": 0.6, "429": 0.6}',
            "faults: the rates add up to 1.2, the maximum is 1",
        ),
    ],
)
def test_what_is_wrong_is_a_400_in_one_line(
    emulator: Emulator, method: str, call: str, body: bytes, message: str
) -> None:
    emulator.fault("drop", 0.5)
    answer = httpx.request(method, f"{emulator.url}/_admin/{call}", content=body)
    assert (answer.status_code, answer.json()) == (400, {"message": message})
    assert len(httpx.get(f"{emulator.url}/_admin/faults").json()) == 1


def test_an_admin_call_that_is_not_there_is_a_404(emulator: Emulator) -> None:
    answer = httpx.get(f"{emulator.url}/_admin/seed")
    assert answer.status_code == 404
    assert answer.json() == {"message": "there is no admin call GET /_admin/seed"}


def test_admin_calls_are_never_logged_faulted_or_slow(emulator: Emulator) -> None:
    emulator.fault("drop")
    emulator.latency = 30
    calls = [("GET", "jobs"), ("GET", "requests"), ("GET", "none"), ("POST", "reset")]
    for method, call in calls:
        assert httpx.request(method, f"{emulator.url}/_admin/{call}", timeout=5).content
    assert emulator.requests() == []
