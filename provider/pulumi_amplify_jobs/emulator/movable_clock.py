"""The time that the jobs live in."""

import time
from collections.abc import Callable

from .database import Database

Clock = Callable[[], float]
"""Returns the time in seconds since the epoch, as `time.time` does."""

_READ = "SELECT value FROM settings WHERE name = 'clock'"
_WRITE = "INSERT OR REPLACE INTO settings VALUES ('clock', ?)"


class MovableClock:
    """A clock that can be moved on; how far is kept with the jobs, or they would grow younger."""

    def __init__(self, database: Database, base: Clock = time.time) -> None:
        """Go by `base`, and by what was added to it when the database was last open."""
        self._database = database
        self.base = base
        """The clock as it was given: the clients' clocks do not move with `advance`."""
        self._added: float = sum(row["value"] for row in database.read(_READ))

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        return self.base() + self._added

    def milliseconds(self) -> int:
        """Return the time in milliseconds since the epoch."""
        return int(self() * 1000)

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self._database.write(_WRITE, (self._added + seconds,))
        self._added += seconds

    def reset(self) -> None:
        """Go by the base clock again."""
        self.advance(-self._added)
