"""docs/scale.md as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pulumi_amplify_jobs.client.service import PAGE_SIZE
from pulumi_amplify_jobs.config.rule_models import MOST_MATCHES
from pulumi_amplify_jobs.limits import MOST_PAGES, PATIENCE

from ..model.costs import (
    DeclaredCosts,
    RuleCosts,
    declared_costs,
    declared_runs,
    peak_megabytes,
    rule_costs,
    runs_of,
)
from ..model.fitting import Fit
from ..model.fleet import CALLS, Fleet, declared_calls
from ..results import Results
from ..sections.scale import CHECKED, FITTED, LARGE, Point
from ..world import Phase
from .figures import ABSENT, number, table
from .markdown import where_measured
from .scale_words import BREAKS, CALLS_WORDS, DECLARED_WORDS, HEAD, PREDICTED_WORDS, TAIL
from .targets import targets_part

MILLION = replace(LARGE, apps=LARGE.apps * 10)
THROTTLED = 10
"""Calls a second, to show what throttling would mean."""
SIZES = (1_000, 10_000, 100_000, 1_000_000)
GIGABYTES = 16
"""A machine of a pipeline that is generous."""


def scale_page(results: Results) -> str:
    """Return the page."""
    rules, declared = rule_costs(results), declared_costs(results)
    parts = [HEAD, where_measured(results), CALLS_WORDS]
    if rules is not None:
        parts += [_terms(rules), _fit(results, rules), _checked(results, rules), _predicted(rules)]
    if declared is not None:
        parts.append(_declared(results, declared))
    parts += filter(None, [targets_part(results)])
    parts += [_breaks(rules, declared), TAIL.format(minutes=results.machine.minutes)]
    return "\n".join(parts)


def _terms(costs: RuleCosts) -> str:
    words = (
        "Seconds and memory of `amplify-jobs plan` and `apply` with one rule are sums of these "
        "terms, by least squares of the relative errors:"
    )
    memory = dict(zip(costs.megabytes.names, costs.megabytes.costs, strict=True))
    rows = [
        [name, _milliseconds(cost), f"{memory[name] * 1000:,.2f}" if name in memory else ABSENT]
        for name, cost in zip(costs.seconds.names, costs.seconds.costs, strict=True)
    ]
    return "\n".join(["## Seconds and memory", "", words, "", *table(["", "ms", "kB"], rows), ""])


def _fit(results: Results, costs: RuleCosts) -> str:
    rows = list(_compared(results, FITTED, costs))
    words = "What the terms are fitted to (apps x environments x jobs), and how far off they are:"
    return "\n".join([words, "", *table(["", *_HEAD], rows), ""])


def _checked(results: Results, costs: RuleCosts) -> str:
    rows = list(_compared(results, CHECKED, costs))
    words = (
        f"One rule over {LARGE.all_jobs:,} jobs in {LARGE.all_environments:,} environments of "
        f"{LARGE.apps} apps, {LARGE.matches:,} of them stuck. Nothing was fitted to these runs. "
        "Each process was watched: `amplify-jobs` held no more than the memory shown, and every "
        "call was counted. A run that makes one call more or less than the formulas say ends "
        "`make bench` with an error."
    )
    title = f"## Checked with {LARGE.all_jobs:,} jobs"
    return "\n".join([title, "", words, "", *table(["", *_HEAD], rows), ""]) if rows else ""


_HEAD = ("calls", "seconds", "predicted", "off by", "MB", "predicted", "off by")


def _compared(results: Results, points: tuple[Point, ...], costs: RuleCosts) -> Iterator[list[str]]:
    for point in points:
        found = runs_of(results, point)
        if found is not None:
            pairs = (
                (found.median("seconds"), costs.seconds_of(point)),
                (peak_megabytes(found), costs.megabytes_of(point)),
            )
            figures = [
                text
                for measured, predicted in pairs
                for text in (
                    number(measured),
                    number(predicted),
                    f"{predicted / measured - 1:+.0%}",
                )
            ]
            calls = sum((found.runs[-1].calls or {}).values())
            yield [f"{point.command}: {point.fleet}", f"{calls:,}", *figures]


def _predicted(costs: RuleCosts) -> str:
    rows = [
        _prediction(costs, Point(command, replace(fleet, statuses=statuses)))
        for fleet in (LARGE, MILLION)
        for command, statuses in (("plan", 1), ("plan", 2), ("apply", 1))
    ]
    head = ["", "calls", "at once", "after 50 ms", f"{THROTTLED} calls a second", "MB"]
    title = f"## What it predicts for {LARGE.all_jobs:,} and {MILLION.all_jobs:,} jobs"
    return "\n".join([title, "", PREDICTED_WORDS, "", *table(head, rows), ""])


def _prediction(costs: RuleCosts, point: Point) -> list[str]:
    calls = sum(CALLS[point.command](point.fleet).values())
    slow = replace(point, fleet=replace(point.fleet, latency_ms=50))
    statuses = "1 status" if point.fleet.statuses == 1 else f"{point.fleet.statuses} statuses"
    return [
        f"{point.command}, {point.fleet.all_jobs:,} jobs, {statuses}",
        f"{calls:,}",
        duration(costs.seconds_of(point)),
        duration(costs.seconds_of(slow)),
        duration(max(costs.seconds_of(point), calls / THROTTLED)),
        f"{costs.megabytes_of(point):,.0f}",
    ]


def _declared(results: Results, costs: DeclaredCosts) -> str:
    measured = ", ".join(f"{jobs:,}" for jobs, _ in declared_runs(results, Phase.UNCHANGED))
    fits = {
        "first up, s": costs.first_up,
        "unchanged preview, s": costs.preview,
        "the engine's memory, MB": costs.engine_megabytes,
        "state, MB": costs.state_megabytes,
    }
    terms = [[name, *(f"{cost:,.4f}" for cost in fit.costs)] for name, fit in fits.items()]
    rows = [
        [
            f"{jobs:,}",
            f"{sum(declared_calls(jobs, jobs // 100).values()):,}",
            f"{sum(declared_calls(jobs, jobs // 100, jobs).values()):,}",
            duration(costs.preview.predict([1, jobs])),
            duration(costs.first_up.predict([1, jobs])),
            _megabytes(costs.engine_megabytes, jobs),
            _megabytes(costs.state_megabytes, jobs),
        ]
        for jobs in SIZES
    ]
    head = ["jobs", "calls of a preview", "of a first up", "preview", "first up", "engine", "state"]
    return "\n".join(
        [
            "## Declared jobs under the engine",
            "",
            DECLARED_WORDS.format(measured=measured),
            "",
            *table(["", "a run", "a declared job"], terms),
            "",
            *table(head, rows),
            "",
        ]
    )


def _breaks(rules: RuleCosts | None, declared: DeclaredCosts | None) -> str:
    per_job = declared.engine_megabytes.costs[1] if declared else None
    two = Point("plan", replace(MILLION, statuses=2))
    return BREAKS.format(
        engine=f" About {GIGABYTES * 1000 / per_job:,.0f} jobs fill {GIGABYTES} GB."
        if per_job
        else "",
        most_matches=f"{MOST_MATCHES:,}",
        most_listed=f"{MOST_PAGES * PAGE_SIZE:,}",
        most_pages=f"{MOST_PAGES:,}",
        memory=f" (about {rules.megabytes_of(two):,.0f} MB for {MILLION.all_jobs:,})"
        if rules
        else "",
        pages=f"{_lists(two.fleet):,}",
        halves=f"{2 * _lists(MILLION):,}",
        jobs=f"{MILLION.all_jobs:,}",
        patience=f"{PATIENCE:.0f}",
    )


def _lists(fleet: Fleet) -> int:
    return CALLS["plan"](fleet)["ListBackendJobs"]


def duration(seconds: float) -> str:
    """Return seconds as people say them."""
    if seconds < 120:
        return f"{number(seconds)} s"
    return f"{number(seconds / 60)} min" if seconds < 7200 else f"{number(seconds / 3600)} h"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.3g}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"


def _megabytes(fit: Fit, jobs: int) -> str:
    value = fit.predict([1, jobs])
    return f"{value:,.0f} MB" if value < 10_000 else f"{value / 1000:,.0f} GB"
