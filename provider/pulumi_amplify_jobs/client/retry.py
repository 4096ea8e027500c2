"""How long to keep asking: pure decisions about one call's next attempt.

botocore's own retries are switched off (one attempt a request): its retry quota is shared by all
calls of a client and runs dry in a longer outage, after which nothing is retried at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..clock import Backoff
from ..limits import ATTEMPT, CREDENTIALS, LAST_ATTEMPT, PATIENCE, UNREACHED_PATIENCE

BACKOFF = Backoff(first=0.2, longest=15.0)

LEAST_LEFT = 0.05
"""Seconds: with less than that left, no further attempt begins."""


class Retry(Enum):
    """What may be expected of asking again."""

    NEVER = "the same answer would come again"
    TRANSIENT = "throttled, failing or cut off: later it may work"
    UNREACHABLE = "no connection could be made"
    MALFORMED = "the answer was no answer"


@dataclass(frozen=True)
class Budget:
    """The limits of one call, in seconds; `max_retries` None: as many as fit the time."""

    max_retries: int | None = None
    patience: float = PATIENCE
    unreached_patience: float = UNREACHED_PATIENCE
    attempt: float = ATTEMPT
    credentials: float = CREDENTIALS

    def attempt_within(self, spent: float) -> float:
        """Return the seconds that an attempt may take, after so many were spent on the call."""
        return min(self.attempt, max(self.patience - spent, LAST_ATTEMPT))

    def left(self, retry: Retry, *, attempts: int, spent: float, reached: bool) -> float:
        """Return the seconds within which another attempt may begin; 0: there is to be none.

        `attempts` were made and `spent` seconds have passed; `reached` says whether the endpoint
        ever answered in this process.
        """
        if retry is Retry.NEVER:
            return 0.0
        if self.max_retries is not None and attempts > self.max_retries:
            return 0.0
        never_reached = retry is Retry.UNREACHABLE and not reached
        left = (self.unreached_patience if never_reached else self.patience) - spent
        return left if left >= LEAST_LEFT else 0.0
