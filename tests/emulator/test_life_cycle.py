"""Jobs with a past and a future, on a clock that a test moves."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.emulator import Emulator, EmulatorError, load_seed, parse_jobs

from .conftest import DEV, NOW, job

PATH = "/backend/app/job/dev"
COMPLETED = {"after": "90s", "status": "COMPLETED"}


def ago(seconds: float) -> str:
    return str(int((NOW - seconds) * 1000))


def statuses(emulator: Emulator, **filters: str) -> list[str]:
    listed = httpx.post(emulator.url + PATH, json=filters).json()["jobs"]
    return [each["status"] for each in listed]


def test_a_job_that_is_stuck_for_40_hours(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING", age="40h")])
    found = httpx.get(f"{emulator.url}{PATH}/j").json()
    assert found == job(status="RUNNING", createTime=ago(144_000), updateTime=ago(144_000))


def test_a_time_that_is_given_goes_before_the_age(emulator: Emulator) -> None:
    emulator.seed([job(age="1h30m", updateTime="7")])
    found = emulator.job("app", "dev", "j")
    assert (found.create_time, found.update_time) == (ago(5400), "7")


def test_a_job_completes_after_a_while_by_the_clock(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING", operation="A", age="40h", then=COMPLETED), job("k")])
    emulator.advance("89s")
    assert emulator.job("app", "dev", "j").status == "RUNNING"
    emulator.advance("1h")
    found = httpx.get(f"{emulator.url}{PATH}/j").json()
    assert found == job(
        status="COMPLETED", operation="A", createTime=ago(144_000), updateTime=ago(-90)
    )


def test_a_job_fails_with_its_error(client: AmplifyBackendClient, emulator: Emulator) -> None:
    failed = {"after": "500ms", "status": "FAILED", "error": "out of memory"}
    emulator.seed([job(status="RUNNING", then=failed)])
    emulator.advance("500ms")
    answer = client.get_backend_job(**DEV, JobId="j")
    assert (answer["Status"], answer["Error"]) == ("FAILED", "out of memory")


def test_a_listing_filters_by_what_is_true_now(emulator: Emulator) -> None:
    emulator.seed([job(str(n), status="RUNNING", then=COMPLETED) for n in range(3)])
    emulator.seed([job("x", status="RUNNING", then={**COMPLETED, "after": "1h"})])
    emulator.advance("90s")
    assert statuses(emulator) == ["COMPLETED"] * 3 + ["RUNNING"]
    assert statuses(emulator, status="RUNNING") == ["RUNNING"]
    emulator.advance("1h")
    assert statuses(emulator, status="RUNNING") == []


@pytest.mark.parametrize("body", [{"status": "FAILED"}, {"operation": "B"}, {}])
def test_an_update_ends_it(emulator: Emulator, body: dict[str, str]) -> None:
    emulator.seed([job(status="RUNNING", then=COMPLETED)])
    httpx.post(f"{emulator.url}{PATH}/j", json=body)
    emulator.advance("2h")
    assert emulator.job("app", "dev", "j").status == body.get("status", "RUNNING")


def test_an_update_that_comes_later_is_the_last_word(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING", then={**COMPLETED, "error": "late"})])
    emulator.advance("2h")
    answer = httpx.post(f"{emulator.url}{PATH}/j", json={"status": "FAILED"}).json()
    assert (answer["status"], answer["error"]) == ("FAILED", "late")
    assert answer["updateTime"] == ago(-7200)


def test_a_new_seed_has_a_new_future(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING", then=COMPLETED)])
    emulator.seed([job(status="RUNNING")])
    emulator.advance("2h")
    assert emulator.job("app", "dev", "j").status == "RUNNING"


def test_a_job_that_is_gone_turns_into_nothing(emulator: Emulator) -> None:
    emulator.seed([job(then=COMPLETED)])
    emulator.remove_job("app", "dev", "j")
    emulator.advance("2h")
    assert emulator.jobs() == []


def test_a_stale_read_lags_behind_a_life_cycle_too(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING", then=COMPLETED)])
    emulator.advance("2h")
    emulator.fault("stale")
    assert httpx.get(f"{emulator.url}{PATH}/j").json()["status"] == "RUNNING"


def test_the_clock_is_moved_and_read_over_http(emulator: Emulator) -> None:
    url = f"{emulator.url}/_admin/clock"
    assert httpx.get(url).json() == {"now": ago(0)}
    assert httpx.post(url, json={"advance": "40h"}).json() == {"now": ago(-144_000)}
    emulator.seed([job()])
    assert emulator.job("app", "dev", "j").create_time == ago(-144_000)
    emulator.reset()
    assert httpx.get(url).json() == {"now": ago(0)}


@pytest.mark.parametrize("duration", ["", "0s", "-1h", "1.5h", "40 h", "soon", "1h1h"])
def test_a_time_that_cannot_pass_is_one_line(emulator: Emulator, duration: str) -> None:
    message = f"advance {duration!r} is not a duration: write 2d, 40h, 1h30m, 90s or 500ms"
    with pytest.raises(EmulatorError) as caught:
        emulator.advance(duration)
    assert str(caught.value) == message
    answer = httpx.post(f"{emulator.url}/_admin/clock", json={"advance": duration})
    assert (answer.status_code, answer.json()) == (400, {"message": message})


@pytest.mark.parametrize("body", [3, {}, {"advance": 40}, {"forward": "1h"}])
def test_the_clock_says_how_it_is_moved(emulator: Emulator, body: object) -> None:
    answer = httpx.post(f"{emulator.url}/_admin/clock", json=body)
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": 'body: write {"advance": "40h"}'},
    )


def test_a_file_has_ages_and_futures(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(
        "jobs:\n"
        "- { appId: app, backendEnvironmentName: dev, jobId: j, age: 40h,\n"
        "    then: { after: 1h30m, status: FAILED, error: 'no' } }\n"
    )
    [found] = load_seed(path).jobs
    assert found.then is not None
    assert (found.age, found.then.after, found.then.error) == ("40h", "1h30m", "no")
    assert found.wire() == job()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"age": 40}, "age 40 is a number: quote it"),
        ({"age": "old"}, "'old' is not a duration: write 2d, 40h, 1h30m, 90s or 500ms"),
        ({"age": "1h", "createTime": "7"}, "age and createTime are both given: keep one"),
        ({"then": "COMPLETED"}, "then is text: a mapping is expected"),
        ({"then": {"status": "FAILED"}}, "then.after is missing"),
        ({"then": {"after": "1h", "state": "x"}}, "unknown field then.state: did you mean status?"),
        (
            {"then": {"after": "1h"}},
            "then changes nothing: give a status, an operation or an error",
        ),
        (
            {"then": {"after": "1x", "status": "FAILED"}},
            "'1x' is not a duration: write 2d, 40h, 1h30m, 90s or 500ms",
        ),
    ],
)
def test_a_life_that_cannot_be_is_one_line(fields: dict[str, object], message: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        parse_jobs([{**job(), **fields}])
    assert str(caught.value) == f"seed: jobs[0]: {message}"
