"""What seeded and reverted jobs turn into by themselves, wherever they are."""

import math
import sqlite3
from collections.abc import Mapping

from .database import COLUMNS, KEY, Database
from .entities import Then
from .movable_clock import MovableClock
from .validation import seconds_of

StoredKey = tuple[str, str, str, str]
"""The place of a job, and its key."""

_KEEP = f"INSERT OR REPLACE INTO earlier SELECT position, {COLUMNS} FROM jobs WHERE position = ?"
_DUE = "SELECT * FROM transitions WHERE due <= ?"
_NEXT = "SELECT min(due) AS due FROM transitions"
_POSITION = f"position = (SELECT position FROM jobs WHERE {KEY})"
_PLAN = f"INSERT INTO transitions SELECT position, ?, ?, ?, ? FROM jobs WHERE {KEY}"
_FORGET = f"DELETE FROM transitions WHERE {_POSITION}"
_PENDING = f"SELECT operation, status, error FROM transitions WHERE {_POSITION}"
_CHANGES = ("operation", "status", "error")


class Transitions:
    """The changes that are to come. There is no timer: `settle` makes those that are due."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        """Take up what the database has."""
        self._database = database
        self._clock = clock
        with database.writing() as connection:
            self._next = _next(connection)

    def settle(self) -> None:
        """Have jobs turn into what is due, each dated when it was due."""
        now = self._clock.milliseconds()
        if now < self._next:
            return
        with self._database.writing() as connection:
            # In full first: each change takes its own transition away.
            for due in connection.execute(_DUE, (now,)).fetchall():
                change(connection, due["position"], {"updateTime": str(due["due"]), **_given(due)})
            self._next = _next(connection)

    def pending(self, key: StoredKey) -> dict[str, str]:
        """Return the fields that a job is to turn into by itself, by the wire's names."""
        rows = self._database.read(_PENDING, key)
        return {name: value for row in rows for name, value in _given(row).items()}

    def plan(self, connection: sqlite3.Connection, key: StoredKey, then: Then | None) -> None:
        """Have a job turn into something, or nothing, in place of what it would have turned into.

        The connection is open for writing.
        """
        connection.execute(_FORGET, key)
        if then is None:
            return
        due = self._clock.milliseconds() + round(seconds_of(then.after) * 1000)
        connection.execute(_PLAN, (due, then.operation, then.status, then.error, *key))
        self._next = min(self._next, due)


def change(connection: sqlite3.Connection, position: int, fields: Mapping[str, str | None]) -> None:
    """Set fields of the job at a position.

    Stale readers still see the job as it was, and it no longer turns into anything.
    """
    connection.execute(_KEEP, (position,))
    connection.execute("DELETE FROM transitions WHERE position = ?", (position,))
    assignments = ", ".join(f"{name} = ?" for name in fields)
    statement = f"UPDATE jobs SET {assignments} WHERE position = ?"
    connection.execute(statement, (*fields.values(), position))


def _next(connection: sqlite3.Connection) -> float:
    """Return when the next transition is due, in epoch milliseconds; infinity for never."""
    due = connection.execute(_NEXT).fetchone()["due"]
    return math.inf if due is None else due


def _given(row: sqlite3.Row) -> dict[str, str]:
    return {name: row[name] for name in _CHANGES if row[name] is not None}
