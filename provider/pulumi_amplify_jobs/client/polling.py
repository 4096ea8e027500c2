"""Looking at jobs of one environment again and again, from several threads, with few calls.

Whoever looks first lists the environment for all; the others find their jobs in what was listed.
A job that lists don't show, or show where they don't pay, is asked for by GetBackendJob. So many
looks never take more calls than one GetBackendJob each would.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..clock import Clock
from ..domain.jobs import ObservedJob
from ..domain.keys import Environment, JobKey
from .reader import UNLISTABLE
from .service import JobsService

PAYING = 2
"""Jobs that a page must show to save a call: a page that shows one costs what its get would."""

Believable = Callable[[ObservedJob], bool]
"""Says whether a job may be taken as a list shows it. Lists may be stale: what would end in an
error is better asked for by name."""


def worth_a_page(waiting: int, shown: int, page: int, paying_pages: int | None) -> bool:
    """Decide whether the list's next page may save calls.

    `shown` of the `waiting` jobs are known from this list already, `page` pages were read of it,
    and `paying_pages` paid in the list before (None: not known, so it is tried).
    """
    return waiting - shown >= PAYING and (paying_pages is None or page < paying_pages)


@dataclass(eq=False)
class Polled:
    """A job that a thread looks at from time to time, as it was seen last."""

    key: JobKey
    job: ObservedJob | None
    believable: Believable
    listed: float | None = None
    """When a list showed `job`, by the clock; None where its own thread has looked since."""

    def has_news(self, since: float) -> bool:
        """Say whether a list has shown the job since then."""
        return self.listed is not None and self.listed >= since


@dataclass
class Round:
    """One list of the environment, as far as it was read."""

    shown: set[Polled] = field(default_factory=set)
    pages: int = 0
    token: str | None = None
    ended: bool = False


class EnvironmentPoll:
    """The jobs of one environment that are looked at again and again. May be shared by threads."""

    def __init__(self, service: JobsService, environment: Environment, clock: Clock) -> None:
        self._service = service
        self._environment = environment
        self._clock = clock
        self._lock = threading.Lock()
        self._polled: set[Polled] = set()
        self._round = Round()
        self._paying_pages: int | None = None
        self._listable = True
        self._calls_left = 0
        self._failures: list[Exception] = []

    @contextmanager
    def polling(self, seen: ObservedJob, believable: Believable) -> Iterator[Polled]:
        """Look at a job from now on, inside the block; `seen` is what is known of it."""
        polled = Polled(seen.key, seen, believable)
        with self._lock:
            self._polled.add(polled)
            # With one job more, a list may pay again.
            self._paying_pages = None
            self._round = Round()
        try:
            yield polled
        finally:
            with self._lock:
                self._polled.discard(polled)
                self._round.shown.discard(polled)

    def look(self, polled: Polled, since: float) -> ObservedJob | None:
        """Return the job as it is, or as another's look found it since then; None where it is gone.

        Where a list was tried in vain in place of a read, that is the job as it was seen before.
        Raises ServiceError, also where the list that it waited for failed.
        """
        failed_before = len(self._failures)
        with self._lock:
            if len(self._failures) > failed_before:
                raise self._failures[-1]
            self._calls_left = min(self._calls_left, len(self._polled)) + 1
            self._list_for(polled, since)
            if polled.has_news(since) or not self._calls_left:
                polled.listed = None
                return polled.job
            self._calls_left -= 1
        # Outside of the lock: single reads don't wait for each other.
        return self.read(polled)

    def read(self, polled: Polled) -> ObservedJob | None:
        """Return the job as it is at this moment, by a read of its own. Raises ServiceError."""
        polled.job = self._service.get(polled.key)
        polled.listed = None
        return polled.job

    def _list_for(self, polled: Polled, since: float) -> None:
        """List until the job is shown, as far as that pays."""
        if polled.has_news(since):
            return
        if polled in self._round.shown:
            self._round = Round()  # what that list had to say of the job is old
        while not polled.has_news(since) and self._calls_left and self._worthwhile():
            self._list_page()

    def _worthwhile(self) -> bool:
        if not self._listable or self._round.ended:
            return False
        shown, pages = len(self._round.shown), self._round.pages
        return worth_a_page(len(self._polled), shown, pages, self._paying_pages)

    def _list_page(self) -> None:
        self._calls_left -= 1
        asked = self._clock.now()
        try:
            jobs, token = self._service.list_page(self._environment, self._round.token)
        except UNLISTABLE:
            self._listable = False
            return
        except Exception as error:
            self._failures.append(error)
            raise
        listed = {job.key: job for job in jobs}
        shown = {
            each
            for each in self._polled
            if each.key in listed and each.believable(listed[each.key])
        }
        for each in shown:
            each.job = listed[each.key]
            each.listed = asked
        # A page that comes again shows nothing new: a list in a circle ends like one that is over.
        pays = len(shown - self._round.shown) >= PAYING
        if not pays:
            self._paying_pages = self._round.pages
        self._round.shown |= shown
        self._round.pages += 1
        self._round.token = token
        self._round.ended = not pays or token is None
