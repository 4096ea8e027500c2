"""The part of docs/scale.md about many accounts and regions."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_amplify_jobs.domain.targets import by_shard

from ..columns.engine import OURS
from ..results import Measurement, Results, Run, ratios
from ..sections.targets import (
    ALL,
    LARGE,
    LATENCY,
    ONE,
    PREVIEW,
    SHARDS,
    STUDY,
    TEAMS,
    THROTTLED,
    THROTTLING,
)
from .figures import ABSENT, number, table
from .scale_words import SHARDS_WORDS, SIDE_BY_SIDE_WORDS, TARGETS_WORDS


def targets_part(results: Results) -> str:
    """Return the part, or nothing where it was not measured."""
    one, every = (results.find(STUDY, phase, "plan") for phase in (ONE, ALL))
    if one is None or every is None:
        return ""
    times = ratios(every, one, "seconds")
    preview = results.find(STUDY, PREVIEW, OURS.name)
    rows = [_row(f"`plan`, {phase}", run) for phase, run in ((ONE, one), (ALL, every))]
    rows += (
        [_row("`pulumi preview`, 40 targets; the provider's process", preview)] if preview else []
    )
    return "\n".join(
        [
            TARGETS_WORDS.format(
                targets=len(TEAMS.places),
                accounts=TEAMS.accounts,
                regions=len(TEAMS.regions),
                apps=TEAMS.apps,
                latency=LATENCY * 1000,
            ),
            *table(["", "calls", "seconds", "CPU seconds", "MB"], rows),
            SIDE_BY_SIDE_WORDS.format(
                ratio=number(sorted(times)[len(times) // 2]),
                lowest=number(min(times)),
                highest=number(max(times)),
                rounds=len(times),
            ),
            *_shards(results),
        ]
    )


def _shards(results: Results) -> Iterator[str]:
    rows = []
    for shards in SHARDS:
        found = results.find(STUDY, f"shard of {shards}", "plan")
        if found is not None:
            run = found.runs[0]
            largest = max(map(len, by_shard(LARGE.targets(), shards).values()))
            throttled = (run.calls or {}).get(THROTTLED, 0)
            rows.append([f"{shards}", f"{largest:,}", *_figures(found), f"{throttled:,}"])
    if rows:
        yield SHARDS_WORDS.format(
            targets=len(LARGE.places),
            accounts=LARGE.accounts,
            regions=len(LARGE.regions),
            apps=LARGE.apps,
            throttling=THROTTLING,
        )
        head = ["shards", "targets", "calls", "seconds", "CPU seconds", "MB", "throttled"]
        yield from table(head, rows)
        yield ""


def _row(name: str, measurement: Measurement) -> list[str]:
    return [name, *_figures(measurement)]


def _figures(measurement: Measurement) -> list[str]:
    run = measurement.runs[-1]
    return [
        f"{_calls(run):,}",
        number(measurement.median("seconds")),
        number(measurement.median("cpu")),
        _megabytes(measurement),
    ]


def _calls(run: Run) -> int:
    return sum(number for name, number in (run.calls or {}).items() if name != THROTTLED)


def _megabytes(measurement: Measurement) -> str:
    """Return the peak of the process that makes the calls."""
    peaks = [
        run.memory.get("provider", max(run.memory.values(), default=0)) for run in measurement.runs
    ]
    return number(max(peaks) / 1e6) if any(peaks) else ABSENT
