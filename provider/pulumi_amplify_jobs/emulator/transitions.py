"""What seeded jobs turn into by themselves, worked out whenever somebody looks."""

import math
import sqlite3
from collections.abc import Iterable

from .clock import Clock
from .database import Database
from .duration import seconds_of
from .rows import KEY, change
from .seed_job import SeedJob

_FORGET = f"DELETE FROM transitions WHERE position = (SELECT position FROM jobs WHERE {KEY})"  # noqa: S608
_PLAN = f"INSERT INTO transitions SELECT position, ?, ?, ?, ? FROM jobs WHERE {KEY}"  # noqa: S608
_DUE = "SELECT position, due, operation, status, error FROM transitions WHERE due <= ?"


class Transitions:
    """The transitions to come. No timer: `settle` must be called before jobs are looked at."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Take up the transitions that the database has."""
        self._database = database
        self._clock = clock
        with database.reading() as connection:
            self._next = _next(connection)

    def settle(self) -> None:
        """Make the changes whose time has come, each dated when it was due."""
        now = int(self._clock() * 1000)
        if now < self._next:
            return
        with self._database.writing() as connection:
            # In full first: each change takes its own transition away.
            for position, due, operation, status, error in connection.execute(
                _DUE, (now,)
            ).fetchall():
                fields = {"operation": operation, "status": status, "error": error}
                given = {name: value for name, value in fields.items() if value is not None}
                change(connection, position, {"updateTime": str(due), **given})
            self._next = _next(connection)

    def plan(self, connection: sqlite3.Connection, jobs: Iterable[SeedJob], now: int) -> None:
        """Have these jobs, which are in the table, turn into what they say, and only into that.

        The connection is open for writing; `now` is in epoch milliseconds.
        """
        for job in jobs:
            connection.execute(_FORGET, job.key)
            if job.then:
                due = now + round(seconds_of(job.then.after) * 1000)
                then = job.then
                connection.execute(_PLAN, (due, then.operation, then.status, then.error, *job.key))
        self._next = _next(connection)


def _next(connection: sqlite3.Connection) -> float:
    """Return when the next transition is due, in epoch milliseconds; infinity for never."""
    due = connection.execute("SELECT min(due) FROM transitions").fetchone()[0]
    return math.inf if due is None else due
