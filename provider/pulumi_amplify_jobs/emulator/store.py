"""Where the jobs are, and the one way to read and change them."""

from collections.abc import Iterable, Mapping

from .apps import Apps
from .clock import Clock
from .database import Database
from .duration import seconds_of
from .job import FIELDS, Job, JobKey
from .rows import COLUMNS, KEY, change, job_of
from .seed import Seed
from .seed_job import SeedJob
from .transitions import Transitions

_PUT = (
    f"INSERT INTO jobs ({COLUMNS}) VALUES ({', '.join('?' * len(FIELDS))}) "  # noqa: S608
    "ON CONFLICT (appId, backendEnvironmentName, jobId) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in FIELDS.values())
)
_FORGET_EARLIER = f"DELETE FROM earlier WHERE {KEY}"  # noqa: S608


class JobReader:
    """The jobs of all environments as a table or view of the database shows them.

    They are in the order in which they were first put. Every method may be called from
    any thread.
    """

    def __init__(self, database: Database, transitions: Transitions, relation: str) -> None:
        """Read from a relation of the database: ``jobs`` or ``stale``."""
        self._database = database
        self._transitions = transitions
        self._select = f"SELECT position, {COLUMNS} FROM {relation}"  # noqa: S608 (our own names)

    def get(self, key: JobKey) -> Job | None:
        """Return the job, or None when there is none."""
        return next((job for _, job in self._read(f"WHERE {KEY}", key)), None)

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
        return self._read(f"{where}{conditions} ORDER BY position LIMIT ?", values)

    def all(self) -> list[Job]:
        """Return every job, in order."""
        return [job for _, job in self._read("ORDER BY position", ())]

    def _read(self, rest: str, values: Iterable[object]) -> list[tuple[int, Job]]:
        self._transitions.settle()
        with self._database.reading() as connection:
            rows = connection.execute(f"{self._select} {rest}", tuple(values)).fetchall()
        return [(position, job_of(values)) for position, *values in rows]


class JobStore(JobReader):
    """The jobs as they are, which can be changed.

    `stale` shows each before its last change, and `apps` the apps and environments that
    they are in. What forgets one of those forgets its jobs, too.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        transitions = Transitions(database, clock)
        super().__init__(database, transitions, "jobs")
        self.stale = JobReader(database, transitions, "stale")
        self.apps = Apps(database)
        self._clock = clock

    def put(self, seed: Seed) -> int:
        """Add or replace jobs and apps and return how many; times that are absent are now."""
        now = self._now()
        with self._database.writing() as connection:
            self.apps.put(connection, seed.apps, now)
            self.apps.put_those_of(connection, seed.jobs, now)
            connection.executemany(_PUT, [_row(job, now) for job in seed.jobs])
            connection.executemany(_FORGET_EARLIER, [job.key for job in seed.jobs])
            self._transitions.plan(connection, seed.jobs, now)
        return len(seed)

    def set(self, key: JobKey, fields: Mapping[str, str | None]) -> Job | None:
        """Set fields, named as on the wire, and ``updateTime`` to now unless it is given.

        Returns the whole job as it now is, or None when there is no such job. The names
        must be fields of a job.
        """
        self._transitions.settle()
        values = {"updateTime": str(self._now()), **fields}
        with self._database.writing() as connection:
            row = connection.execute(f"{self._select} WHERE {KEY}", key).fetchone()
            if row is None:
                return None
            position, *columns = row
            change(connection, position, values)
        return Job.model_validate({**job_of(columns).wire(), **values})

    def remove(self, key: JobKey) -> bool:
        """Forget a job and return whether there was one."""
        with self._database.writing() as connection:
            statement = f"DELETE FROM jobs WHERE {KEY}"  # noqa: S608 (our own names)
            return connection.execute(statement, key).rowcount > 0

    def count(self) -> int:
        """Return how many jobs there are."""
        with self._database.reading() as connection:
            count: int = connection.execute("SELECT count(*) FROM jobs").fetchone()[0]
        return count

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _row(job: SeedJob, now: int) -> list[str | None]:
    born = str(now - round(seconds_of(job.age) * 1000)) if job.age else str(now)
    values = {"createTime": born, "updateTime": born, **job.wire()}
    return [values.get(name) for name in FIELDS.values()]
