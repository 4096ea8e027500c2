"""How far this machine's clock is from the service's, whose answers have a Date header.

Ages are counted against this machine's clock, so they are wrong by just as much as it is.
"""

from __future__ import annotations

import threading
import time

from .times import duration, http_seconds

MOST_UNTOLD = 60.0
"""Seconds that a clock may be off before there is a warning."""

MOST_FOR_AGES = 300.0
"""Seconds that a clock may be off before nothing is done by age any more."""

GRAIN = 1.0
"""Seconds that a Date header may be behind: it has whole seconds only."""


class ServiceClock:
    """What the Date headers of a run say of this machine's clock. May be shared by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead: float | None = None

    def observe(self, date: str | None, sent: float, received: float) -> None:
        """Take in the Date header of an answer; one that is absent or no date says nothing.

        `sent` and `received` are epoch seconds by this machine's clock, around the request.
        """
        answered = http_seconds(date or "")
        if answered is None:
            return
        # The service wrote it at some moment between the two: what can be on the way is no error.
        least, most = sent - answered - GRAIN, received - answered
        ahead = 0.0 if least <= 0.0 <= most else min(least, most, key=abs)
        with self._lock:
            if self._ahead is None or abs(ahead) < abs(self._ahead):
                self._ahead = ahead

    def now(self) -> float:
        """Return this moment in epoch seconds by the service's clock, where that is known."""
        return time.time() - (self.ahead or 0.0)

    @property
    def ahead(self) -> float | None:
        """Seconds, at least, that this machine's clock is ahead; below 0: behind; None: unknown."""
        with self._lock:
            return self._ahead


def clock_warning(ahead: float | None) -> str | None:
    """Say that the clock is off by more than a minute, or return None."""
    if ahead is None or abs(ahead) <= MOST_UNTOLD:
        return None
    _, looks = _way(ahead)
    return f"{_told(ahead)}, so jobs look that much {looks} than they are: set the clock"


def clock_refusal(ahead: float | None) -> str | None:
    """Say that the clock is off by so much that no age can be trusted, or return None."""
    if ahead is None or abs(ahead) <= MOST_FOR_AGES:
        return None
    return f"{_told(ahead)}, so no age can be trusted and nothing is written: set the clock"


def _told(ahead: float) -> str:
    way, _ = _way(ahead)
    return f"this machine's clock is {duration(abs(ahead))} {way} the service's"


def _way(ahead: float) -> tuple[str, str]:
    """Return which way the clock is off, and how jobs look by it."""
    return ("ahead of", "older") if ahead > 0 else ("behind", "younger")
