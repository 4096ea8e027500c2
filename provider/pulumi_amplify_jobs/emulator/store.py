"""The jobs, the time that they live in, and what seeded ones turn into by themselves."""

import math
import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Literal

from .apps import Apps
from .database import Database
from .entities import FIELDS, Job, JobKey, SeedJob, Then
from .seed import Seed
from .validation import seconds_of

Updates = Literal["set", "ignore", "refuse", "revert"]
"""What becomes of an update.

- set: it sets the given fields
- ignore: it is answered with the job as it is, and changes nothing
- refuse: it is answered with BadRequestException
- revert: it sets the given fields; 10 seconds later they are as before
"""

Clock = Callable[[], float]
"""Returns the time in seconds since the epoch, as `time.time` does."""

_COLUMNS = ", ".join(FIELDS.values())
_KEY = "appId = ? AND backendEnvironmentName = ? AND jobId = ?"
_PUT = (
    f"INSERT INTO jobs ({_COLUMNS}) VALUES ({', '.join('?' * len(FIELDS))}) "
    "ON CONFLICT (appId, backendEnvironmentName, jobId) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in FIELDS.values())
)
_KEEP = f"INSERT OR REPLACE INTO earlier SELECT position, {_COLUMNS} FROM jobs WHERE position = ?"
_FORGET_EARLIER = f"DELETE FROM earlier WHERE {_KEY}"
_DUE = "SELECT * FROM transitions WHERE due <= ?"
_NEXT = "SELECT min(due) AS due FROM transitions"
_PLAN = f"INSERT INTO transitions SELECT position, ?, ?, ?, ? FROM jobs WHERE {_KEY}"
_FORGET_PLAN = f"DELETE FROM transitions WHERE position = (SELECT position FROM jobs WHERE {_KEY})"
_PENDING = f"""SELECT operation, status, error FROM transitions
    WHERE position = (SELECT position FROM jobs WHERE {_KEY})"""
_READ_CLOCK = "SELECT value FROM settings WHERE name = 'clock'"
_WRITE_CLOCK = "INSERT OR REPLACE INTO settings VALUES ('clock', ?)"


class MovableClock:
    """A clock that can be moved on; how far is kept with the jobs, or they would grow younger."""

    def __init__(self, database: Database, base: Clock = time.time) -> None:
        """Go by `base`, and by what was added to it when the database was last open."""
        self._database = database
        self.base = base
        """The clock as it was given: the clients' clocks do not move with `advance`."""
        self._added: float = sum(row["value"] for row in database.read(_READ_CLOCK))

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        return self.base() + self._added

    def milliseconds(self) -> int:
        """Return the time in milliseconds since the epoch."""
        return int(self() * 1000)

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self._database.write(_WRITE_CLOCK, (self._added + seconds,))
        self._added += seconds

    def reset(self) -> None:
        """Go by the base clock again."""
        self.advance(-self._added)


def _next(connection: sqlite3.Connection) -> float:
    """Return when the next transition is due, in epoch milliseconds; infinity for never."""
    due = connection.execute(_NEXT).fetchone()["due"]
    return math.inf if due is None else due


def _change(
    connection: sqlite3.Connection, position: int, fields: Mapping[str, str | None]
) -> None:
    """Set fields of the job at a position.

    Stale readers still see the job as it was, and it no longer turns into anything.
    """
    connection.execute(_KEEP, (position,))
    connection.execute("DELETE FROM transitions WHERE position = ?", (position,))
    assignments = ", ".join(f"{name} = ?" for name in fields)
    statement = f"UPDATE jobs SET {assignments} WHERE position = ?"
    connection.execute(statement, (*fields.values(), position))


def _plan(connection: sqlite3.Connection, key: JobKey, then: Then, now: int) -> None:
    """Have a job turn into something, so long after `now` (epoch milliseconds)."""
    due = now + round(seconds_of(then.after) * 1000)
    connection.execute(_PLAN, (due, then.operation, then.status, then.error, *key))


