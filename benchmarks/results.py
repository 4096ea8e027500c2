"""What a run of the benchmarks found, as one document, such as docs/benchmarks.json."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

from pydantic import TypeAdapter


@dataclass(frozen=True)
class Run:
    """One run of one thing. What was not looked at is empty."""

    seconds: float
    cpu: float | None = None
    """Seconds of all processes, user and system."""
    memory: Mapping[str, int] = field(default_factory=dict)
    """The peak bytes of a process, by its role."""
    calls: Mapping[str, int] | None = None
    """How often each operation of the API was called."""
    state: int | None = None
    """Bytes of the state afterwards."""
    left: int | None = None
    """Jobs that are not as declared afterwards."""


@dataclass(frozen=True)
class Measurement:
    """The runs of one thing in one study: one in each round, side by side with the others."""

    study: str
    phase: str
    column: str
    runs: tuple[Run, ...]

    def median(self, figure: str) -> float:
        """Return the median of `seconds` or `cpu`."""
        return statistics.median([float(getattr(run, figure)) for run in self.runs])


@dataclass(frozen=True)
class Machine:
    """Where it ran, in general terms: no name, no path."""

    hardware: tuple[str, ...]
    versions: Mapping[str, str]
    minutes: float
    busy_with_others: float
    """The share of the processors' time, from 0 to 1, that programs beside this run took."""


@dataclass(frozen=True)
class Results:
    """All that one run found."""

    machine: Machine
    absent: Mapping[str, str]
    """Columns that could not be measured here, with the reason."""
    measurements: tuple[Measurement, ...]

    def find(self, study: str, phase: str, column: str) -> Measurement | None:
        """Return the runs of one thing, or None where it was not measured."""
        wanted = (study, phase, column)
        return next((m for m in self.measurements if _subject(m) == wanted), None)

    def replaced(self, newer: Results) -> Results | None:
        """Return this with newer runs in place of those of the same studies.

        None where they are of another machine or other versions: those can't stand side by side.
        """
        mine, theirs = self.machine, newer.machine
        if (mine.hardware, mine.versions) != (theirs.hardware, theirs.versions):
            return None
        studies = {each.study for each in newer.measurements}
        kept = tuple(each for each in self.measurements if each.study not in studies)
        busy = max(mine.busy_with_others, theirs.busy_with_others)
        machine = replace(mine, busy_with_others=busy)
        return replace(self, machine=machine, measurements=(*kept, *newer.measurements))

    def to_json(self) -> str:
        """Return the document, a line for each measurement, so that a change can be read."""
        lines = ",\n".join(f"  {json.dumps(_compact(m))}" for m in self.measurements)
        head = {"machine": asdict(self.machine), "absent": dict(self.absent)}
        return f'{json.dumps(head, indent=1)[:-2]},\n "measurements": [\n{lines}\n ]\n}}\n'

    @classmethod
    def from_json(cls, text: str) -> Results:
        """Read a document."""
        return TypeAdapter(cls).validate_json(text)


def ratios(one: Measurement, other: Measurement, figure: str) -> list[float]:
    """Return what one took for each of what the other took, round by round."""
    pairs = zip(one.runs, other.runs, strict=True)
    return [getattr(a, figure) / getattr(b, figure) for a, b in pairs]


def _subject(measurement: Measurement) -> tuple[str, str, str]:
    return measurement.study, measurement.phase, measurement.column


def _compact(measurement: Measurement) -> dict[str, object]:
    return {**asdict(measurement), "runs": [dict(_told(run)) for run in measurement.runs]}


def _told(run: Run) -> Iterator[tuple[str, object]]:
    for name, value in asdict(run).items():
        if value not in (None, {}):
            yield name, float(f"{value:.5g}") if isinstance(value, float) else value
