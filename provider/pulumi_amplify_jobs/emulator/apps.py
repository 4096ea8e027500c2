"""The apps and their backend environments: those that were seeded, and those of the jobs."""

import json
import sqlite3
from collections.abc import Iterable

from .database import Database
from .entities import App, Job
from .places import Place

_PUT = (
    "INSERT INTO apps (place, appId, name, tags, createTime, updateTime) "
    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (place, appId) DO UPDATE SET "
    "name = excluded.name, tags = excluded.tags, updateTime = excluded.updateTime"
)
_ADD = (
    "INSERT OR IGNORE INTO apps (place, appId, name, tags, createTime, updateTime) "
    "VALUES (:place, :app, :app, '{}', :now, :now)"
)
_ADD_ENVIRONMENT = (
    "INSERT OR IGNORE INTO environments (place, appId, environmentName, createTime) "
    "VALUES (?, ?, ?, ?)"
)
PAGE = "SELECT * FROM apps WHERE place = ? AND position > ? ORDER BY position LIMIT ?"
_ENVIRONMENT_PAGE = (
    "SELECT * FROM environments WHERE place = :place AND appId = :app "
    "AND position > :after AND (:name IS NULL OR environmentName = :name) "
    "ORDER BY position LIMIT :size"
)
_ALL = -1
"""The LIMIT that is none."""


class Apps:
    """Every app of a place, in the order in which they were first put, and so its environments.

    A row has a position and the fields by the wire's names; tags are JSON text, times epoch
    milliseconds. Every method may be called from any thread.
    """

    def __init__(self, database: Database, place: Place) -> None:
        self._database = database
        self._place = str(place)

    def put(self, connection: sqlite3.Connection, apps: Iterable[App], now: int) -> None:
        """Add or replace apps, and add their environments to those that they have.

        The connection is open for writing; `now` is in epoch milliseconds.
        """
        for app in apps:
            name = app.name or app.app_id
            values = (self._place, app.app_id, name, json.dumps(app.tags), now, now)
            connection.execute(_PUT, values)
            names = ((self._place, app.app_id, each, now) for each in app.environments)
            connection.executemany(_ADD_ENVIRONMENT, names)

    def put_those_of(self, connection: sqlite3.Connection, jobs: Iterable[Job], now: int) -> None:
        """Add the apps and environments that jobs name, where they are not there.

        The connection is open for writing; `now` is in epoch milliseconds.
        """
        named = dict.fromkeys(job.key[:2] for job in jobs)
        apps = [{"place": self._place, "app": app_id, "now": now} for app_id, _ in named]
        connection.executemany(_ADD, apps)
        connection.executemany(_ADD_ENVIRONMENT, [(self._place, *each, now) for each in named])

    def has(self, app_id: str) -> bool:
        """Return whether there is such an app."""
        query = "SELECT 1 FROM apps WHERE place = ? AND appId = ?"
        return bool(self._database.read(query, (self._place, app_id)))

    def page(self, after: int, size: int) -> list[sqlite3.Row]:
        """Return up to `size` apps behind the position `after`, in order."""
        return self._database.read(PAGE, (self._place, after, size))

    def environments(
        self, app_id: str, name: str | None, after: int, size: int
    ) -> list[sqlite3.Row]:
        """Return up to `size` environments of an app behind the position `after`, in order.

        With a `name`, only the one that has it. An app that is not there has none.
        """
        values = {
            "place": self._place,
            "app": app_id,
            "after": after,
            "name": name,
            "size": size,
        }
        return self._database.read(_ENVIRONMENT_PAGE, values)

    def all(self) -> list[App]:
        """Return every app with all its environments."""
        return [self._whole(row) for row in self.page(0, _ALL)]

    def remove(self, app_id: str) -> bool:
        """Forget an app with its environments and their jobs; return whether there was one."""
        statement = "DELETE FROM apps WHERE place = ? AND appId = ?"
        return self._database.write(statement, (self._place, app_id)) > 0

    def remove_environment(self, app_id: str, name: str) -> bool:
        """Forget an environment and its jobs; return whether there was one."""
        statement = "DELETE FROM environments WHERE place = ? AND appId = ? AND environmentName = ?"
        return self._database.write(statement, (self._place, app_id, name)) > 0

    def clear(self) -> None:
        """Forget every app of all places, and with them all environments and jobs."""
        self._database.write("DELETE FROM apps")

    def _whole(self, row: sqlite3.Row) -> App:
        environments = self.environments(row["appId"], None, 0, _ALL)
        return App(
            appId=row["appId"],
            name=row["name"],
            tags=json.loads(row["tags"]),
            environments=tuple(each["environmentName"] for each in environments),
        )
