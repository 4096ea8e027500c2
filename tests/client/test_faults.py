"""What goes wrong with the service: ridden out as long as that may help, then one clear line."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pulumi_amplify_jobs.client.service import JobsService
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.emulator import FAULT_KINDS, Emulator
from pulumi_amplify_jobs.errors import (
    AccessDeniedError,
    MalformedAnswerError,
    PlaceRefusedError,
    RequestRefusedError,
    ServiceError,
    ServiceUnavailableError,
)
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.client.conftest import KEY, REGION
from tests.client.scripted import Reply, Script, serving
from tests.fake_clock import FakeClock
from tests.samples import APP, ENVIRONMENT, job

TRANSIENT = {
    "429": "throttled (Rate exceeded)",
    "limit": "throttled (Rate exceeded)",
    "504": "the service failed (504 GatewayTimeoutException)",
    "internal": "the service failed (504 InternalServiceException)",
    "500": "the service failed (500 InternalServerErrorException)",
    "502": "the service failed (502)",
    "503": "the service failed (503 ServiceUnavailableException)",
    "drop": "Connection was closed before we received a valid response from endpoint URL",
    "lost": "Connection was closed before we received a valid response from endpoint URL",
}
MALFORMED = {
    "empty": "the response is empty or truncated: it names no job",
    "truncated": "the response is empty or truncated: it names no job",
    "garbage": "the response is empty or truncated: it names no job",
    "foreign": "the response is for another job, d2abcdefgh1234/prod/4f1c-foreign",
}
Call = Callable[[JobsService], object]
CALLS: dict[str, Call] = {
    "GetBackendJob": lambda service: service.get(KEY),
    "UpdateBackendJob": lambda service: service.update(KEY, None, "FAILED"),
    "ListBackendJobs": lambda service: service.list_page(KEY.environment, None),
}


def failing(service: JobsService, operation: str) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        CALLS[operation](service)
    error = caught.value
    assert str(error).isprintable()
    assert str(error).startswith(f"{operation} {APP}/{ENVIRONMENT}")
    assert error.__cause__ is None
    assert error.__suppress_context__
    return error


def test_every_kind_of_fault_is_met_in_this_file() -> None:
    others = {"400", "denied", "slow", "blackhole", "stale"}
    assert {*TRANSIENT, *MALFORMED, *others} == set(FAULT_KINDS)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("kind", [*TRANSIENT, *MALFORMED])
def test_two_strikes_are_ridden_out(
    service: JobsService, emulator: Emulator, clock: FakeClock, kind: str, operation: str
) -> None:
    expected = CALLS[operation](service)
    emulator.clear_requests()
    emulator.fault(kind, times=2)
    CALLS[operation](service)
    assert [r.fault for r in emulator.requests()] == [kind, kind, None]
    assert len(clock.slept) == 2
    assert expected


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("kind", TRANSIENT)
def test_an_outage_is_given_up_after_two_minutes(
    service: JobsService, emulator: Emulator, clock: FakeClock, kind: str, operation: str
) -> None:
    emulator.fault(kind)
    error = failing(service, operation)
    assert type(error) is ServiceUnavailableError
    assert TRANSIENT[kind] in str(error)
    attempts = len(emulator.requests())
    assert str(error).endswith(
        f"; gave up after {attempts} attempts in 120 s; run it again later; what was done is kept"
    )
    assert clock.passed == pytest.approx(120, abs=0.1)
    assert attempts == len(clock.slept) + 1
    assert 10 <= attempts <= 30


def test_each_call_has_two_minutes_of_its_own(
    service: JobsService, emulator: Emulator, clock: FakeClock
) -> None:
    emulator.fault("504")
    for _ in range(3):
        failing(service, "GetBackendJob")
    assert clock.passed == pytest.approx(360, abs=0.3)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_answer_is_asked_for_again_as_long_as_an_outage_lasts(
    service: JobsService, emulator: Emulator, clock: FakeClock, kind: str, operation: str
) -> None:
    emulator.fault(kind)
    error = failing(service, operation)
    assert type(error) is MalformedAnswerError
    attempts = len(emulator.requests())
    assert 10 <= attempts <= 30
    assert clock.passed == pytest.approx(120, abs=0.1)
    listed = {"foreign": "the response is for another environment"}
    no_list = "the response has no list of jobs"
    said = listed.get(kind, no_list) if operation == "ListBackendJobs" else MALFORMED[kind]
    assert f": {said}; gave up after {attempts} attempts in 120 s" in str(error)
    assert str(error).endswith("; check the endpoint and any proxy on the way")


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("kind", MALFORMED)
def test_a_minute_of_malformed_answers_is_ridden_out(
    service: JobsService, emulator: Emulator, clock: FakeClock, kind: str, operation: str
) -> None:
    emulator.fault(kind, times=9)
    assert CALLS[operation](service)
    assert len(emulator.requests()) == 10
    assert 30 < clock.passed < 120


@pytest.mark.parametrize("operation", CALLS)
def test_a_denial_names_the_action_of_the_call_and_is_not_repeated(
    service: JobsService, emulator: Emulator, operation: str
) -> None:
    emulator.fault("denied")
    error = failing(service, operation)
    assert type(error) is AccessDeniedError
    assert f"access denied; allow the IAM action amplifybackend:{operation} (User: " in str(error)
    assert len(emulator.requests()) == 1


def test_an_update_whose_answer_was_lost_is_sent_again(
    service: JobsService, emulator: Emulator
) -> None:
    emulator.fault("lost", operation="UpdateBackendJob", times=1)
    assert service.update(KEY, None, "FAILED").status == "FAILED"
    assert [r.body for r in emulator.requests()] == [{"status": "FAILED"}] * 2


@pytest.mark.parametrize("operation", CALLS)
def test_a_slow_answer_is_waited_for(
    service: JobsService, emulator: Emulator, clock: FakeClock, operation: str
) -> None:
    emulator.fault("slow", delay="50ms")
    assert CALLS[operation](service)
    assert clock.slept == []
    assert [r.fault for r in emulator.requests()] == ["slow"]


@pytest.mark.parametrize("operation", CALLS)
def test_a_black_hole_is_asked_again_after_the_read_timeout(
    emulator: Emulator, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    emulator.seed([job(KEY.job_id)])
    emulator.fault("blackhole", times=1)
    monkeypatch.setattr("pulumi_amplify_jobs.client.session.READ", 0.3)
    assert CALLS[operation](connect(Settings(region=REGION, endpoint=emulator.url), clock).jobs)
    first, *again = (r.fault for r in emulator.requests())
    # On a busy machine an answer may take longer than that, too.
    assert (first, set(again)) == ("blackhole", {None})


def test_a_stale_read_comes_after_an_update_that_answered_rightly(
    service: JobsService, emulator: Emulator
) -> None:
    emulator.fault("stale", times=1)
    assert service.update(KEY, None, "FAILED").status == "FAILED"
    seen = [service.get(KEY), service.get(KEY)]
    assert [each and each.status for each in seen] == ["RUNNING", "FAILED"]


@pytest.mark.parametrize("retries", [0, 1, 4])
@pytest.mark.parametrize("kind", ["504", "429", "drop"])
def test_max_retries_is_honoured(
    emulator: Emulator, clock: FakeClock, kind: str, retries: int
) -> None:
    emulator.fault(kind)
    settings = Settings(region=REGION, endpoint=emulator.url, max_retries=retries)
    error = failing(connect(settings, clock).jobs, "GetBackendJob")
    assert len(emulator.requests()) == retries + 1
    assert ("gave up after" in str(error)) == (retries > 0)
    assert str(error).endswith("; run it again later; what was done is kept")


def test_no_retries_means_none_for_malformed_answers_either(
    emulator: Emulator, clock: FakeClock
) -> None:
    emulator.seed([job(KEY.job_id)])
    emulator.fault("garbage")
    settings = Settings(region=REGION, endpoint=emulator.url, max_retries=0)
    failing(connect(settings, clock).jobs, "GetBackendJob")
    assert len(emulator.requests()) == 1


def test_a_long_outage_leaves_later_calls_their_retries(
    service: JobsService, emulator: Emulator
) -> None:
    """botocore's own retry quota would be used up long before this."""
    for _ in range(40):
        emulator.fault("504", times=3)
        assert service.get(KEY) is not None


