"""The emulator's own clock, which its answers' Date headers and new jobs show."""

from __future__ import annotations

import time

from pulumi_amplify_jobs.domain.stale_reads import LAG


class ShiftedClock:
    """The machine's clock, so many seconds ahead."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead = ahead
        self.stopped: float | None = None
        """Where the machine's clock seems to stand still, if it does."""

    def __call__(self) -> float:
        """Return epoch seconds."""
        return (time.time() if self.stopped is None else self.stopped) + self.ahead

    def stand_still(self) -> None:
        """Let no time pass, however long things take."""
        self.stopped = time.time()

    def pass_lag(self) -> None:
        """Let so much time pass that no read is taken for one that lags behind a write."""
        self.ahead += LAG + 5.0
