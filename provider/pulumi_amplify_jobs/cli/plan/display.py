"""What the user sees of a plan: a table with its summary, or one JSON document."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from ...domain.plan import Action
from ...errors import plural
from ..errors import notify
from ..output import VERSION, json_text, key_document, observed_document, write
from ..stack import Stack
from ..tables import ascii_only, write_report
from ..target_options import failed_in, where
from .error_lines import error_lines, rule_error_lines
from .stack_plan import PlannedJob, plan_stack

if TYPE_CHECKING:
    from ...domain.jobs import ObservedJob
    from ...reconcile.rule_evaluation import Evaluation
    from ...services import Targets
    from .stack_plan import StackPlan
    from .table import Row


def read_plan(targets: Targets, stack: Stack) -> StackPlan:
    """Read and plan the stack, show that on a terminal, and warn of what is in doubt."""
    # Here, not above: botocore comes with it, and --help has no use for it.
    from ..progress import reading

    with reading(len(stack.declared)):
        # Nothing more is asked of a target at rest; of thousands, few have anything to write.
        planned = plan_stack(targets, stack, at_rest=targets.release)
    for warning in planned.all_warnings:
        notify("warning", warning)
    return planned


def show_plan(stack: Stack, planned: StackPlan, *, stream: IO[Any], everything: bool) -> None:
    """Print a plan as a table with its summary, and the errors of rules on stderr."""
    from .table import plan_rows

    parts = []
    if not stack.rules_only:
        parts.append(f"{plural(len(stack.declared) + len(stack.latest), 'job')} declared")
    if stack.config.rules or stack.rules_only:
        parts.append(plural(len(stack.config.rules), "rule"))
    rows = plan_rows(planned, time.time(), everything=everything)
    summary = plan_summary(planned.count, planned.failed_targets, everything=everything)
    title = f"Stack {stack.name}: {', '.join(parts)}{_in_targets(stack)}"
    places = places_of(stack, [row.key.target for row in rows])
    show_rows(stream, "\n".join([title, *places]), rows, summary)
    for line in rule_error_lines(planned):
        notify("error", line)


def _in_targets(stack: Stack) -> str:
    number = len(stack.targets) if stack.config.targets else 0
    return f" in {plural(number, 'target')}" if number else ""


def places_of(stack: Stack, targets: Iterable[str]) -> list[str]:
    """Return a line for each of these targets: the account and region that it leads to."""
    known = stack.config.targets
    return [
        f"  {name}: {where(known[name].settings)}"
        for name in dict.fromkeys(targets)
        if name in known
    ]


def show_rows(stream: IO[Any], title: str, rows: Sequence[Row], summary: str) -> None:
    """Print a table under its title, and the last line that sums it up."""
    from .table import table

    body = table(rows, ascii_only=ascii_only(stream)) if rows else None
    write_report(stream, title, body, summary)


def plan_summary(
    count: Mapping[Action, int], failed: Sequence[str] = (), *, everything: bool
) -> str:
    """Return the last line under a plan; `failed` are the targets with errors, by name."""
    hint = " (--all shows them)" if count["nothing"] and not everything else ""
    parts = [f"{count['update']} to update", f"{count['nothing']} as declared{hint}"]
    if count["skipped"]:
        parts.append(f"{count['skipped']} left alone")
    if count["error"]:
        parts.append(plural(count["error"], "error"))
    return f"Plan: {', '.join(parts)}.{failed_in(failed)}"


def print_plan(stack: Stack, planned: StackPlan) -> None:
    """Print a plan on stdout as JSON, and its errors on stderr."""
    for line in error_lines(planned):
        notify("error", line)
    jobs = [job_document(job, job.live, job.reason) for job in planned.jobs]
    write(json_text(plan_document(stack, planned, planned.count, jobs)))


def plan_document(
    stack: Stack, planned: StackPlan, summary: Mapping[Any, int], jobs: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return a plan, or its results, as JSON data; jobs that rules match come last."""
    return {
        "version": VERSION,
        "stack": stack.name,
        "summary": dict(summary),
        "jobs": jobs,
        "rules": [_rule(each) for each in planned.rules],
        "warnings": planned.all_warnings,
    }


def job_document(job: PlannedJob, live: ObservedJob | None, reason: str | None) -> dict[str, Any]:
    """Return one job; `live` is the job as it was seen last."""
    return {
        "name": job.name,
        "byRule": job.desired.provided is not None,
        **key_document(job.desired.key),
        "action": job.action,
        "changes": [
            {"field": each.field, "from": each.live, "to": each.wanted} for each in job.changes
        ],
        "live": observed_document(live) if live else None,
        "reason": reason,
    }


def _rule(rule: Evaluation) -> dict[str, Any]:
    return {
        "name": rule.rule.name,
        "target": rule.rule.target or None,
        "matches": 0 if rule.refusals else len(rule.matches.jobs),
        "error": "; ".join(rule.error_lines) or None,
        "names": [
            {"key": each.key, "text": each.text, "matches": each.count, "near": each.near}
            for each in rule.fits
        ],
        "warnings": list(rule.warning_lines),
    }