def asked(script: Script, clock: FakeClock, call: Call = CALLS["GetBackendJob"]) -> object:
    """Make a call to a server that follows the script."""
    with serving(script) as server:
        return call(connect(Settings(region=REGION, endpoint=server.url), clock).jobs)


BODIES = [
    *(b"[]", b'"x"', b"12", b"null", b"true", b"\xff\xfe", b"[" * 100_000),
    *(b'{"jobs": ["x"]}', b'{"jobs": "x"}', b'{"jobs": {"a": 1}}', b'{"jobs": [null]}'),
    *(b'{"jobs": [{}]}', b'{"jobs": [], "nextToken": 5}', b'{"jobs": null}', b"{}"),
]


@pytest.mark.parametrize("operation", CALLS)
def test_json_of_another_shape_is_never_taken_for_an_answer(
    clock: FakeClock, operation: str
) -> None:
    reply = Reply()
    with serving(lambda _: reply) as server:
        settings = Settings(region=REGION, endpoint=server.url, max_retries=0)
        service = connect(settings, clock).jobs
        for reply in (Reply(status, body) for status in (200, 400, 404) for body in BODIES):
            refused = () if reply.status == 200 else (RequestRefusedError,)
            with pytest.raises((MalformedAnswerError, *refused)) as caught:
                CALLS[operation](service)
            assert str(caught.value).startswith(f"{operation} "), reply
            assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "fields",
    [
        {"jobId": "4f1c"},
        {"appId": APP, "backendEnvironmentName": "prod", "jobId": ""},
        {"appId": APP, "backendEnvironmentName": "prod", "jobId": 4},
        {"appId": APP, "backendEnvironmentName": "Prod", "jobId": "4f1c"},
        {"appId": APP, "backendEnvironmentName": "prod", "jobId": "4f1c", "status": 7},
    ],
)
def test_an_answer_must_name_the_job_and_hold_text(
    clock: FakeClock, fields: dict[str, object]
) -> None:
    with pytest.raises(MalformedAnswerError):
        asked(lambda _: Reply(200, json.dumps(fields).encode()), clock)


