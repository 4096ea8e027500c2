"""The time that the jobs live in: the injected clock's, and what was added to it."""

import time
from collections.abc import Callable

from .database import Database

Clock = Callable[[], float]
"""Returns the time in seconds since the epoch, as `time.time` does."""

_READ = "SELECT value FROM settings WHERE name = 'clock'"
_WRITE = "INSERT OR REPLACE INTO settings VALUES ('clock', ?)"
_FORGET = "DELETE FROM settings WHERE name = 'clock'"


class MovableClock:
    """A clock that can be moved on; how far is kept with the jobs, or they would grow younger."""

    def __init__(self, database: Database, base: Clock = time.time) -> None:
        """Go by `base`, and by what was added to it when the database was last open."""
        self._database = database
        self.base = base
        """The clock as it was given: the clients' clocks do not move with `advance`."""
        with database.reading() as connection:
            row = connection.execute(_READ).fetchone()
        self._added: float = row[0] if row else 0.0

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        return self.base() + self._added

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        with self._database.writing() as connection:
            connection.execute(_WRITE, (self._added + seconds,))
            self._added += seconds

    def reset(self) -> None:
        """Go by the base clock again."""
        with self._database.writing() as connection:
            connection.execute(_FORGET)
            self._added = 0.0
