"""A job as a row of the database, by the wire's field names, and how a row changes."""

import sqlite3
from collections.abc import Iterable, Mapping

from .job import FIELDS, Job

COLUMNS = ", ".join(FIELDS.values())
KEY = "appId = ? AND backendEnvironmentName = ? AND jobId = ?"

_KEEP = f"INSERT OR REPLACE INTO earlier SELECT position, {COLUMNS} FROM jobs WHERE position = ?"  # noqa: S608
_FORGET_TRANSITION = "DELETE FROM transitions WHERE position = ?"


def job_of(values: Iterable[object]) -> Job:
    """Return the job whose columns, in the order of `COLUMNS`, have these values."""
    return Job.model_validate(dict(zip(FIELDS.values(), values, strict=True)))


def change(connection: sqlite3.Connection, position: int, fields: Mapping[str, str | None]) -> None:
    """Set fields of the job at a position, which must be open for writing.

    Stale readers still see the job as it was, and it no longer turns into anything.
    """
    connection.execute(_KEEP, (position,))
    connection.execute(_FORGET_TRANSITION, (position,))
    assignments = ", ".join(f"{name} = ?" for name in fields)
    statement = f"UPDATE jobs SET {assignments} WHERE position = ?"  # noqa: S608 (our own names)
    connection.execute(statement, (*fields.values(), position))