FINAL = {
    "plain 404": (
        Reply(404, b"<html>nginx</html>"),
        RequestRefusedError,
        "the endpoint doesn't know the path; is amplify-jobs:endpoint right?",
    ),
    "404 with a message": (
        Reply(404, b'{"message": "no"}'),
        RequestRefusedError,
        "the endpoint doesn't know the path; is amplify-jobs:endpoint right?",
    ),
    "redirect": (
        Reply(302, b"", {"Location": "/login"}),
        RequestRefusedError,
        "the endpoint doesn't know the path; is amplify-jobs:endpoint right?",
    ),
    "bad request": (
        Reply(400, b'{"message": "no\\nsuch app"}', {"x-amzn-ErrorType": "BadRequestException"}),
        PlaceRefusedError,
        "the service refuses the request: no such app",
    ),
    "403 without a name": (
        Reply(403, b"<html>\nno"),
        RequestRefusedError,
        "HTTP 403, but not from AWS: the response has no error code; check "
        "amplify-jobs:endpoint, and "
        "any proxy or firewall on the way",
    ),
    "throttled for longer than we wait": (
        Reply(429, b"{}", {"Retry-After": "600"}),
        ServiceUnavailableError,
        "throttled (HTTP 429); run it again later; what was done is kept",
    ),
}


@pytest.mark.parametrize(("reply", "kind", "said"), FINAL.values(), ids=FINAL)
def test_other_answers_are_final(
    clock: FakeClock, reply: Reply, kind: type[ServiceError], said: str
) -> None:
    with pytest.raises(ServiceError) as caught:
        asked(lambda _: reply, clock)
    assert type(caught.value) is kind
    assert str(caught.value) == f"GetBackendJob {KEY}: {said}"
    assert clock.slept == []


def test_a_wait_that_the_service_asks_for_is_kept(clock: FakeClock) -> None:
    replies = [Reply(429, b"{}", {"Retry-After": "30"})] * 3
    with pytest.raises(ServiceError):
        asked(lambda _: replies.pop() if replies else Reply(400), clock)
    assert clock.slept == [30, 30, 30]


@pytest.mark.parametrize("operation", CALLS)
def test_an_endpoint_that_nobody_answers_is_given_up_after_ten_seconds(
    clock: FakeClock, operation: str
) -> None:
    settings = Settings(region=REGION, endpoint="http://127.0.0.1:1")
    error = failing(connect(settings, clock).jobs, operation)
    assert type(error) is ServiceUnavailableError
    assert "; check the network and amplify-jobs:endpoint; gave up after " in str(error)
    assert clock.passed == pytest.approx(10, abs=0.1)


def test_what_was_given_up_once_is_asked_only_once_by_later_calls(clock: FakeClock) -> None:
    service = connect(Settings(region=REGION, endpoint="http://127.0.0.1:1"), clock).jobs
    failing(service, "GetBackendJob")
    passed = clock.passed
    assert "gave up" not in str(failing(service, "ListBackendJobs"))
    assert clock.passed == passed


def test_calls_that_fail_alike_have_one_reason(clock: FakeClock) -> None:
    service = connect(Settings(region=REGION, endpoint="http://127.0.0.1:1"), clock).jobs
    errors = [failing(service, operation) for operation in CALLS]
    assert {error.reason for error in errors} == {
        "nothing is listening at http://127.0.0.1:1; check the network and amplify-jobs:endpoint"
    }
    assert len({error.call for error in errors}) == len(CALLS)


def test_an_endpoint_that_answered_before_is_waited_for_longer(clock: FakeClock) -> None:
    with Emulator(seed=[job(KEY.job_id)]) as emulator:
        service = connect(Settings(region=REGION, endpoint=emulator.url), clock).jobs
        assert service.get(KEY) is not None
    error = failing(service, "GetBackendJob")
    assert type(error) is ServiceUnavailableError
    assert clock.passed == pytest.approx(120, abs=0.1)


def test_a_missing_job_in_the_midst_of_an_outage_is_still_none(
    service: JobsService, emulator: Emulator
) -> None:
    emulator.fault("504", times=2)
    assert service.get(JobKey(APP, ENVIRONMENT, "gone")) is None


@pytest.mark.parametrize("operation", CALLS)
def test_a_service_that_fails_is_not_believed_that_there_is_no_such_job(operation: str) -> None:
    """A resource would go from the state."""
    body = json.dumps({"__type": "NotFoundException", "message": "no"}).encode()
    with serving(lambda _request: Reply(500, body)) as server:
        clock = FakeClock()
        service = connect(Settings(region=REGION, endpoint=server.url), clock).jobs
        error = failing(service, operation)
    assert isinstance(error, ServiceUnavailableError)
    assert error.reason == "the service failed (500 NotFoundException)"
    assert clock.slept
