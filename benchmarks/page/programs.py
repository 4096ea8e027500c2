"""The tables of what is not about jobs: starting, reports, the emulator, ending."""

from __future__ import annotations

from collections.abc import Iterable

from ..results import Measurement, Results, ratios
from ..sections import emulated_call, ending, reports, startup
from .figures import number, table


def programs(results: Results) -> str:
    """Return the sections of what was measured."""
    parts = (
        _beside("Starting a command", results, startup.STUDY, startup.CLICK),
        _beside("A report of 1,000 jobs with 300 changes", results, reports.STUDY, reports.PARSE),
        _calls(results),
        _endings(results),
    )
    return "\n".join(part for part in parts if part)


def _beside(title: str, results: Results, study: str, floor: str) -> str:
    base = results.find(study, "", floor)
    if base is None:
        return ""
    rows = [
        [each.column, _milliseconds(each.median("seconds")), _ratio(each, base)]
        for each in _of(results, study)
    ]
    return "\n".join([f"## {title}", "", *table(["", "ms", f"beside {floor}"], rows), ""])


def _calls(results: Results) -> str:
    lines = []
    for call in emulated_call.CALLS:
        base = results.find(emulated_call.STUDY, call, emulated_call.BARE)
        if base is not None:
            rows = [
                [each.column, number(1 / each.median("seconds")), _ratio(each, base)]
                for each in _of(results, emulated_call.STUDY)
                if each.phase == call
            ]
            lines += table([call, "answered in a second", "cost beside a bare route"], rows) + [""]
    words = (
        "A request to the emulator beside one to a Starlette route that answers with the same "
        "bytes, behind the same server:"
    )
    return "\n".join(["## A call to the emulator", "", words, "", *lines]) if lines else ""


def _endings(results: Results) -> str:
    rows = [
        [each.column, number(each.median("seconds")), number(max(run.seconds for run in each.runs))]
        for each in _of(results, ending.STUDY)
    ]
    head = ["a signal in the midst of a call", "median, s", "slowest, s"]
    return "\n".join(["## Ending", "", *table(head, rows), ""]) if rows else ""


def _of(results: Results, study: str) -> Iterable[Measurement]:
    return (each for each in results.measurements if each.study == study)


def _ratio(one: Measurement, other: Measurement) -> str:
    found = sorted(ratios(one, other, "seconds"))
    return f"{number(found[len(found) // 2])} times"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"
