"""What is promised of the figures, and whether a run kept it: data and pure decisions."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .columns.commands import COMMANDS, ONE_LIST
from .columns.engine import FLOOR, OURS, PULUMI_COMMAND
from .columns.instead import BOTO3_16, TERRAFORM
from .results import Measurement, Results, ratios
from .running.processes import PROVIDER
from .sections import emulated_call, ending, one_rule, reports, startup
from .world import Phase

Figures = Callable[[Results], "list[float] | None"]
"""What was measured, one figure a round, or None where it was not."""


@dataclass(frozen=True)
class Bound:
    """A promise about figures."""

    short: str
    """What the picture calls it."""
    what: str
    limit: float
    figures: Figures
    unit: str = "times"
    at_least: bool = False
    worst: bool = False
    """The worst figure counts, instead of the median."""


@dataclass(frozen=True)
class Verdict:
    """A bound, and what was measured: nothing where it could not be."""

    bound: Bound
    figures: tuple[float, ...]

    @property
    def measured(self) -> float | None:
        """The figure that counts."""
        if not self.figures:
            return None
        if self.bound.worst:
            return max(self.figures)
        return statistics.median(self.figures)

    @property
    def kept(self) -> bool | None:
        """Whether the bound was kept, or None where it was not measured."""
        if self.measured is None:
            return None
        if self.bound.at_least:
            return self.measured >= self.bound.limit
        return self.measured <= self.bound.limit


def verdicts(results: Results) -> list[Verdict]:
    """Return what became of each bound."""
    return [Verdict(bound, tuple(bound.figures(results) or ())) for bound in BOUNDS]


def none_is_broken(verdicts: Iterable[Verdict]) -> bool:
    """Say whether all bounds were kept that could be measured."""
    return all(verdict.kept is not False for verdict in verdicts)


def _ratio(study: str, phase: str, one: str, other: str, figure: str) -> Figures:
    """Compare two columns, round by round."""

    def found(results: Results) -> list[float] | None:
        both = results.find(study, phase, one), results.find(study, phase, other)
        return ratios(both[0], both[1], figure) if both[0] and both[1] else None

    return found


def _of(
    study: str, phase: str, column: str, figure: Callable[[Measurement], list[float]]
) -> Figures:
    """Take a figure of one column."""

    def found(results: Results) -> list[float] | None:
        measurement = results.find(study, phase, column)
        return figure(measurement) if measurement else None

    return found


def _calls(measurement: Measurement) -> list[float]:
    return [sum((run.calls or {}).values()) for run in measurement.runs]


def _list_calls(measurement: Measurement) -> list[float]:
    return [(run.calls or {}).get("ListBackendJobs", 0) for run in measurement.runs]


def _provider_megabytes(measurement: Measurement) -> list[float]:
    return [run.memory[PROVIDER] / 1e6 for run in measurement.runs]


def _seconds(measurement: Measurement) -> list[float]:
    return [run.seconds for run in measurement.runs]


UNCHANGED, FIRST_UP = Phase.UNCHANGED.value, Phase.FIRST_UP.value
FIRST_PREVIEW = Phase.FIRST_PREVIEW.value

BOUNDS = (
    Bound(
        "preview of 5, CPU",
        "Preview of 5 unchanged jobs beside the floor, CPU",
        1.15,
        _ratio("preview-5", UNCHANGED, OURS.name, FLOOR.name, "cpu"),
    ),
    Bound(
        "preview of 1,000, CPU",
        "Preview of 1,000 unchanged jobs in 10 environments beside the floor, CPU",
        1.10,
        _ratio("preview-1000", UNCHANGED, OURS.name, FLOOR.name, "cpu"),
    ),
    Bound(
        "preview of 1,000, time",
        "The same, time",
        1.10,
        _ratio("preview-1000", UNCHANGED, OURS.name, FLOOR.name, "seconds"),
    ),
    Bound(
        "preview of 1,000, calls",
        "The same, API calls",
        45,
        _of("preview-1000", UNCHANGED, OURS.name, _calls),
        unit="calls",
        worst=True,
    ),
    Bound(
        "apply of 1,000, CPU",
        "`amplify-jobs apply` of 1,000 changes beside boto3 on 16 threads, CPU",
        1.2,
        _ratio("apply-1000", FIRST_UP, COMMANDS.name, BOTO3_16.name, "cpu"),
    ),
    Bound(
        "apply of 1,000, time",
        "The same, time",
        1.2,
        _ratio("apply-1000", FIRST_UP, COMMANDS.name, BOTO3_16.name, "seconds"),
    ),
    Bound(
        "plan of 5, CPU",
        "`amplify-jobs plan` of 5 jobs beside one list call with boto3, CPU",
        1.3,
        _ratio("plan-5", UNCHANGED, COMMANDS.name, ONE_LIST.name, "cpu"),
    ),
    Bound(
        "first up of 100: Terraform",
        "First up of 100 jobs, Terraform local-exec beside this project, time",
        10,
        _ratio("first-up-100", FIRST_UP, TERRAFORM.name, OURS.name, "seconds"),
        at_least=True,
    ),
    Bound(
        "first up of 100: pulumi-command",
        "First up of 100 jobs, pulumi-command beside this project, time",
        10,
        _ratio("first-up-100", FIRST_UP, PULUMI_COMMAND.name, OURS.name, "seconds"),
        at_least=True,
    ),
    Bound(
        "rule over 10,000, list calls",
        "Preview of 10,000 jobs in 500 environments under one rule, list calls: one for 25 jobs, "
        "and at least one for an environment",
        500,
        _of(one_rule.STUDY, FIRST_PREVIEW, OURS.name, _list_calls),
        unit="calls",
        worst=True,
    ),
    Bound(
        "rule over 10,000, memory",
        "The same, memory of the provider's process",
        100,
        _of(one_rule.STUDY, FIRST_PREVIEW, OURS.name, _provider_megabytes),
        unit="MB",
        worst=True,
    ),
    Bound(
        "start of --help",
        "`amplify-jobs --help` beside a Python that imports click, time",
        2.0,
        _ratio(startup.STUDY, "", startup.HELP, startup.CLICK, "seconds"),
    ),
    *(
        Bound(
            f"report, {form}",
            f"`amplify-jobs report --format {form}` of 1,000 jobs with 300 changes",
            1.0,
            _of(reports.STUDY, "", reports.column(form), _seconds),
            unit="s",
        )
        for form in reports.FORMATS
    ),
    *(
        Bound(
            f"emulated {call}",
            f"{call} at the emulator beside a bare Starlette route, time",
            3.0,
            _ratio(
                emulated_call.STUDY, call, emulated_call.PROMISED, emulated_call.BARE, "seconds"
            ),
        )
        for call in emulated_call.CALLS
    ),
    *(
        Bound(
            f"end of {name.split()[-1]}, {number}",
            f"`{name}` ends after {number} in the midst of a call",
            5.0,
            _of(ending.STUDY, "", ending.column(name, number), _seconds),
            unit="s",
            worst=True,
        )
        for name in ending.COMMANDS
        for number in ending.SIGNALS
    ),
)
