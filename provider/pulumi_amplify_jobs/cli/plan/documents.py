"""The JSON that `--json` prints: plain data, its names are part of the public interface."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ...domain.jobs import ObservedJob
from ...reconcile.rule_evaluation import Evaluation
from ..apply.run import Result, result_counts
from .job_plans import PlannedJob, counts

VERSION = 1


def plan_document(
    stack: str,
    planned: Sequence[PlannedJob],
    rules: Sequence[Evaluation] = (),
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a plan as JSON data, in the order of declaration; those of rules come last."""
    jobs = [_job(job, job.live, job.reason) for job in planned]
    return _document(stack, counts(planned), jobs, rules, warnings)


def result_document(
    stack: str,
    results: Sequence[Result],
    rules: Sequence[Evaluation] = (),
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """Return results as JSON data; `live` is the job as it was seen last."""
    jobs = [{**_job(each.job, each.live, each.reason), "result": each.state} for each in results]
    return _document(stack, result_counts(results), jobs, rules, warnings)


def print_document(document: Mapping[str, Any]) -> None:
    """Print a document. All of it is ASCII: nothing in a job can reach the terminal raw."""
    click.echo(json.dumps(document, indent=2))


def _document(
    stack: str,
    summary: Mapping[Any, int],
    jobs: list[dict[str, Any]],
    rules: Sequence[Evaluation],
    warnings: Sequence[str],
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "stack": stack,
        "summary": dict(summary),
        "jobs": jobs,
        "rules": [_rule(each) for each in rules],
        "warnings": list(warnings),
    }


def _rule(rule: Evaluation) -> dict[str, Any]:
    names = [
        {"key": each.key, "text": each.text, "matches": each.count, "near": each.near}
        for each in rule.fits
    ]
    return {
        "name": rule.rule.name,
        "matches": 0 if rule.refusals else len(rule.matches.jobs),
        "error": "; ".join(rule.error_lines) or None,
        "names": names,
        "warnings": list(rule.warning_lines),
    }


def _job(job: PlannedJob, live: ObservedJob | None, reason: str | None) -> dict[str, Any]:
    key = job.desired.key
    return {
        "name": job.name,
        "byRule": job.desired.provided is not None,
        "appId": key.app_id,
        "backendEnvironmentName": key.backend_environment_name,
        "jobId": key.job_id,
        "action": job.action,
        "changes": [
            {"field": each.field, "from": each.live, "to": each.wanted} for each in job.changes
        ],
        "live": observed_document(live) if live else None,
        "reason": reason,
    }


def observed_document(live: ObservedJob) -> dict[str, Any]:
    """Return every field of an observed job by the service's names."""
    return {
        "appId": live.key.app_id,
        "backendEnvironmentName": live.key.backend_environment_name,
        "jobId": live.key.job_id,
        "operation": live.operation,
        "status": live.status,
        "createTime": live.create_time,
        "updateTime": live.update_time,
        "error": live.error,
    }
