"""The SQLite database behind the jobs: opening it, and one lock around its connection."""

import sqlite3
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .entities import FIELDS
from .errors import DatabaseError

MEMORY = ":memory:"
"""The path of a database that is forgotten at the end."""

_APPLICATION = 0x416D704A
_VERSION = 3
Values = Mapping[str, object] | tuple[object, ...]
"""What stands for the placeholders of a statement."""

COLUMNS = ", ".join(["place", *FIELDS.values()])
"""The columns of a job, without its position."""
KEY = "place = ? AND appId = ? AND backendEnvironmentName = ? AND jobId = ?"

_PATIENCE = 1.0
"""Seconds to wait for another process to let go of the file."""

# What is listed keeps its position for as long as it lives, and no position is used twice:
# that is what the order of a listing, and the token for the next page, rest on.
# `earlier` has each changed job as it was before its last change, and `stale` all jobs as
# a reader sees them whom no last change has reached yet.
_FIELDS = """
    place TEXT NOT NULL,
    appId TEXT NOT NULL,
    backendEnvironmentName TEXT NOT NULL,
    jobId TEXT NOT NULL,
    operation TEXT, status TEXT, createTime TEXT, updateTime TEXT, error TEXT
"""
# The jobs go with their environment, and the environments with their app. Each environment
# that a job names is there, as putting the job puts it there.
_SCHEMA = f"""
BEGIN;
CREATE TABLE jobs (
    position INTEGER PRIMARY KEY AUTOINCREMENT, {_FIELDS},
    UNIQUE (place, appId, backendEnvironmentName, jobId)
);
CREATE INDEX listing ON jobs (place, appId, backendEnvironmentName, position);
CREATE TABLE earlier (
    position INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE, {_FIELDS}
);
CREATE VIEW stale AS
    SELECT * FROM earlier
    UNION ALL SELECT * FROM jobs WHERE position NOT IN (SELECT position FROM earlier);
CREATE TABLE transitions (
    position INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    due INTEGER NOT NULL, operation TEXT, status TEXT, error TEXT
);
CREATE TABLE settings (name TEXT PRIMARY KEY, value);
CREATE TABLE apps (
    position INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, appId TEXT NOT NULL,
    name TEXT NOT NULL, tags TEXT NOT NULL,
    createTime INTEGER NOT NULL, updateTime INTEGER NOT NULL,
    UNIQUE (place, appId)
);
CREATE INDEX app_listing ON apps (place, position);
CREATE TABLE environments (
    position INTEGER PRIMARY KEY AUTOINCREMENT, place TEXT NOT NULL, appId TEXT NOT NULL,
    environmentName TEXT NOT NULL, createTime INTEGER NOT NULL,
    UNIQUE (place, appId, environmentName),
    FOREIGN KEY (place, appId) REFERENCES apps (place, appId) ON DELETE CASCADE
);
CREATE TRIGGER environment_gone AFTER DELETE ON environments BEGIN
    DELETE FROM jobs
    WHERE place = OLD.place AND appId = OLD.appId
        AND backendEnvironmentName = OLD.environmentName;
END;
CREATE TABLE sessions (
    accessKeyId TEXT PRIMARY KEY, secretAccessKey TEXT NOT NULL, sessionToken TEXT NOT NULL,
    roleArn TEXT NOT NULL, roleSessionName TEXT NOT NULL, expiration REAL NOT NULL
) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
COMMIT;
"""  # noqa: S608 (our own numbers)


class Database:
    """One connection for all threads, which the emulator has to itself."""

    def __init__(self, path: str | Path = MEMORY) -> None:
        """Open the file, or make it. Raises `DatabaseError` when it cannot be used.

        What was committed outlives a kill of the process; a power cut may take the last
        moments with it, but leaves the file whole.
        """
        self._path = path
        self._lock = threading.Lock()
        try:
            self._connection = _connect(str(path))
        except sqlite3.Error as error:
            raise DatabaseError(f"{path}: {_advice(error)}") from None

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection, None, None]:
        """Have the connection to oneself; everything done is kept at the end, or nothing.

        Raises `DatabaseError`, as on a full disk.
        """
        try:
            with self._lock, self._connection:
                yield self._connection
        except sqlite3.Error as error:
            raise DatabaseError(f"{self._path}: {error}") from None

    def read(self, query: str, values: Values = ()) -> list[sqlite3.Row]:
        """Return the rows that a query finds. Raises `DatabaseError`."""
        with self.writing() as connection:
            return connection.execute(query, values).fetchall()

    def write(self, statement: str, values: Values = ()) -> int:
        """Carry out one statement and return how many rows it changed. Raises `DatabaseError`."""
        with self.writing() as connection:
            return connection.execute(statement, values).rowcount

    def close(self) -> None:
        """Close the database; it cannot be used any more. Twice does no harm."""
        with self._lock:
            self._connection.close()


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        # One emulator a file: what it keeps in memory would not be another one's truth.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        new = _is_new(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # A file that cannot be written is found out now, not at the first update.
        connection.executescript(_SCHEMA if new else "BEGIN EXCLUSIVE; COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_new(connection: sqlite3.Connection, path: str) -> bool:
    """Return whether the file is empty; one with anything but our schema in it is refused."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application == _APPLICATION and version != _VERSION:
        raise DatabaseError(
            f"{path}: has schema {version}, this emulator knows {_VERSION}; "
            "use the version that made it, or name a new file"
        )
    if application != _APPLICATION and (application or version or tables):
        raise DatabaseError(f"{path}: belongs to another program; name a new file")
    return not application


def _advice(error: sqlite3.Error) -> str:
    text = str(error)
    if "not a database" in text:
        return "is not an SQLite database; name a new file, or one that an emulator made"
    if "locked" in text:
        return "is in use by another process; end that emulator, or name another file"
    return f"cannot be used: {text}; it must be a file in a folder that can be written"
