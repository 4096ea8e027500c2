"""The jobs of a place, as requests and tests read and change them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Literal

from .apps import Apps
from .database import COLUMNS, KEY, Database
from .entities import FIELDS, Job, JobKey, SeedJob, Then
from .movable_clock import MovableClock
from .places import DEFAULT, Place
from .seed import Seed
from .transitions import StoredKey, Transitions, change
from .validation import seconds_of

Updates = Literal["set", "delay", "ignore", "refuse", "revert"]
"""What becomes of an update.

- set: it sets the given fields
- delay: it is answered with the job as it is, and sets the given fields 10 seconds later
- ignore: it is answered with the job as it is, and changes nothing
- refuse: it is answered with BadRequestException
- revert: it sets the given fields; 10 seconds later they are as before
"""

_PUT = (
    f"INSERT INTO jobs ({COLUMNS}) VALUES (?, {', '.join('?' * len(FIELDS))}) "
    "ON CONFLICT (place, appId, backendEnvironmentName, jobId) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in FIELDS.values())
)
_FORGET_EARLIER = f"DELETE FROM earlier WHERE {KEY}"


class JobReader:
    """The jobs of all environments of a place as a table or view of the database shows them.

    They are in the order in which they were first put. A row has a position and the fields by the
    wire's names. Every method may be called from any thread.
    """

    def __init__(
        self, database: Database, transitions: Transitions, place: Place, relation: str
    ) -> None:
        """Read from a relation of the database: ``jobs`` or ``stale``.

        `transitions` are settled before jobs are read.
        """
        self.place = place
        self._database = database
        self._transitions = transitions
        self._select = f"SELECT * FROM {relation}"

    def get(self, key: JobKey) -> Job | None:
        """Return the job, or None when there is none."""
        return next(map(job_of, self._read(f"WHERE {KEY}", self._stored(key))), None)

    def page(
        self, app_id: str, environment: str, filters: Mapping[str, str], after: int, size: int
    ) -> list[sqlite3.Row]:
        """Return up to `size` jobs of an environment, in order.

        Only those behind the position `after`, and whose fields equal the filters (named
        as on the wire).
        """
        conditions = "".join(f" AND {name} = ?" for name in filters)
        where = "WHERE place = ? AND appId = ? AND backendEnvironmentName = ? AND position > ?"
        values = (str(self.place), app_id, environment, after, *filters.values(), size)
        return self._read(f"{where}{conditions} ORDER BY position LIMIT ?", values)

    def all(self) -> list[Job]:
        """Return every job, in order."""
        rows = self._read("WHERE place = ? ORDER BY position", (str(self.place),))
        return [job_of(row) for row in rows]

    def _stored(self, key: JobKey) -> StoredKey:
        return (str(self.place), *key)

    def _read(self, rest: str, values: tuple[object, ...]) -> list[sqlite3.Row]:
        self._transitions.settle()
        return self._database.read(f"{self._select} {rest}", values)


class JobStore(JobReader):
    """The jobs of a place as they are, which can be changed.

    `stale` shows each before its last change, and `apps` the apps and environments that
    they are in. What forgets one of those forgets its jobs, too.
    """

    def __init__(
        self,
        database: Database,
        transitions: Transitions,
        clock: MovableClock,
        place: Place = DEFAULT,
        updates: Updates = "set",
    ) -> None:
        super().__init__(database, transitions, place, "jobs")
        self.stale = JobReader(database, transitions, place, "stale")
        self.apps = Apps(database, place)
        self.updates = updates
        """What becomes of an update; may be set at any time."""
        self._clock = clock

    def at(self, place: Place) -> JobStore:
        """Return the jobs of a place, of which nothing need be known yet."""
        if place == self.place:
            return self
        return JobStore(self._database, self._transitions, self._clock, place, self.updates)

    def put(self, seed: Seed) -> None:
        """Add or replace jobs and apps, here and in the places that the seed names.

        Times that are absent are now.
        """
        with self._database.writing() as connection:
            self._put(connection, seed)
            for place, content in seed.places.items():
                self.at(place)._put(connection, content)

    def _put(self, connection: sqlite3.Connection, seed: Seed) -> None:
        now = self._clock.milliseconds()
        self.apps.put(connection, seed.apps, now)
        self.apps.put_those_of(connection, seed.jobs, now)
        connection.executemany(_PUT, [(str(self.place), *_row(job, now)) for job in seed.jobs])
        keys = [self._stored(job.key) for job in seed.jobs]
        connection.executemany(_FORGET_EARLIER, keys)
        for key, job in zip(keys, seed.jobs, strict=True):
            self._transitions.plan(connection, key, job.then)

    def pending(self, key: JobKey) -> dict[str, str]:
        """Return the fields that a job is to turn into by itself, by the wire's names."""
        return self._transitions.pending(self._stored(key))

    def turn(self, key: JobKey, then: Then) -> None:
        """Have a job turn into something by itself, in place of what it would have turned into."""
        with self._database.writing() as connection:
            self._transitions.plan(connection, self._stored(key), then)

    def set(self, key: JobKey, fields: Mapping[str, str | None]) -> Job | None:
        """Set fields, named as on the wire, and ``updateTime`` to now unless it is given.

        Returns the whole job as it now is, or None when there is no such job. The names
        must be fields of a job.
        """
        self._transitions.settle()
        values = {"updateTime": str(self._clock.milliseconds()), **fields}
        with self._database.writing() as connection:
            select = f"{self._select} WHERE {KEY}"
            row = connection.execute(select, self._stored(key)).fetchone()
            if row is None:
                return None
            change(connection, row["position"], values)
        return Job.model_validate({**job_of(row).wire(), **values})

    def remove(self, key: JobKey) -> bool:
        """Forget a job and return whether there was one."""
        return self._database.write(f"DELETE FROM jobs WHERE {KEY}", self._stored(key)) > 0

    def count(self) -> int:
        """Return how many jobs there are, in all places."""
        count: int = self._database.read("SELECT count(*) AS jobs FROM jobs")[0]["jobs"]
        return count


def job_of(row: sqlite3.Row) -> Job:
    """Return the job that a row holds."""
    return Job.model_validate({name: row[name] for name in FIELDS.values()})


def _row(job: SeedJob, now: int) -> list[str | None]:
    born = str(now - round(seconds_of(job.age) * 1000)) if job.age else str(now)
    values = {"createTime": born, "updateTime": born, **job.wire()}
    return [values.get(name) for name in FIELDS.values()]
