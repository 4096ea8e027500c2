"""Coalesced reads: the same results as single ones, with few calls and never too many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_amplify_jobs.client.reader import JobReader
from pulumi_amplify_jobs.client.responses import Page
from pulumi_amplify_jobs.client.service import JobsService
from pulumi_amplify_jobs.domain.jobs import EVERY_JOB, JobFilter, ObservedJob
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.errors import (
    AccessDeniedError,
    InterruptedRunError,
    MalformedAnswerError,
    RequestRefusedError,
    ServiceError,
    ServiceUnavailableError,
)
from tests.waiting import until

PAGE = 25


def key(number: int, environment: str = "e0") -> JobKey:
    return JobKey("app", environment, f"j{number}")


@dataclass
class Shelf:
    """A service in memory that counts its calls."""

    jobs: dict[JobKey, ObservedJob] = field(default_factory=dict)
    list_error: ServiceError | None = None
    get_error: ServiceError | None = None
    circle: bool = False
    """Give out the first page's token again and again."""
    unlisted: frozenset[JobKey] = frozenset()
    """Jobs that lists do not show, as a list may be stale."""
    gets: list[JobKey] = field(default_factory=list)
    lists: list[tuple[Environment, str | None]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    on_call: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.gate.set()

    def add(self, *keys: JobKey) -> None:
        self.jobs |= {key: ObservedJob(key, "Op", key.job_id) for key in keys}

    @property
    def calls(self) -> int:
        return len(self.gets) + len(self.lists)

    def get(self, key: JobKey) -> ObservedJob | None:
        self.on_call()
        self.gets.append(key)
        self.gate.wait()
        if self.get_error:
            raise self.get_error
        return self.jobs.get(key)

    def update(self, *_: object) -> ObservedJob:
        raise AssertionError("a reader does not write")

    def list_page(
        self,
        environment: Environment,
        token: str | None,
        only: JobFilter = EVERY_JOB,  # noqa: ARG002 (a reader doesn't filter)
    ) -> Page:
        self.lists.append((environment, token))
        self.gate.wait()
        if self.list_error:
            raise self.list_error
        shown = [
            job
            for job in self.jobs.values()
            if job.key.environment == environment and job.key not in self.unlisted
        ]
        start = int(token or 0)
        rest = start + PAGE if start + PAGE < len(shown) else None
        if self.circle:
            rest = PAGE
        return tuple(shown[start : start + PAGE]), str(rest) if rest else None


def read_all(
    shelf: JobsService, keys: Sequence[JobKey], prefetch: bool = True
) -> list[ObservedJob | None]:
    reader = JobReader(shelf, 4)
    if prefetch:
        reader.prefetch(keys)
    return [reader.read(each) for each in keys]


@pytest.mark.parametrize("order", ["by environment", "interleaved"])
def test_a_thousand_jobs_in_ten_environments_take_forty_calls(order: str) -> None:
    keys = [key(n, f"e{e}") for e in range(10) for n in range(100)]
    if order == "interleaved":
        keys.sort(key=lambda each: each.job_id)
    shelf = Shelf()
    shelf.add(*keys)
    assert read_all(shelf, keys) == [shelf.jobs[each] for each in keys]
    assert (len(shelf.lists), len(shelf.gets)) == (40, 0)


def test_without_prefetch_they_still_take_hardly_more() -> None:
    keys = [key(n, f"e{e}") for e in range(10) for n in range(100)]
    shelf = Shelf()
    shelf.add(*keys)
    assert read_all(shelf, keys, prefetch=False) == [shelf.jobs[each] for each in keys]
    assert shelf.calls <= 70


def test_a_lone_job_is_read_by_itself() -> None:
    shelf = Shelf()
    shelf.add(*(key(n) for n in range(500)))
    assert read_all(shelf, [key(7)]) == [shelf.jobs[key(7)]]
    assert (len(shelf.lists), len(shelf.gets)) == (0, 1)


def test_an_environment_of_mostly_undeclared_jobs_is_left_to_single_reads() -> None:
    shelf = Shelf()
    shelf.add(*(key(n) for n in range(1000)))
    declared = [key(n) for n in range(900, 910)]
    assert read_all(shelf, declared) == [shelf.jobs[each] for each in declared]
    assert (len(shelf.lists), len(shelf.gets)) == (2, 10)


@settings(max_examples=120)
@given(st.data())
def test_never_more_than_two_calls_a_job_and_the_same_results(data: st.DataObject) -> None:
    declared, missing, shelf = [], set[JobKey](), Shelf()
    for environment in range(data.draw(st.integers(1, 3), "environments")):
        name = f"e{environment}"
        asked = data.draw(st.integers(0, 60), f"declared in {name}")
        others = data.draw(st.integers(0, 120), f"undeclared in {name}")
        ours = [key(n, name) for n in range(asked)]
        jobs = [*ours, *(key(n, name) for n in range(1000, 1000 + others))]
        shelf.add(*data.draw(st.randoms()).sample(jobs, len(jobs)))
        declared += ours
    if declared:
        missing = data.draw(st.sets(st.sampled_from(declared), max_size=5), "missing")
        shelf.unlisted = frozenset(
            data.draw(st.sets(st.sampled_from(declared), max_size=5), "not listed")
        )
    for gone in missing:
        del shelf.jobs[gone]
    shelf.circle = data.draw(st.booleans(), "lists in a circle")
    order = data.draw(st.permutations(declared), "order")
    prefetch = data.draw(st.booleans(), "prefetch")
    assert read_all(shelf, order, prefetch) == [shelf.jobs.get(each) for each in order]
    for place in {each.environment for each in order}:
        mine = [each for each in order if each.environment == place]
        calls = sum(each == place for each, _ in shelf.lists)
        calls += sum(each.environment == place for each in shelf.gets)
        assert calls <= 2 * len(mine)
    assert len(shelf.gets) == len(set(shelf.gets))


def test_a_job_that_a_list_does_not_show_is_asked_for() -> None:
    keys = [key(n) for n in range(30)]
    shelf = Shelf(unlisted=frozenset({key(3)}))
    shelf.add(*keys)
    assert read_all(shelf, keys) == [shelf.jobs[each] for each in keys]
    assert shelf.gets == [key(3)]


def test_what_was_read_is_remembered_also_that_a_job_is_missing() -> None:
    shelf = Shelf()
    shelf.add(key(1))
    reader = JobReader(shelf, 4)
    for _ in range(3):
        assert reader.read(key(1)) == ObservedJob(key(1), "Op", "j1")
    shelf.jobs.clear()
    assert reader.read(key(1)) is not None
    for _ in range(2):
        assert reader.read(key(2)) is None
    assert shelf.gets.count(key(1)) == 1


@pytest.mark.parametrize("error", [AccessDeniedError, MalformedAnswerError, RequestRefusedError])
def test_where_lists_are_refused_jobs_are_read_one_by_one(error: type[ServiceError]) -> None:
    keys = [key(n) for n in range(40)]
    shelf = Shelf(list_error=error("no"))
    shelf.add(*keys)
    assert read_all(shelf, keys) == [shelf.jobs[each] for each in keys]
    assert (len(shelf.lists), sorted(shelf.gets)) == (1, sorted(keys))


def test_a_list_that_goes_in_a_circle_is_left() -> None:
    keys = [key(n) for n in range(60)]
    shelf = Shelf(circle=True)
    shelf.add(*(key(n) for n in range(80)))
    assert read_all(shelf, keys) == [shelf.jobs[each] for each in keys]
    assert (len(shelf.lists), len(shelf.gets)) == (2, 10)


def test_two_jobs_far_apart_take_four_calls_at_most() -> None:
    shelf = Shelf()
    shelf.add(*(key(n) for n in range(200)))
    pair = [key(0), key(199)]
    assert read_all(shelf, pair, prefetch=False) == [shelf.jobs[each] for each in pair]
    assert shelf.calls <= 4


@pytest.mark.parametrize("prefetch", [True, False])
def test_a_failure_reaches_everyone_who_asks_for_the_job(prefetch: bool) -> None:
    keys = [key(n) for n in range(4)]
    failing = ServiceUnavailableError("gone for two minutes")
    shelf = Shelf(list_error=failing, get_error=failing)
    reader = JobReader(shelf, 4)
    if prefetch:
        reader.prefetch(keys)
    for each in keys * 2:
        with pytest.raises(ServiceUnavailableError, match="gone for two minutes"):
            reader.read(each)
    assert shelf.calls <= 2 * len(keys)


@pytest.mark.parametrize("prefetch", [True, False])
def test_threads_that_ask_together_make_each_read_once(prefetch: bool) -> None:
    shelf = Shelf()
    keys = [key(n, f"e{n % 3}") for n in range(30)]
    shelf.add(*keys, *(key(n) for n in range(1000, 1200)))
    shelf.gate.clear()
    reader = JobReader(shelf, 4)
    if prefetch:
        reader.prefetch(keys)
    with ThreadPoolExecutor(24) as pool:
        asked = [pool.submit(reader.read, each) for each in keys * 4]
        shelf.gate.set()
        found = [each.result(10) for each in asked]
    assert found == [shelf.jobs[each] for each in keys * 4]
    assert len(shelf.gets) == len(set(shelf.gets))
    assert shelf.calls <= 2 * len(keys)


def test_prefetching_twice_reads_once() -> None:
    shelf = Shelf()
    keys = [key(n) for n in range(10)]
    shelf.add(*keys)
    reader = JobReader(shelf, 4)
    reader.prefetch(keys)
    reader.prefetch(keys)
    assert [reader.read(each) for each in keys] == [shelf.jobs[each] for each in keys]
    assert shelf.calls == 1


def test_two_jobs_of_one_environment_are_listed_from_its_first_page_on() -> None:
    shelf = Shelf()
    pair = [key(1), key(2)]
    shelf.add(*pair)
    assert read_all(shelf, pair) == [shelf.jobs[each] for each in pair]
    assert (shelf.lists, shelf.gets) == ([(pair[0].environment, None)], [])


def test_no_page_is_asked_for_once_all_are_listed() -> None:
    shelf = Shelf()
    shelf.add(*(key(n) for n in range(3 * PAGE)))
    first_page = [key(n) for n in range(PAGE)]
    assert read_all(shelf, first_page) == [shelf.jobs[each] for each in first_page]
    assert (len(shelf.lists), len(shelf.gets)) == (1, 0)


def test_what_is_kept_is_read_without_a_call_whatever_was_read_before() -> None:
    shelf = Shelf()
    shelf.add(key(1))
    reader = JobReader(shelf, 4)
    reader.read(key(1))
    for number in (1, 2):
        reader.keep(ObservedJob(key(number), "Op", "written"))
        assert reader.read(key(number)) == ObservedJob(key(number), "Op", "written")
    assert shelf.calls == 1


def test_closing_ends_what_was_not_begun_and_no_more_begins() -> None:
    before = set(threading.enumerate())
    shelf = Shelf()
    shelf.gate.clear()
    reader = JobReader(shelf, 2)
    reader.prefetch([key(1, f"e{number}") for number in range(20)])
    until(lambda: len(shelf.gets) == 2)
    readers = set(threading.enumerate()) - before
    assert {each.name for each in readers} == {f"amplify-jobs-read_{n}" for n in range(2)}
    reader.close()
    shelf.gate.set()
    for each in readers:
        each.join()
    assert len(shelf.gets) == 2
    for number in (0, 19, 20):
        with pytest.raises(InterruptedRunError, match=r"^interrupted$"):
            reader.read(key(1, f"e{number}"))
    assert len(shelf.gets) == 2


def test_closing_ends_whoever_waits_for_a_read() -> None:
    shelf = Shelf()
    shelf.gate.clear()
    reader = JobReader(shelf, 4)
    reader.prefetch([key(1)])
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(reader.read, key(1))
        reader.close()
        with pytest.raises(InterruptedRunError):
            waiting.result()
        shelf.gate.set()


@pytest.mark.parametrize("error", [None, ServiceUnavailableError("gone")], ids=["read", "failed"])
def test_what_is_read_once_the_reader_is_closed_was_interrupted(error: ServiceError | None) -> None:
    shelf = Shelf(get_error=error)
    shelf.add(key(1))
    reader = JobReader(shelf, 1)
    shelf.on_call = reader.close
    with pytest.raises(InterruptedRunError):
        reader.read(key(1))
