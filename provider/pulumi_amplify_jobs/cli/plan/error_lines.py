"""What is wrong in a plan, in lines: what fails for one and the same reason shares one."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ...errors import JobError, plural
from ..alike import grouped, reason_of, shared
from .stack_plan import Identity, PlannedJob, StackPlan

if TYPE_CHECKING:
    from ...reconcile.rule_evaluation import Evaluation


def error_lines(planned: StackPlan) -> list[str]:
    """Return a line for each error of a plan, one for those that are alike; it names the jobs."""
    alike = errors_alike(planned)
    of_jobs = (
        alike.get(job.identity) or naming(job, job.reason, job.cause)
        for job in planned.jobs
        if job.action == "error"
    )
    return [*dict.fromkeys(of_jobs), *rule_error_lines(planned)]


def rule_error_lines(planned: StackPlan) -> list[str]:
    """Return why rules are refused, in one line each.

    What keeps a target from being read stands in one line, with its jobs where it has any.
    """
    causes = ((job.desired.key.target, job.cause) for job in planned.jobs)
    of_jobs = {(target, reason_of(cause)) for target, cause in causes if cause and target}
    alike: defaultdict[tuple[str, str], list[Evaluation]] = defaultdict(list)
    for each in planned.rules:
        failure = each.failure if each.rule.target else None
        reason = reason_of(failure) if failure else each.rule.name
        alike[each.rule.target, reason].append(each)
    lines: list[str] = []
    for (target, reason), rules in alike.items():
        failure = rules[0].failure
        if (target, reason) in of_jobs:
            continue
        if len(rules) > 1 and failure:
            lines.append(f"{target}: {len(rules)} rules: {shared(failure)}")
        else:
            lines += rules[0].error_lines
    return lines


def errors_alike(planned: StackPlan) -> dict[Identity, str]:
    """Return one text for the jobs that several failed reads for one reason concern.

    In a target, the rules that failed for this reason are counted there, too.
    """
    failures: defaultdict[str, dict[Identity, Exception]] = defaultdict(dict)
    for job in planned.jobs:
        if job.cause is not None:
            failures[job.desired.key.target][job.identity] = job.cause
    of_rules = Counter(
        (each.rule.target, reason_of(each.failure))
        for each in planned.rules
        if each.failure is not None
    )
    found: dict[Identity, str] = {}
    for target, causes in failures.items():
        for alike in grouped(causes):
            cause = causes[alike[0]]
            beside = of_rules[target, reason_of(cause)] if target else 0
            if len(alike) + beside > 1:
                text = _alike(target, len(alike), beside, shared(cause))
                found.update(dict.fromkeys(alike, text))
    return found


def _alike(target: str, jobs: int, rules: int, reason: str) -> str:
    parts = [plural(jobs, "job"), *([plural(rules, "rule")] if rules else [])]
    return f"{f'{target}: ' if target else ''}{' and '.join(parts)}: {reason}"


def naming(job: PlannedJob, reason: str | None, cause: Exception | None) -> str:
    """Return a reason with the job's name: one of our own and a JobError have it already."""
    said = reason or "failed"
    own = cause is None or isinstance(cause, JobError)
    return said if own else f"{job.desired.label}: {said}"
