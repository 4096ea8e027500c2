"""Shared looks: what several threads that wait for jobs of one environment ask the service."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.client.polling import EnvironmentPoll, Polled, worth_a_page
from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.errors import (
    AccessDeniedError,
    MalformedAnswerError,
    RequestRefusedError,
    ServiceError,
    ServiceUnavailableError,
)
from tests.fake_clock import FakeClock
from tests.waiting import until

from .test_reader import Shelf, key

ENVIRONMENT = key(0).environment
RUNNING = "RUNNING"
NEWS = 10.0
"""Seconds for which what a list showed is news."""


class Polling:
    """Jobs of a shelf that are waited for, by number."""

    def __init__(self, shelf: Shelf, opened: ExitStack) -> None:
        self.shelf = shelf
        self.clock = FakeClock()
        self._opened = opened
        self._poll = EnvironmentPoll(shelf, ENVIRONMENT, self.clock)
        self._polled: dict[int, tuple[Polled, ExitStack]] = {}
        self.looks = 0

    def join(self, *numbers: int) -> None:
        for number in numbers:
            stay = self._opened.enter_context(ExitStack())
            seen = self.shelf.jobs[key(number)]
            polling = self._poll.polling(seen, lambda job: job.status != "FAILED")
            self._polled[number] = stay.enter_context(polling), stay

    def leave(self, number: int) -> None:
        self._polled.pop(number)[1].close()

    def look(self, number: int) -> ObservedJob | None:
        self.looks += 1
        return self._poll.look(self._polled[number][0], self.clock.now() - NEWS)

    def round(self) -> list[ObservedJob | None]:
        """Let every waiting thread look once."""
        return [self.look(number) for number in self._polled]

    def read(self, number: int) -> ObservedJob | None:
        return self._poll.read(self._polled[number][0])


def set_status(shelf: Shelf, number: int, status: str) -> None:
    shelf.jobs[key(number)] = replace(shelf.jobs[key(number)], status=status)


@pytest.fixture
def polling() -> Iterator[Polling]:
    """An environment of 200 running jobs."""
    with ExitStack() as opened:
        yield Polling(full_shelf(), opened)


def full_shelf() -> Shelf:
    shelf = Shelf()
    shelf.add(*(key(number) for number in range(200)))
    for number in range(200):
        set_status(shelf, number, RUNNING)
    return shelf


def test_a_job_alone_takes_a_get_for_each_look(polling: Polling) -> None:
    polling.join(3)
    for _ in range(4):
        assert polling.round() == [polling.shelf.jobs[key(3)]]
    assert (polling.shelf.lists, len(polling.shelf.gets)) == ([], 4)


def test_several_jobs_of_a_page_take_one_list_for_a_look_of_each(polling: Polling) -> None:
    polling.join(*range(20))
    for _ in range(4):
        polling.round()
    assert (len(polling.shelf.lists), polling.shelf.gets) == (4, [])


def test_every_look_finds_what_changed_before_the_list(polling: Polling) -> None:
    polling.join(1, 2, 3)
    polling.round()
    set_status(polling.shelf, 2, "COMPLETED")
    statuses = [job.status for job in polling.round() if job]
    assert statuses == [RUNNING, "COMPLETED", RUNNING]


def test_jobs_of_several_pages_take_a_list_for_each_page(polling: Polling) -> None:
    polling.join(*range(60))
    for _ in range(4):
        polling.round()
    assert (len(polling.shelf.lists), polling.shelf.gets) == (12, [])


def test_jobs_that_pages_would_take_longer_to_find_are_read_one_by_one(polling: Polling) -> None:
    polling.join(100, 130, 160, 190)
    for _ in range(4):
        polling.round()
    assert len(polling.shelf.lists) == 1
    assert len(polling.shelf.gets) == 4 * 4 - 1


def test_a_page_that_stopped_to_pay_is_listed_no_more_until_another_job_comes(
    polling: Polling,
) -> None:
    polling.join(1, 2, 100)
    for _ in range(3):
        polling.round()
    assert [token for _, token in polling.shelf.lists] == [None] * 3
    polling.leave(1)
    polling.round()
    polling.shelf.lists.clear()
    polling.round()
    assert polling.shelf.lists == []
    polling.join(3)
    polling.round()
    assert len(polling.shelf.lists) == 1


def test_jobs_that_come_when_the_others_have_gone_are_listed_again(polling: Polling) -> None:
    polling.join(1, 2, 150)
    polling.round()
    polling.leave(1)
    polling.leave(2)
    polling.shelf.lists.clear()
    polling.join(3, 4, 5)
    polling.round()
    assert len(polling.shelf.lists) == 1


def test_what_would_end_in_an_error_is_asked_for_by_name(polling: Polling) -> None:
    polling.join(1, 2, 3)
    polling.round()
    set_status(polling.shelf, 3, "FAILED")
    *_, last = polling.round()
    assert last == polling.shelf.jobs[key(3)]
    assert polling.shelf.gets == [key(3)]


def test_a_job_that_lists_no_longer_show_is_asked_for_by_name(polling: Polling) -> None:
    polling.join(1, 2, 3)
    polling.round()
    del polling.shelf.jobs[key(3)]
    assert polling.round()[-1] is None
    assert polling.shelf.gets == [key(3)]


@pytest.mark.parametrize("error", [AccessDeniedError, MalformedAnswerError, RequestRefusedError])
def test_where_lists_are_refused_jobs_are_read_one_by_one(
    polling: Polling, error: type[ServiceError]
) -> None:
    polling.shelf.list_error = error("no")
    polling.join(*range(10))
    polling.round()
    set_status(polling.shelf, 4, "COMPLETED")
    found = polling.round()
    assert found[4] == polling.shelf.jobs[key(4)]
    polling.join(11)
    polling.round()
    assert len(polling.shelf.lists) == 1
    assert polling.shelf.calls == polling.looks


def test_a_list_in_a_circle_is_left(polling: Polling) -> None:
    polling.shelf.circle = True
    polling.join(*range(20), *range(100, 110))
    for _ in range(3):
        polling.round()
    assert polling.shelf.calls <= polling.looks
    assert len(polling.shelf.lists) <= 2 * 3


def test_what_was_listed_long_ago_is_no_news(polling: Polling) -> None:
    polling.join(1, 2)
    polling.look(1)
    set_status(polling.shelf, 2, "COMPLETED")
    polling.clock.sleep(NEWS + 1)
    assert polling.look(2) == polling.shelf.jobs[key(2)]
    assert (len(polling.shelf.lists), polling.shelf.gets) == (2, [])


def test_a_read_of_its_own_does_not_take_what_another_look_found(polling: Polling) -> None:
    polling.join(1, 2)
    polling.look(1)
    set_status(polling.shelf, 2, "COMPLETED")
    found = polling.read(2)
    assert found == polling.shelf.jobs[key(2)]
    assert polling.shelf.gets == [key(2)]


def test_a_failing_list_fails_all_that_waited_for_it_and_nobody_later(polling: Polling) -> None:
    polling.join(*range(8))
    polling.shelf.gate.clear()
    polling.shelf.list_error = ServiceUnavailableError("gone for two minutes")
    together = Barrier(9)

    def look(number: int) -> ObservedJob | None:
        together.wait()
        return polling.look(number)

    with ThreadPoolExecutor(8) as pool:
        looks = [pool.submit(look, number) for number in range(8)]
        together.wait()
        until(lambda: bool(polling.shelf.lists))
        polling.shelf.gate.set()
        errors = [each.exception() for each in looks]
    assert {str(error) for error in errors} == {"gone for two minutes"}
    assert len(polling.shelf.lists) < 8  # one, but for threads that the machine held up
    polling.shelf.list_error = None
    assert polling.round() == [polling.shelf.jobs[key(number)] for number in range(8)]


@given(st.data())
def test_never_more_calls_than_looks_and_no_job_is_forgotten(data: st.DataObject) -> None:
    """Jobs come, go and change; whoever looks three times running knows what changed before."""
    with ExitStack() as opened:
        polling = Polling(full_shelf(), opened)
        waiting: list[int] = []
        for _ in range(data.draw(st.integers(1, 8), "rounds")):
            coming = data.draw(st.sets(st.integers(0, 199), max_size=12), "coming")
            polling.join(*(coming - set(waiting)))
            waiting = sorted(coming | set(waiting))
            for number in data.draw(st.sets(st.sampled_from(waiting)) if waiting else st.just({})):
                status = data.draw(st.sampled_from(["COMPLETED", "FAILED", RUNNING]), "status")
                set_status(polling.shelf, number, status)
            for _ in range(2):
                for number in data.draw(st.permutations(waiting), "order"):
                    polling.look(number)
            for number in waiting:
                assert polling.look(number) == polling.shelf.jobs[key(number)]
            leaving = data.draw(st.sets(st.sampled_from(waiting)) if waiting else st.just(set()))
            for number in leaving:
                polling.leave(number)
                waiting.remove(number)
        assert polling.shelf.calls <= polling.looks


@pytest.mark.parametrize(
    ("waiting", "shown", "page", "paying_pages", "worth"),
    [
        (1, 0, 0, None, False),
        (2, 0, 0, None, True),
        (2, 0, 0, 0, False),
        (30, 25, 1, 1, False),
        (30, 25, 1, None, True),
        (26, 25, 1, None, False),
    ],
)
def test_a_page_is_worth_its_call_where_it_may_save_one(
    waiting: int, shown: int, page: int, paying_pages: int | None, worth: bool
) -> None:
    assert worth_a_page(waiting, shown, page, paying_pages) is worth
