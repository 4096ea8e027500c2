"""Whole environments: every page, the service's own filters, and lists that don't end well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from pulumi_amplify_jobs.client.environment_jobs import (
    Listing,
    Selection,
    list_environment,
    list_environments,
)
from pulumi_amplify_jobs.client.service import JobsService
from pulumi_amplify_jobs.domain.keys import Environment
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import AccessDeniedError, MalformedAnswerError, RequestRefusedError
from pulumi_amplify_jobs.limits import MOST_PAGES
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.client.conftest import REGION
from tests.client.scripted import Reply, Request, ScriptedServer, serving
from tests.fake_clock import FakeClock
from tests.samples import APP, job

DEV = Environment(APP, "dev")


def listed(service: JobsService, selection: Selection) -> Listing:
    return list_environment(service, DEV, selection, lambda _: None)


def ids(listing: Listing) -> list[str]:
    return [each.key.job_id for each in listing.jobs]


def test_every_page_is_read(service: JobsService, emulator: Emulator) -> None:
    emulator.seed([job(f"j{n}", environment="dev") for n in range(60)])
    sizes: list[int] = []
    listing = list_environment(service, DEV, Selection(), sizes.append)
    assert ids(listing) == [f"j{n}" for n in range(60)]
    assert (listing.failure, sizes) == (None, [25, 25, 10])


def test_an_environment_that_goes_between_its_pages_has_no_whole_list() -> None:
    """What its later pages would have shown may be what a rule's limit depends on."""
    gone = json.dumps({"__type": "NotFoundException", "message": "no such environment"}).encode()
    page = json.dumps({"jobs": [job("1", environment="dev")], "nextToken": "t"}).encode()

    def script(request: Request) -> Reply:
        return Reply(404, gone) if b"nextToken" in request.body else Reply(200, page)

    with serving(script) as server:
        service = connect(Settings(region=REGION, endpoint=server.url), FakeClock()).jobs
        listing = listed(service, Selection())
        assert len(server.requests) == 2
    assert ids(listing) == ["1"]
    assert isinstance(listing.failure, RequestRefusedError)
    assert str(listing.failure) == (
        f"ListBackendJobs {DEV}: the service refuses the request: no such environment"
    )


@pytest.mark.parametrize(
    ("selection", "sent", "found"),
    [
        (Selection(), {}, ["1", "2", "3", "4"]),
        (Selection(statuses=frozenset({"FAILED"})), {"status": "FAILED"}, ["2", "3"]),
        (
            Selection(frozenset({"DeleteBackend"}), frozenset({"FAILED"})),
            {"operation": "DeleteBackend", "status": "FAILED"},
            ["3"],
        ),
        (Selection(statuses=frozenset({"FAILED", "RUNNING"})), {}, ["1", "2", "3"]),
    ],
)
def test_the_service_filters_what_it_can(
    service: JobsService,
    emulator: Emulator,
    selection: Selection,
    sent: dict[str, str],
    found: list[str],
) -> None:
    emulator.seed(
        [
            job("1", environment="dev"),
            job("2", "FAILED", environment="dev"),
            job("3", "FAILED", "DeleteBackend", environment="dev"),
            job("4", None, None, environment="dev"),
        ]
    )
    assert ids(listed(service, selection)) == found
    [request] = emulator.requests("ListBackendJobs")
    assert request.body == {"maxResults": 25, **sent}


@contextmanager
def answering(page: Callable[[int], object]) -> Iterator[tuple[JobsService, ScriptedServer]]:
    """A service whose n-th list call (from 0) is answered with this page."""

    def script(_: Request) -> Reply:
        return Reply(200, json.dumps(page(len(server.requests) - 1)).encode())

    with serving(script) as server:
        yield connect(Settings(region=REGION, endpoint=server.url), FakeClock()).jobs, server


def a_page(status: str, token: str | None) -> dict[str, object]:
    return {"jobs": [job("1", status, environment="dev")], "nextToken": token}


def test_a_filter_that_the_service_ignores_holds_all_the_same() -> None:
    with answering(lambda _: a_page("RUNNING", None)) as (service, _):
        assert listed(service, Selection(statuses=frozenset({"FAILED"}))).jobs == ()


@pytest.mark.parametrize("jobs", ["", {}, None])
def test_what_is_no_list_is_not_taken_for_an_empty_one(jobs: object) -> None:
    with answering(lambda _: {"jobs": jobs}) as (service, _):
        failure = listed(service, Selection()).failure
    assert type(failure) is MalformedAnswerError
    assert "the response has no list of jobs" in str(failure)


def test_a_job_on_two_pages_counts_once_as_seen_last() -> None:
    with answering(lambda n: a_page("RUNNING", "t") if n == 0 else a_page("FAILED", None)) as (
        service,
        _,
    ):
        [found] = listed(service, Selection()).jobs
    assert found.status == "FAILED"


def test_a_token_that_comes_again_ends_the_list_with_an_error() -> None:
    with answering(lambda n: a_page("RUNNING", f"t{n % 2}")) as (service, server):
        listing = listed(service, Selection())
    assert type(listing.failure) is MalformedAnswerError
    assert str(listing.failure) == (
        f"ListBackendJobs {APP}/dev: the list does not end: its pages repeat"
    )
    assert ids(listing) == ["1"]
    assert len(server.requests) == 3


def test_tokens_that_never_end_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PAGES >= 1000
    monkeypatch.setattr("pulumi_amplify_jobs.client.paging.MOST_PAGES", 7)
    with answering(lambda n: {"jobs": [], "nextToken": f"t{n}"}) as (service, server):
        assert type(listed(service, Selection()).failure) is MalformedAnswerError
    assert len(server.requests) == 7


def test_one_environment_that_fails_hides_no_other(
    service: JobsService, emulator: Emulator
) -> None:
    names = [f"e{n}" for n in range(20)]
    emulator.seed([job("1", environment=name) for name in names])
    emulator.fault("denied", times=1)
    ended: list[None] = []
    listings = list_environments(
        service,
        [Environment(APP, name) for name in names],
        Selection(),
        8,
        lambda _: None,
        lambda: ended.append(None),
    )
    assert [each.environment[1] for each in listings] == names
    assert len(ended) == 20
    [failed] = [each for each in listings if each.failure]
    assert (failed.jobs, type(failed.failure)) == ((), AccessDeniedError)
    assert sum(len(each.jobs) for each in listings) == 19


def test_what_was_read_before_a_failure_is_kept() -> None:
    with answering(lambda n: a_page("RUNNING", "t") if n == 0 else None) as (service, _):
        listing = listed(service, Selection())
    assert ids(listing) == ["1"]
    assert type(listing.failure) is MalformedAnswerError
