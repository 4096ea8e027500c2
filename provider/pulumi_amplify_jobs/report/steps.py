"""The engine's steps for one resource, before and after."""

from __future__ import annotations

from dataclasses import dataclass

from .engine_run import State, Step

NOWHERE = State({}, {})


@dataclass(frozen=True)
class Steps:
    """What the engine did and would do about one resource."""

    refresh: Step | None
    """None where there was no refresh, or nothing to refresh."""
    final: Step | None
    """None where the source has no step for what stays the same."""

    @property
    def op(self) -> str:
        """The engine's word for what it would do."""
        return self.final.op if self.final else "same"

    @property
    def old(self) -> State:
        """The resource in the state, refreshed where that was done."""
        if self.final and self.final.op != "create":
            return self.final.old
        return self.refresh.new if self.refresh else NOWHERE

    @property
    def recorded(self) -> State:
        """The resource in the state before this run."""
        return self.refresh.old if self.refresh else self.old

    @property
    def declared(self) -> State:
        """The resource as the program declares it; what is recorded, where that stays."""
        return self.final.new if self.final and self.op != "delete" else self.old
