"""Each kind of fault as botocore meets it, and when faults strike."""

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.emulator import FAULT_KINDS, Emulator, EmulatorError, Fault, parse_fault
from pulumi_amplify_jobs.emulator.faults import FaultPlan, Limits
from tests.waiting import until

from .conftest import DEV, job, make_client

SPELLING = "KIND=RATE or KIND:OPERATION=RATE, as in 504=0.3; slow takes a delay, as in slow@2s=0.3"
ERRORS = {
    "429": ("TooManyRequestsException", 429),
    "throttle": ("TooManyRequestsException", 429),
    "504": ("GatewayTimeoutException", 504),
    "500": ("InternalServerErrorException", 500),
    "502": ("502", 502),
    "503": ("ServiceUnavailableException", 503),
    "400": ("BadRequestException", 400),
    "denied": ("AccessDeniedException", 403),
    "limit": ("LimitExceededException", 429),
    "internal": ("InternalServiceException", 504),
}
SPOILT = ("truncated", "empty", "garbage", "foreign")


def update(client: AmplifyBackendClient, job_id: str = "j") -> dict[str, object]:
    answer = client.update_backend_job(**DEV, JobId=job_id, Status="FAILED")
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def status(emulator: Emulator) -> str | None:
    return emulator.job("app", "dev", "j").status


