"""The terms of the model, fitted to what was measured, and what they predict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..columns.engine import OURS
from ..results import Measurement, Results
from ..running.processes import ENGINE
from ..sections import scale
from ..sections.scale import Point
from ..world import Phase
from .fitting import Fit, fitted
from .fleet import CALLS, waits

SECONDS = ("a run", "a call", "a job that a list shows", "a second of latency sat out")
MEMORY = ("a run", "a call", "a job that a list shows")
DECLARED = ("a run", "a declared job")


@dataclass(frozen=True)
class RuleCosts:
    """What a run over rules costs, without an engine."""

    seconds: Fit
    megabytes: Fit

    def seconds_of(self, point: Point) -> float:
        """Predict the seconds of a run."""
        return self.seconds.predict([*_amounts(point), waits(point.fleet, point.command)])

    def megabytes_of(self, point: Point) -> float:
        """Predict the peak memory of the command."""
        return self.megabytes.predict(_amounts(point))


@dataclass(frozen=True)
class DeclaredCosts:
    """What declared jobs cost under the engine, by their number."""

    first_up: Fit
    preview: Fit
    engine_megabytes: Fit
    state_megabytes: Fit


def rule_costs(results: Results) -> RuleCosts | None:
    """Fit the terms, or return None where too little was measured."""
    found = [(point, each) for point in scale.FITTED if (each := runs_of(results, point))]
    amounts = [_amounts(point) for point, _ in found]
    waited = [waits(point.fleet, point.command) for point, _ in found]
    seconds = fitted(
        SECONDS,
        [[*each, wait] for each, wait in zip(amounts, waited, strict=True)],
        [measurement.median("seconds") for _, measurement in found],
    )
    memory = fitted(MEMORY, amounts, [peak_megabytes(each) for _, each in found])
    return RuleCosts(seconds, memory) if seconds and memory else None


def declared_costs(results: Results) -> DeclaredCosts | None:
    """Fit the terms, or return None where too little was measured."""
    fits = (
        _declared(results, Phase.FIRST_UP, lambda each: each.median("seconds")),
        _declared(results, Phase.UNCHANGED, lambda each: each.median("seconds")),
        _declared(results, Phase.UNCHANGED, lambda each: peak_megabytes(each, ENGINE)),
        _declared(results, Phase.UNCHANGED, lambda each: (each.runs[-1].state or 0) / 1e6),
    )
    first_up, preview, memory, state = fits
    if first_up and preview and memory and state:
        return DeclaredCosts(first_up, preview, memory, state)
    return None


def runs_of(results: Results, point: Point) -> Measurement | None:
    """Return what was measured of a point."""
    return results.find(scale.STUDY, str(point.fleet), point.command)


def peak_megabytes(measurement: Measurement, role: str = "amplify-jobs") -> float:
    """Return the most memory that a process of this role held in a round."""
    return max(run.memory.get(role, 0) for run in measurement.runs) / 1e6


def declared_runs(results: Results, phase: Phase) -> Iterator[tuple[int, Measurement]]:
    """Yield what was measured of declared jobs, by their number."""
    for study in scale.ENGINE:
        found = results.find(study.name, phase.value, OURS.name)
        if found is not None:
            yield study.scale.jobs, found


def _declared(results: Results, phase: Phase, figure: Callable[[Measurement], float]) -> Fit | None:
    found = list(declared_runs(results, phase))
    return fitted(DECLARED, [[1, jobs] for jobs, _ in found], [figure(each) for _, each in found])


def _amounts(point: Point) -> list[float]:
    calls = sum(CALLS[point.command](point.fleet).values())
    return [1, calls, point.fleet.read]
