"""What goes wrong around one run: a fault, an odd service, or somebody else in the middle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .universe import Key, Place


@dataclass(frozen=True)
class Meddling:
    """What somebody else does in the middle of a run, around a request."""

    operation: str
    """`Read`, `Reread`, which is what comes before a write, or UpdateBackendJob."""
    number: int
    is_after: bool
    act: str
    """What becomes of the job, as `Lab.move` has it; or `cancel`, `kill` or `restart`."""
    job: tuple[Place, Key] | None = None
    """The job that the request is about; None: any, and the one that it is about moves."""


@dataclass(frozen=True)
class Trouble:
    """What a run meets; all of it is over once the run is."""

    fault: str | None = None
    operation: str | None = None
    """The one that the fault is limited to."""
    times: int = 1
    """How often the fault strikes."""
    retries: int = 0
    updates: Literal["set", "delay", "ignore", "revert", "refuse"] = "set"
    """What becomes of updates."""
    meddling: Meddling | None = None

    @property
    def is_end(self) -> bool:
        """Whether the run is told to end before it is done."""
        return self.meddling is not None and self.meddling.act in ("cancel", "kill")


CALM = Trouble()
