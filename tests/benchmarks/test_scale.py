"""The cost model: its calls are those that are made, its fit finds what is there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.columns.folders import write_project
from benchmarks.model.costs import peak_megabytes, rule_costs, runs_of
from benchmarks.model.fitting import fitted
from benchmarks.model.fleet import CALLS, Fleet, calls_of_plan, declared_calls, waits
from benchmarks.page.scale import duration, scale_page
from benchmarks.page.write import PAGES
from benchmarks.results import Machine, Measurement, Results, Run
from benchmarks.sections.scale import CHECKED, FITTED, Point, rule, seed
from benchmarks.world import Scale, World
from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.emulator import Emulator
from tests.cli.test_call_counts import SCENARIOS

[PAGE] = [page for page in PAGES if page.name == "scale"]
RESULTS = PAGE.read()

FLEETS = (
    Fleet(1, 1, 1, stuck=0),
    Fleet(1, 2, 26, stuck=26),
    Fleet(1, 2, 51, stuck=1, statuses=2),
    Fleet(1, 51, 1, stuck=0),
    Fleet(101, 1, 1, stuck=0),
)


@pytest.mark.parametrize("command", ["plan", "apply"])
@pytest.mark.parametrize("fleet", FLEETS, ids=str)
def test_a_rule_makes_the_calls_of_the_formulas(
    fleet: Fleet, command: str, emulator: Emulator, tmp_path: Path
) -> None:
    seed(emulator, fleet)
    folder = tmp_path / "project"
    world = World(emulator, "d0", Scale(0, 1))
    write_project(folder, world, {"amplify-jobs:rules": {"stuck": rule(fleet)}})
    options = ["--yes"] if command == "apply" else []
    result = CliRunner().invoke(cli, [command, "-C", str(folder), "--stack", "bench", *options])
    assert result.exit_code in (0, 2), result.output
    made = Counter(request.operation for request in emulator.requests())
    assert made == CALLS[command](fleet)


@pytest.mark.parametrize("name", ["a job", "5 jobs", "60 jobs", "20 environments"])
def test_declared_jobs_make_the_calls_of_the_formulas(name: str) -> None:
    scenario = SCENARIOS[name]
    jobs, environments = sum(scenario.jobs.values()), len(scenario.jobs)
    assert declared_calls(jobs, environments) == scenario.plan
    assert declared_calls(jobs, environments, jobs) == scenario.apply


def test_a_million_jobs_take_a_list_call_for_25() -> None:
    fleet = Fleet(1000, 10, 100, stuck=1, statuses=2)
    assert calls_of_plan(fleet) == {
        "ListApps": 10,
        "ListBackendEnvironments": 1000,
        "ListBackendJobs": 40_000,
    }


def test_what_is_listed_at_once_waits_at_once() -> None:
    assert waits(Fleet(8, 1, 20, stuck=0, latency_ms=100), "plan") == pytest.approx(0.3)
    assert waits(Fleet(9, 1, 20, stuck=0, latency_ms=100), "plan") == pytest.approx(0.5)
    assert waits(Fleet(8, 1, 20, stuck=2, latency_ms=100), "apply") == pytest.approx(0.5)


def test_a_fit_finds_the_terms_that_are_there() -> None:
    amounts = [[1, 10, 3], [1, 20, 5], [1, 40, 4], [1, 0, 90]]
    fit = fitted(("a", "b", "c"), amounts, [0.5 + 0.1 * b + 0.02 * c for _, b, c in amounts])
    assert fit is not None
    assert fit.costs == pytest.approx((0.5, 0.1, 0.02))
    assert fit.predict([1, 1000, 0]) == pytest.approx(100.5)


def test_measurements_that_tell_no_terms_apart_have_no_fit() -> None:
    assert fitted(("a", "b"), [[1, 2], [2, 4], [3, 6]], [1, 2, 3]) is None
    assert fitted(("a",), [], []) is None


@pytest.mark.parametrize("point", [*FITTED, *CHECKED], ids=lambda each: str(each.fleet))
def test_every_measured_run_made_the_calls_of_the_formulas(point: Point) -> None:
    found = runs_of(RESULTS, point)
    assert found is not None, "run make bench ARGS='scale targets'"
    for run in found.runs:
        assert run.calls == CALLS[point.command](point.fleet)


def test_it_was_checked_with_100_000_jobs_and_is_not_far_off() -> None:
    costs = rule_costs(RESULTS)
    assert costs is not None
    for point in CHECKED:
        found = runs_of(RESULTS, point)
        assert found is not None
        assert point.fleet.all_jobs >= 100_000
        assert costs.seconds_of(point) == pytest.approx(found.median("seconds"), rel=0.5)
        assert costs.megabytes_of(point) == pytest.approx(peak_megabytes(found), rel=0.1)


def test_a_machine_where_nothing_was_measured_has_a_page_too() -> None:
    text = scale_page(Results(Machine(("a processor",), {}, 1, 0.01), {}, ()))
    assert "## Calls" in text
    assert "## Where it breaks" in text
    assert "Checked" not in text


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.5, "2.50 s"), (600, "10.0 min"), (36_000, "10.0 h")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


WITHOUT_TARGETS = tuple(each for each in RESULTS.measurements if each.study != "targets")


def test_the_part_about_targets_is_left_out_where_it_was_not_measured() -> None:
    assert "## Many accounts" not in scale_page(replace(RESULTS, measurements=WITHOUT_TARGETS))


def test_the_part_about_targets_has_the_ratio_and_each_shard() -> None:
    def measured(phase: str, *seconds: float, **calls: int) -> Measurement:
        runs = (Run(each, each / 2, {"amplify-jobs": 80_000_000}, calls) for each in seconds)
        return Measurement("targets", phase, "plan", tuple(runs))

    found = (
        measured("1 target", 1.0, 2.0, 1.0, ListApps=1),
        measured("40 targets", 3.0, 4.0, 4.0, ListApps=40),
        measured("shard of 16", 9.0, ListApps=250, throttled=7),
    )
    text = scale_page(replace(RESULTS, measurements=(*WITHOUT_TARGETS, *found)))
    assert "All of them take 3.00 times as long as one (2.00 to 4.00 in 3 rounds)" in text
    assert "| `plan`, 40 targets | 40 | 4.00 | 2.00 | 80.0 |" in text
    [row] = (line for line in text.splitlines() if line.startswith("| 16 |"))
    assert row.endswith("| 250 | 9.00 | 4.50 | 80.0 | 7 |")
