"""What was done in all stories, so that nobody relies on what never happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .runs import Run
from .universe import HERE


def _struck(name: str) -> Callable[[Run], int]:
    """Return what counts a disturbance in the middle of a run."""
    return lambda run: sum(each.operation == name for each in run.events)


def _writes_of_the_latest(run: Run) -> int:
    jobs, keys = run.declared.jobs, run.declared.keys(run.start)
    latest = {keys[name] for name, job in jobs.items() if not isinstance(job["jobId"], str)}
    return sum((each.place, each.key) in latest for each in run.writes)


def _writes_of_rules(run: Run) -> int:
    keys = run.declared.keys(run.start).values()
    return sum((each.place, each.key) not in keys for each in run.writes)


def _writes_in_targets(run: Run) -> int:
    return sum(each.place != HERE for each in run.writes)


def _refused_by_plan(run: Run) -> int:
    return sum(each.message.startswith("violates plan") for each in run.result.errors)


RARE: Mapping[str, Callable[[Run], int]] = {
    "cancels": _struck("cancel"),
    "kills of the provider": _struck("kill"),
    "restarts of the emulator in a run": _struck("restart"),
    "second ups": lambda run: run.kind == "up again",
    "calm ups without refresh": lambda run: run.is_calm and not run.refreshed,
    "previews with unknown inputs": lambda run: run.has_unknown,
    "refusals by a plan": _refused_by_plan,
    "upgrades": lambda run: run.is_upgrade,
    "writes by rules": _writes_of_rules,
    "writes of the latest": _writes_of_the_latest,
    "writes in targets": _writes_in_targets,
}
"""What is to happen in many stories, by what it is, and how often it does in a run."""


@dataclass
class Counts:
    """What was done in all stories."""

    steps: int = 0
    runs: int = 0
    failed_runs: int = 0
    faults: int = 0
    """Calls that a fault struck, or that somebody meddled with."""
    writes: int = 0
    rare: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RARE, 0))

    def add(self, runs: Sequence[Run]) -> None:
        """Add the runs of a story."""
        events = [event for run in runs for event in run.events]
        self.runs += len(runs)
        self.failed_runs += sum(run.failed for run in runs)
        self.faults += sum(each.fault is not None or each.operation == "move" for each in events)
        self.writes += sum(each.operation == "UpdateBackendJob" for each in events)
        for name, count in RARE.items():
            self.rare[name] += sum(map(count, runs))
