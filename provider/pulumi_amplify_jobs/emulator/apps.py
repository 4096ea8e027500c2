"""The apps and their backend environments: those that were seeded, and those of the jobs."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from .amplify_app import App
from .database import Database
from .job import Job

_PUT = (
    "INSERT INTO apps (appId, name, tags, createTime, updateTime) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (appId) DO UPDATE SET "
    "name = excluded.name, tags = excluded.tags, updateTime = excluded.updateTime"
)
_ADD = (
    "INSERT OR IGNORE INTO apps (appId, name, tags, createTime, updateTime) "
    "VALUES (:app, :app, '{}', :now, :now)"
)
_ADD_ENVIRONMENT = (
    "INSERT OR IGNORE INTO environments (appId, environmentName, createTime) VALUES (?, ?, ?)"
)
_PAGE = (
    "SELECT position, appId, name, tags, createTime, updateTime FROM apps "
    "WHERE position > ? ORDER BY position LIMIT ?"
)
_ENVIRONMENT_PAGE = (
    "SELECT position, appId, environmentName, createTime FROM environments "
    "WHERE appId = :app AND position > :after AND (:name IS NULL OR environmentName = :name) "
    "ORDER BY position LIMIT :size"
)
_ALL = -1
"""The LIMIT that is none."""


@dataclass(frozen=True)
class KnownApp:
    """An app as the database has it; the times are epoch milliseconds."""

    app_id: str
    name: str
    tags: dict[str, str]
    create_time: int
    update_time: int


@dataclass(frozen=True)
class KnownEnvironment:
    """A backend environment as the database has it; the time is epoch milliseconds."""

    app_id: str
    name: str
    create_time: int


class Apps:
    """Every app, in the order in which they were first put, and so its environments.

    Every method may be called from any thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, connection: sqlite3.Connection, apps: Iterable[App], now: int) -> None:
        """Add or replace apps, and add their environments to those that they have.

        The connection is open for writing; `now` is in epoch milliseconds.
        """
        for app in apps:
            values = (app.app_id, app.name or app.app_id, json.dumps(app.tags), now, now)
            connection.execute(_PUT, values)
            names = ((app.app_id, name, now) for name in app.environments)
            connection.executemany(_ADD_ENVIRONMENT, names)

    def put_those_of(self, connection: sqlite3.Connection, jobs: Iterable[Job], now: int) -> None:
        """Add the apps and environments that jobs name, where they are not there.

        The connection is open for writing; `now` is in epoch milliseconds.
        """
        named = dict.fromkeys(job.key[:2] for job in jobs)
        connection.executemany(_ADD, [{"app": app_id, "now": now} for app_id, _ in named])
        connection.executemany(_ADD_ENVIRONMENT, [(*each, now) for each in named])

    def has(self, app_id: str) -> bool:
        """Return whether there is such an app."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT 1 FROM apps WHERE appId = ?", (app_id,))
            return found.fetchone() is not None

    def page(self, after: int, size: int) -> list[tuple[int, KnownApp]]:
        """Return up to `size` apps behind the position `after`, with theirs, in order."""
        with self._database.reading() as connection:
            rows = connection.execute(_PAGE, (after, size)).fetchall()
        return [
            (position, KnownApp(app_id, name, json.loads(tags), create_time, update_time))
            for position, app_id, name, tags, create_time, update_time in rows
        ]

    def environments(
        self, app_id: str, name: str | None, after: int, size: int
    ) -> list[tuple[int, KnownEnvironment]]:
        """Return up to `size` environments of an app behind the position `after`, in order.

        With a `name`, only the one that has it. An app that is not there has none.
        """
        with self._database.reading() as connection:
            values = {"app": app_id, "after": after, "name": name, "size": size}
            rows = connection.execute(_ENVIRONMENT_PAGE, values).fetchall()
        return [(position, KnownEnvironment(*row)) for position, *row in rows]

    def all(self) -> list[App]:
        """Return every app with all its environments."""
        return [self._whole(app) for _, app in self.page(0, _ALL)]

    def remove(self, app_id: str) -> bool:
        """Forget an app with its environments and their jobs; return whether there was one."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM apps WHERE appId = ?", (app_id,)).rowcount > 0

    def remove_environment(self, app_id: str, name: str) -> bool:
        """Forget an environment and its jobs; return whether there was one."""
        statement = "DELETE FROM environments WHERE appId = ? AND environmentName = ?"
        with self._database.writing() as connection:
            return connection.execute(statement, (app_id, name)).rowcount > 0

    def clear(self) -> None:
        """Forget every app, and with them all environments and jobs."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM apps")

    def _whole(self, app: KnownApp) -> App:
        names = [each.name for _, each in self.environments(app.app_id, None, 0, _ALL)]
        return App.model_validate(
            {"appId": app.app_id, "name": app.name, "tags": app.tags, "environments": names}
        )