class JobReader:
    """The jobs of all environments as a table or view of the database shows them.

    They are in the order in which they were first put. A row has a position and the fields by the
    wire's names. Every method may be called from any thread.
    """

    def __init__(self, database: Database, relation: str, settle: Callable[[], None]) -> None:
        """Read from a relation of the database: ``jobs`` or ``stale``.

        `settle` makes the changes whose time has come; it is called before jobs are read.
        """
        self._database = database
        self._settle = settle
        self._select = f"SELECT * FROM {relation}"

    def get(self, key: JobKey) -> Job | None:
        """Return the job, or None when there is none."""
        return next(map(job_of, self._read(f"WHERE {_KEY}", key)), None)

    def page(
        self, app_id: str, environment: str, filters: Mapping[str, str], after: int, size: int
    ) -> list[sqlite3.Row]:
        """Return up to `size` jobs of an environment, in order.

        Only those behind the position `after`, and whose fields equal the filters (named
        as on the wire).
        """
        conditions = "".join(f" AND {name} = ?" for name in filters)
        where = "WHERE appId = ? AND backendEnvironmentName = ? AND position > ?"
        values = (app_id, environment, after, *filters.values(), size)
        return self._read(f"{where}{conditions} ORDER BY position LIMIT ?", values)

    def all(self) -> list[Job]:
        """Return every job, in order."""
        return [job_of(row) for row in self._read("ORDER BY position", ())]

    def _read(self, rest: str, values: tuple[object, ...]) -> list[sqlite3.Row]:
        self._settle()
        return self._database.read(f"{self._select} {rest}", values)


class JobStore(JobReader):
    """The jobs as they are, which can be changed.

    `stale` shows each before its last change, and `apps` the apps and environments that
    they are in. What forgets one of those forgets its jobs, too.
    """

    def __init__(self, database: Database, clock: MovableClock, updates: Updates = "set") -> None:
        """Take up what jobs are to turn into, as the database has it."""
        super().__init__(database, "jobs", self.settle)
        self.stale = JobReader(database, "stale", self.settle)
        self.apps = Apps(database)
        self.updates = updates
        """What becomes of an update; may be set at any time."""
        self._clock = clock
        with database.writing() as connection:
            self._next = _next(connection)

    def settle(self) -> None:
        """Have jobs turn into what is due, each dated when it was due. There is no timer."""
        now = self._clock.milliseconds()
        if now < self._next:
            return
        with self._database.writing() as connection:
            # In full first: each change takes its own transition away.
            for due in connection.execute(_DUE, (now,)).fetchall():
                fields = {name: due[name] for name in ("operation", "status", "error")}
                given = {name: value for name, value in fields.items() if value is not None}
                _change(connection, due["position"], {"updateTime": str(due["due"]), **given})
            self._next = _next(connection)

    def put(self, seed: Seed) -> int:
        """Add or replace jobs and apps and return how many; times that are absent are now."""
        now = self._clock.milliseconds()
        with self._database.writing() as connection:
            self.apps.put(connection, seed.apps, now)
            self.apps.put_those_of(connection, seed.jobs, now)
            connection.executemany(_PUT, [_row(job, now) for job in seed.jobs])
            connection.executemany(_FORGET_EARLIER, [job.key for job in seed.jobs])
            for job in seed.jobs:
                connection.execute(_FORGET_PLAN, job.key)
                if job.then:
                    _plan(connection, job.key, job.then, now)
            self._next = _next(connection)
        return len(seed)

    def pending(self, key: JobKey) -> dict[str, str]:
        """Return the fields that a job is to turn into by itself, by the wire's names."""
        rows = self._database.read(_PENDING, key)
        return {
            name: row[name]
            for row in rows
            for name in ("operation", "status", "error")
            if row[name]
        }

    def turn(self, key: JobKey, then: Then) -> None:
        """Have a job turn into something by itself, in place of what it would have turned into."""
        with self._database.writing() as connection:
            connection.execute(_FORGET_PLAN, key)
            _plan(connection, key, then, self._clock.milliseconds())
            self._next = _next(connection)

    def set(self, key: JobKey, fields: Mapping[str, str | None]) -> Job | None:
        """Set fields, named as on the wire, and ``updateTime`` to now unless it is given.

        Returns the whole job as it now is, or None when there is no such job. The names
        must be fields of a job.
        """
        self._settle()
        values = {"updateTime": str(self._clock.milliseconds()), **fields}
        with self._database.writing() as connection:
            row = connection.execute(f"{self._select} WHERE {_KEY}", key).fetchone()
            if row is None:
                return None
            _change(connection, row["position"], values)
        return Job.model_validate({**job_of(row).wire(), **values})

    def remove(self, key: JobKey) -> bool:
        """Forget a job and return whether there was one."""
        return self._database.write(f"DELETE FROM jobs WHERE {_KEY}", key) > 0

    def count(self) -> int:
        """Return how many jobs there are."""
        count: int = self._database.read("SELECT count(*) AS jobs FROM jobs")[0]["jobs"]
        return count


def job_of(row: sqlite3.Row) -> Job:
    """Return the job that a row holds."""
    return Job.model_validate({name: row[name] for name in FIELDS.values()})


def _row(job: SeedJob, now: int) -> list[str | None]:
    born = str(now - round(seconds_of(job.age) * 1000)) if job.age else str(now)
    values = {"createTime": born, "updateTime": born, **job.wire()}
    return [values.get(name) for name in FIELDS.values()]
