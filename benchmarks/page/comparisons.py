"""The tables of the studies: what each column took in each phase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..columns.column import UPS
from ..columns.engine import FLOOR, NAIVE, OURS
from ..results import Measurement, Results
from ..running.processes import ENGINE, LANGUAGE_HOST, PROGRAM, PROVIDER
from ..sections import one_rule
from ..sections.studies import EVERY, GRID, INSTEAD, STUDIES, Study
from ..world import Phase
from .figures import ABSENT, kilobytes, megabytes, number, table

ROLES = (ENGINE, LANGUAGE_HOST, PROGRAM, PROVIDER)


def first_up(results: Results, picture: Sequence[str]) -> str:
    """Return the comparison with what people use instead."""
    rows = [
        _first_up_row(found)
        for study in INSTEAD
        for column in study.columns
        if (found := results.find(study.name, Phase.FIRST_UP.value, column.name))
    ]
    if not rows:
        return ""
    head = ["", "seconds", "CPU seconds", "API calls", "largest process, MB", "rounds"]
    title = "## First up of 100 jobs, beside what people use instead"
    return "\n".join([title, "", *picture, *table(head, rows), ""])


def _first_up_row(measurement: Measurement) -> list[str]:
    last = measurement.runs[-1]
    return [
        measurement.column,
        number(measurement.median("seconds")),
        number(measurement.median("cpu")),
        _calls(measurement),
        megabytes(max(last.memory.values())) if last.memory else ABSENT,
        str(len(measurement.runs)),
    ]


def scales(results: Results) -> str:
    """Return a section for each number of jobs."""
    sizes = sorted({study.scale.jobs for study in GRID})
    parts = (_scale(results, jobs, [s for s in GRID if s.scale.jobs == jobs]) for jobs in sizes)
    return "\n".join(part for part in parts if part)


def _scale(results: Results, jobs: int, studies: Iterable[Study]) -> str:
    measured = [study for study in studies if list(_found(results, study))]
    if not measured:
        return ""
    lines = [f"## {jobs:,} jobs", ""]
    for study in measured:
        lines += _times(results, study)
    return "\n".join([*lines, *_api_calls(results, measured[0]), *_not_run(results, measured[0])])


def _times(results: Results, study: Study) -> list[str]:
    latency = study.scale.latency_ms
    answers = f"after {latency} ms" if latency else "at once"
    rounds = sorted({len(each.runs) for each in _found(results, study)})
    words = f"The API answers {answers}. Seconds / CPU seconds, {_rounds(rounds)}:"
    phases = list(study.rounds)
    rows = [
        [
            column.name,
            *(_time(results.find(study.name, phase.value, column.name)) for phase in phases),
        ]
        for column in study.columns
        if column.name not in results.absent
    ]
    return [words, "", *table(["", *(phase.value for phase in phases)], rows), ""]


def _rounds(rounds: Sequence[int]) -> str:
    if rounds == [1]:
        return "one round"
    return f"the median of {' to '.join(str(each) for each in rounds)} rounds"


def _time(measurement: Measurement | None) -> str:
    if measurement is None:
        return ABSENT
    return f"{number(measurement.median('seconds'))} / {number(measurement.median('cpu'))}"


def _api_calls(results: Results, study: Study) -> list[str]:
    """Return the table of what does not depend on the machine."""
    phases = list(study.rounds)
    rows = []
    for column in study.columns:
        found = [results.find(study.name, phase.value, column.name) for phase in phases]
        if any(found):
            rows.append([column.name, *map(_calls_and_left, found), _state(found)])
    head = ["", *(phase.value for phase in phases), "state, kB"]
    return ["API calls, and jobs that were left as they were:", "", *table(head, rows), ""]


def _calls_and_left(measurement: Measurement | None) -> str:
    if measurement is None:
        return ABSENT
    left = measurement.runs[-1].left
    return f"{_calls(measurement)}, left {left}" if left else _calls(measurement)


def _calls(measurement: Measurement) -> str:
    counts = sorted({sum((run.calls or {}).values()) for run in measurement.runs})
    return f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"


def _state(measurements: Iterable[Measurement | None]) -> str:
    """Return the size of the state after the last up."""
    ups = {phase.value for phase in UPS}
    sizes = [each.runs[-1].state for each in measurements if each and each.phase in ups]
    return kilobytes(sizes[-1]) if sizes and sizes[-1] is not None else ABSENT


def _not_run(results: Results, study: Study) -> list[str]:
    """Say what was left out for its slowness, and how slow it was where it did run."""
    missing = [c for c in EVERY if c not in study.columns and c.name not in results.absent]
    told = [text for column in missing if (text := _slowness(results, column.name))]
    words = f"Too slow to be run with {study.scale.jobs:,} jobs here: {'; '.join(told)}."
    return [words, ""] if told else []


def _slowness(results: Results, column: str) -> str | None:
    runs = [
        (study.scale.jobs, measurement.median("seconds"))
        for study in STUDIES
        if (measurement := results.find(study.name, Phase.FIRST_UP.value, column))
    ]
    if not runs:
        return None
    jobs, seconds = max(runs)
    return f"{column} (a first up of {jobs:,} jobs took {number(seconds)} s)"


def memory(results: Results) -> str:
    """Return the peak memory of each process under the engine."""
    rows = list(_memory_rows(results))
    if not rows:
        return ""
    words = "The peak of each process, in MB; the largest of the rounds. Unchanged preview:"
    lines = ["## Memory under the engine", "", words, ""]
    return "\n".join([*lines, *table(["jobs", "", *ROLES], rows), ""])


def _memory_rows(results: Results) -> Iterator[list[str]]:
    for study in (each for each in GRID if not each.scale.latency_ms):
        for column in (OURS, FLOOR, NAIVE):
            found = results.find(study.name, Phase.UNCHANGED.value, column.name)
            if found:
                yield [f"{study.scale.jobs:,}", column.name, *_peaks(found)]
    found = results.find(one_rule.STUDY, Phase.FIRST_PREVIEW.value, OURS.name)
    if found:
        yield ["10,000 under one rule", OURS.name, *_peaks(found)]


def _found(results: Results, study: Study) -> Iterator[Measurement]:
    return (each for each in results.measurements if each.study == study.name)


def _peaks(measurement: Measurement) -> Iterator[str]:
    for role in ROLES:
        peaks = [run.memory[role] for run in measurement.runs if role in run.memory]
        yield megabytes(max(peaks)) if peaks else ABSENT
