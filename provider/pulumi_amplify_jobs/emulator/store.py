"""Where the jobs are: one SQLite table behind one lock."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from .job import FIELDS, Job, JobKey

Clock = Callable[[], float]
"""Returns the time in seconds since the epoch, as `time.time` does."""

_COLUMNS = ", ".join(FIELDS.values())
_KEY = "appId = ? AND backendEnvironmentName = ? AND jobId = ?"
# A job keeps its position for as long as it lives, and no position is used twice: that is
# what the order of a listing, and the token for the next page, rest on.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    appId TEXT NOT NULL,
    backendEnvironmentName TEXT NOT NULL,
    jobId TEXT NOT NULL,
    operation TEXT, status TEXT, createTime TEXT, updateTime TEXT, error TEXT,
    UNIQUE (appId, backendEnvironmentName, jobId)
);
CREATE INDEX IF NOT EXISTS listing ON jobs (appId, backendEnvironmentName, position);
"""
_PUT = (
    f"INSERT INTO jobs ({_COLUMNS}) VALUES ({', '.join('?' * len(FIELDS))}) "  # noqa: S608
    "ON CONFLICT (appId, backendEnvironmentName, jobId) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in FIELDS.values())
)


class JobStore:
    """The jobs of all environments, in the order in which they were first put.

    Every method may be called from any thread.
    """

    def __init__(self, database: str = ":memory:", clock: Clock = time.time) -> None:
        """Open the store. `database` is a file's path, or ``:memory:`` to forget all at the end."""
        self._clock = clock
        self._lock = threading.Lock()
        self._database = sqlite3.connect(database, check_same_thread=False)
        self._database.executescript(_SCHEMA)

    def now(self) -> str:
        """Return the time now as the service writes it: epoch milliseconds in a string."""
        return str(int(self._clock() * 1000))

    def put(self, jobs: Iterable[Job]) -> int:
        """Add or replace the jobs and return how many; times that are absent are now."""
        now = self.now()
        rows = [_row(job, now) for job in jobs]
        with self._lock, self._database:
            self._database.executemany(_PUT, rows)
        return len(rows)

    def get(self, key: JobKey) -> Job | None:
        """Return the job, or None when there is none."""
        with self._lock:
            return self._find(key)

    def set(self, key: JobKey, fields: Mapping[str, str | None]) -> Job | None:
        """Set fields, named as on the wire, and ``updateTime`` to now unless it is given.

        Returns the whole job as it now is, or None when there is no such job. The names
        must be fields of a job.
        """
        values = {"updateTime": self.now(), **fields}
        assignments = ", ".join(f"{name} = ?" for name in values)
        update = f"UPDATE jobs SET {assignments} WHERE {_KEY}"  # noqa: S608 (our own names)
        with self._lock, self._database:
            self._database.execute(update, (*values.values(), *key))
            return self._find(key)

    def page(
        self, app_id: str, environment: str, filters: Mapping[str, str], after: int, size: int
    ) -> list[tuple[int, Job]]:
        """Return up to `size` jobs of an environment, with their positions, in order.

        Only those behind the position `after`, and whose fields equal the filters (named
        as on the wire).
        """
        conditions = "".join(f" AND {name} = ?" for name in filters)
        where = "WHERE appId = ? AND backendEnvironmentName = ? AND position > ?"
        values = [app_id, environment, after, *filters.values(), size]
        with self._lock:
            return self._select(f"{where}{conditions} ORDER BY position LIMIT ?", values)

    def all(self) -> list[Job]:
        """Return every job, in order."""
        with self._lock:
            return [job for _, job in self._select("ORDER BY position", ())]

    def remove(self, key: JobKey) -> bool:
        """Forget a job and return whether there was one."""
        with self._lock, self._database:
            statement = f"DELETE FROM jobs WHERE {_KEY}"  # noqa: S608
            return self._database.execute(statement, key).rowcount > 0

    def clear(self) -> None:
        """Forget every job."""
        with self._lock, self._database:
            self._database.execute("DELETE FROM jobs")

    def close(self) -> None:
        """Close the database; the store cannot be used any more."""
        with self._lock:
            self._database.close()

    def _find(self, key: JobKey) -> Job | None:
        return next((job for _, job in self._select(f"WHERE {_KEY}", key)), None)

    def _select(self, rest: str, values: Iterable[object]) -> list[tuple[int, Job]]:
        query = f"SELECT position, {_COLUMNS} FROM jobs {rest}"  # noqa: S608
        rows = self._database.execute(query, tuple(values))
        return [(position, _job(values)) for position, *values in rows]


def _row(job: Job, now: str) -> list[str | None]:
    values = {"createTime": now, "updateTime": now, **job.wire()}
    return [values.get(name) for name in FIELDS.values()]


def _job(values: Iterable[object]) -> Job:
    return Job.model_validate(dict(zip(FIELDS.values(), values, strict=True)))