@pytest.fixture(autouse=True)
def _seeded(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING")])


def test_every_kind_is_met_in_this_file() -> None:
    others = {"drop", "lost", "slow", "blackhole", "stale"}
    assert {*ERRORS, *SPOILT, *others} == {*FAULT_KINDS, "throttle"}


@pytest.mark.parametrize("kind", ERRORS)
def test_a_refusal_is_an_error_and_nothing_is_done(
    client: AmplifyBackendClient, emulator: Emulator, kind: str
) -> None:
    emulator.fault(kind)
    code, http = ERRORS[kind]
    with pytest.raises(ClientError) as caught:
        update(client)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == http
    modelled = {
        "429": client.exceptions.TooManyRequestsException,
        "504": client.exceptions.GatewayTimeoutException,
    }
    assert isinstance(caught.value, modelled.get(kind, ClientError))
    assert status(emulator) == "RUNNING"
    [entry] = emulator.requests()
    assert (entry.fault, entry.status) == ("429" if kind == "throttle" else kind, http)


def test_a_throttle_names_the_limit(client: AmplifyBackendClient, emulator: Emulator) -> None:
    emulator.fault("throttle")
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        update(client)
    assert dict(caught.value.response)["LimitType"] == "RequestRate"


def test_a_denial_says_who_and_what(client: AmplifyBackendClient, emulator: Emulator) -> None:
    emulator.fault("denied")
    with pytest.raises(ClientError) as caught:
        client.get_backend_job(**DEV, JobId="a/b")
    assert caught.value.response["Error"]["Message"] == (
        "User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: "
        "amplifybackend:GetBackendJob on resource: "
        "arn:aws:amplifybackend:eu-west-1:123456789012:/backend/app/job/dev/a%2Fb"
    )
    with pytest.raises(ClientError, match=r"/backend/app/job/dev$"):
        client.list_backend_jobs(**DEV)


@pytest.mark.parametrize(("kind", "left"), [("drop", "RUNNING"), ("lost", "FAILED")])
def test_a_closed_connection_is_seen_as_one(
    client: AmplifyBackendClient,
    emulator: Emulator,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    kind: str,
    left: str,
) -> None:
    emulator.fault(kind, times=1)
    with pytest.raises(ConnectionClosedError):
        update(client)
    assert status(emulator) == left
    assert client.get_backend_job(**DEV, JobId="j")["Status"] == left
    assert [(each.fault, each.status) for each in emulator.requests()] == [
        (kind, None),
        (None, 200),
    ]
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
    assert capfd.readouterr().err == ""


def test_an_update_whose_answer_was_lost_is_sent_again(emulator: Emulator) -> None:
    emulator.fault("lost", times=1)
    answer = update(make_client(emulator.url, attempts=2))
    assert answer["Status"] == "FAILED"
    assert [each.status for each in emulator.requests("UpdateBackendJob")] == [None, 200]


@pytest.mark.parametrize("kind", ["truncated", "empty", "garbage"])
def test_a_spoilt_answer_is_a_success_without_fields(
    client: AmplifyBackendClient, emulator: Emulator, kind: str
) -> None:
    emulator.fault(kind)
    assert update(client) == {}
    assert client.list_backend_jobs(**DEV).get("Jobs", []) == []
    assert status(emulator) == "FAILED"
    assert [(each.fault, each.status) for each in emulator.requests()] == [(kind, 200)] * 2


def test_a_foreign_answer_names_another_job(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.fault("foreign")
    answer = update(client)
    assert (answer["JobId"], answer["Status"]) == ("j-foreign", "FAILED")
    [listed] = client.list_backend_jobs(**DEV)["Jobs"]
    assert (listed["BackendEnvironmentName"], listed.get("JobId")) == ("dev-foreign", "j")


def test_a_slow_answer_comes_after_its_delay(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.fault("slow", delay="50ms", times=1)
    began = time.monotonic()
    assert update(client)["Status"] == "FAILED"
    assert time.monotonic() - began >= 0.05
    [entry] = emulator.requests()
    assert (entry.fault, entry.status) == ("slow", 200)


def test_what_is_slow_is_done_though_nobody_waits(emulator: Emulator) -> None:
    emulator.fault("slow", delay="40h")
    with pytest.raises(ReadTimeoutError):
        update(make_client(emulator.url, read_timeout=0.1))
    until(lambda: status(emulator) == "FAILED")


def test_a_black_hole_takes_a_request_and_does_nothing(emulator: Emulator) -> None:
    emulator.fault("blackhole")
    with pytest.raises(ReadTimeoutError):
        update(make_client(emulator.url, read_timeout=0.1))
    until(lambda: bool(emulator.requests()))
    assert status(emulator) == "RUNNING"
    [entry] = emulator.requests()
    assert (entry.fault, entry.status) == ("blackhole", None)


def test_a_stale_read_shows_what_was_before_the_last_change(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.seed([job("other", status="RUNNING")])
    client.update_backend_job(**DEV, JobId="j", Status="FAILED")
    client.update_backend_job(**DEV, JobId="j", Status="COMPLETED")
    emulator.fault("stale")
    assert client.get_backend_job(**DEV, JobId="j")["Status"] == "FAILED"
    listed = client.list_backend_jobs(**DEV)["Jobs"]
    assert [(each.get("JobId"), each.get("Status")) for each in listed] == [
        ("j", "FAILED"),
        ("other", "RUNNING"),
    ]
    [found] = client.list_backend_jobs(**DEV, Status="FAILED")["Jobs"]
    assert found.get("JobId") == "j"
    assert client.list_backend_jobs(**DEV, Status="COMPLETED")["Jobs"] == []
    emulator.clear_faults()
    assert client.get_backend_job(**DEV, JobId="j")["Status"] == "COMPLETED"


def test_a_job_that_never_changed_is_not_stale_and_no_strike_is_lost_on_it(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.fault("stale", times=1)
    assert client.get_backend_job(**DEV, JobId="j")["Status"] == "RUNNING"
    assert update(client)["Status"] == "FAILED"
    assert client.get_backend_job(**DEV, JobId="j")["Status"] == "RUNNING"
    assert client.get_backend_job(**DEV, JobId="j")["Status"] == "FAILED"
    assert [each.fault for each in emulator.requests()] == [None, None, "stale", None]


def test_a_job_that_is_seeded_again_has_no_earlier_state(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    update(client)
    emulator.seed([job(status="COMPLETED")])
    emulator.fault("stale")
    assert client.get_backend_job(**DEV, JobId="j")["Status"] == "COMPLETED"


@pytest.mark.parametrize("kind", SPOILT)
def test_an_error_is_not_spoilt(
    client: AmplifyBackendClient, emulator: Emulator, kind: str
) -> None:
    emulator.fault(kind)
    with pytest.raises(client.exceptions.NotFoundException):
        update(client, "none")
    assert emulator.requests()[0].fault is None


def test_what_cannot_be_spoilt_costs_no_strike(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.fault("empty", times=1)
    with pytest.raises(client.exceptions.NotFoundException):
        update(client, "none")
    assert update(client) == {}
    assert update(client)["Status"] == "FAILED"


def test_a_fault_keeps_to_its_operation_job_and_times(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.seed([job("b")])
    emulator.fault("denied", operation="UpdateBackendJob", job_id="b", times=2)
    client.get_backend_job(**DEV, JobId="b")
    update(client)
    for _ in range(2):
        with pytest.raises(ClientError, match="not authorized"):
            update(client, "b")
    update(client, "b")
    assert [each.fault for each in emulator.requests()] == [None, None, "denied", "denied", None]


def test_counted_faults_come_one_after_the_other(
    client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.fault("504", times=2)
    emulator.fault("429", times=1)
    answer = update(make_client(emulator.url, attempts=4))
    assert answer["Status"] == "FAILED"
    assert [each.fault for each in emulator.requests()] == ["504", "504", "429", None]


def test_the_narrower_fault_goes_first(client: AmplifyBackendClient, emulator: Emulator) -> None:
    emulator.fault("504")
    emulator.fault("denied", job_id="j")
    with pytest.raises(ClientError, match="not authorized"):
        update(client)
    with pytest.raises(client.exceptions.GatewayTimeoutException):
        update(client, "k")


def test_cleared_faults_do_not_strike(client: AmplifyBackendClient, emulator: Emulator) -> None:
    emulator.fault("504")
    emulator.clear_faults()
    assert update(client)["Status"] == "FAILED"


def picks(plan: FaultPlan) -> list[str | None]:
    struck = [plan.pick(Limits("GetBackendJob", "j")) for _ in range(2000)]
    return [fault.kind if fault else None for fault in struck]


def test_the_rate_is_a_share_of_the_requests_and_one_draw_picks_at_most_one() -> None:
    plan = FaultPlan([parse_fault("504=0.3"), parse_fault("drop=0.2")], seed=1)
    found = picks(plan)
    assert found.count("504") == pytest.approx(600, abs=80)
    assert found.count("drop") == pytest.approx(400, abs=80)
    assert found.count(None) == pytest.approx(1000, abs=80)


def test_the_same_seed_makes_the_same_faults() -> None:
    faults = [parse_fault("504=0.3"), parse_fault("drop=0.2")]
    plan = FaultPlan(faults, seed=1)
    first = picks(plan)
    assert picks(FaultPlan(faults, seed=1)) == first
    assert picks(FaultPlan(faults, seed=2)) != first
    plan.replace(faults)
    assert picks(plan) == first


def test_no_rate_never_strikes_and_a_full_rate_always_does() -> None:
    assert set(picks(FaultPlan([parse_fault("504=0")]))) == {None}
    assert set(picks(FaultPlan([parse_fault("504=1")]))) == {"504"}
    shares = [parse_fault("504=0.5"), parse_fault("drop=0.5")]
    assert set(picks(FaultPlan(shares))) == {"504", "drop"}


def test_a_fault_is_written_as_kind_operation_and_rate() -> None:
    assert parse_fault("504=0.3") == Fault(kind="504", rate=0.3)
    assert parse_fault("throttle=1").kind == "429"
    assert parse_fault("slow@1m:GetBackendJob=1").seconds == 60
    assert parse_fault("slow=1").seconds == 3
    wanted = Fault(kind="denied", rate=1.0, operation="UpdateBackendJob")
    assert parse_fault("denied:UpdateBackendJob=1") == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("504", f"fault '504': write {SPELLING}"),
        ("=1", f"fault '=1': write {SPELLING}"),
        ("slow@=1", f"fault 'slow@=1': write {SPELLING}"),
        (
            "slow@soon=1",
            "fault 'slow@soon=1': 'soon' is not a duration: write 2d, 40h, 1h30m, 90s or 500ms",
        ),
        ("504@1s=1", "fault '504@1s=1': delay is for slow, not for 504"),
        (
            "stale:UpdateBackendJob=1",
            "fault 'stale:UpdateBackendJob=1': stale is for GetBackendJob and ListBackendJobs, "
            "not for UpdateBackendJob",
        ),
        ("504=often", "fault '504=often': the rate is a number from 0 to 1"),
        (
            "505=1",
            "fault '505=1': unknown kind '505': one of 429, 504, 500, 502, 503, 400, denied, "
            "limit, internal, drop, lost, truncated, empty, garbage, foreign, slow, blackhole, "
            "stale, throttle",
        ),
        (
            "504:Update=1",
            "fault '504:Update=1': unknown operation 'Update': one of UpdateBackendJob, "
            "GetBackendJob, ListBackendJobs, ListApps, ListBackendEnvironments",
        ),
        ("504=1.5", "fault '504=1.5': rate 1.5: the maximum is 1"),
        ("504=-1", "fault '504=-1': rate -1: the minimum is 0"),
        ("504=7.0", "fault '504=7.0': rate 7: the maximum is 1"),
        ("504=nan", "fault '504=nan': rate nan: a number is expected"),
        ("504=inf", "fault '504=inf': rate inf: a number is expected"),
    ],
)
def test_a_fault_that_cannot_be_says_what_can(text: str, message: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        parse_fault(text)
    assert str(caught.value) == message


def test_rates_that_cannot_all_be_kept_are_refused(emulator: Emulator) -> None:
    emulator.fault("504", 0.7)
    with pytest.raises(EmulatorError, match=r"^faults: the rates add up to 1\.4, the maximum is 1"):
        emulator.fault("429", 0.7)
    emulator.fault("504", 0.2)
    emulator.fault("429", 0.7)
    with pytest.raises(EmulatorError, match="times 0"):
        emulator.fault("504", times=0)
