"""A report of what the engine wrote down of a preview: its steps, and its messages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..errors import one_line
from ..nesting import is_nested_deeper
from .engine_jobs import declared_job, is_unread, key_in, matched_jobs, target_in
from .engine_run import DEEPEST, NOT_FINAL, EngineRun, Note, Step, Steps, Urn
from .model import Report, ReportedJob
from .refusals import refusal_in
from .values import SECRET, mapping, text

JOB, RULE = "BackendJob", "BackendJobRule"

LONGEST = 1000
"""Characters of one message."""

RESOURCE = re.compile(r"\S+ resource '")
CHECK_FAILED = re.compile("(?:':|}) has a problem: ")
"""How the engine frames a failed check, `TYPE resource 'NAME': property NAME value {VALUE} has a
problem: `, or without the property (pulumi/pulumi, pkg/resource/deploy/step_generator.go)."""

HIDDEN_VALUE = " value {&{"
"""How the engine's frame shows a property whose value is secret: in the clear."""

HIDDEN = "its config is secret, so only the engine's own output shows the reason"

CONSEQUENCES = (
    "an unhandled error occurred: program exited with non-zero exit code",
    "preview failed",
    "update failed",
)
"""What the engine adds where another message gives the reason."""


def report_of(run: EngineRun) -> Report:
    """Return the report of a run: the jobs by target and name, whatever order they came in."""
    steps = _by_urn(run.steps)
    secret = _secret_names(run.config)
    failed: dict[Urn, Note] = {}
    problems = [run.flaw] if run.flaw else []
    for note in _errors_in(run):
        if note.urn in steps and is_unread(steps[note.urn]):
            continue  # its plan says the same
        if note.urn is not None and note.urn.kind == JOB:
            failed.setdefault(note.urn, note)
        else:
            problems.append(_problem(note, secret))
    jobs = [job for urn in steps if urn not in failed for job in _jobs(urn, steps[urn])]
    for urn, note in failed.items():
        # What is live is left out: a preview's refresh step shows what was recorded before.
        key = key_in(steps[urn].old) if urn in steps else None
        target = _declared_target(run.config, urn.name)
        if not target and urn in steps:
            target = target_in(steps[urn].old)
        reason = _problem(note, secret)
        jobs.append(ReportedJob(urn.name, "error", key, reason=reason, target=target))
    # Where any resource says it, it is the stack of all.
    urns = (*steps, *(step.urn for step in run.steps), *(note.urn for note in run.notes))
    somewhere = next(filter(None, urns), None)
    return Report(
        stack=somewhere.stack if somewhere else None,
        project=somewhere.project if somewhere else None,
        jobs=tuple(sorted(jobs, key=_order)),
        problems=tuple(dict.fromkeys(problems)),
        warnings=tuple(dict.fromkeys(_warnings(run, secret))),
    )


def _order(job: ReportedJob) -> tuple[str, str, tuple[str, ...]]:
    """Sort by target, then by name."""
    return (job.target, job.name, job.key.parts if job.key else ())


def _by_urn(steps: Iterable[Step]) -> dict[Urn, Steps]:
    """Return what there is of each backend job and rule."""
    found: dict[Urn, Steps] = {}
    for step in steps:
        if step.urn is None or step.urn.kind not in (JOB, RULE):
            continue
        before = found.get(step.urn, Steps(None, None))
        if step.op == "refresh":
            found[step.urn] = replace(before, refresh=step)
        elif step.op not in NOT_FINAL:
            found[step.urn] = replace(before, final=step)
    return found


def _jobs(urn: Urn, steps: Steps) -> list[ReportedJob]:
    return matched_jobs(urn.name, steps) if urn.kind == RULE else [declared_job(urn.name, steps)]


def _warnings(run: EngineRun, secret: frozenset[str]) -> Iterator[str]:
    for note in run.notes:
        if note.severity == "warning":
            line = _problem(replace(note, message=note.message.removeprefix("warning: ")), secret)
            name = one_line(note.urn.name, 200) if note.urn and note.urn.kind else None
            yield f"{name}: {line}" if name else line


def _problem(note: Note, secret_names: frozenset[str]) -> str:
    """Return an error's reason in one line; nothing of a job whose config is secret."""
    if HIDDEN_VALUE in note.message or (note.urn and note.urn.name in secret_names):
        return HIDDEN
    message = note.message.strip().removeprefix("error: ")
    refusal = refusal_in(message)
    if refusal is not None:
        return refusal.reason
    frame = CHECK_FAILED.search(message) if RESOURCE.match(message) else None
    return one_line(message[frame.end() :] if frame else message, LONGEST)


def _errors_in(run: EngineRun) -> Iterator[Note]:
    """Yield the errors of a run, without those that only follow from another."""
    errors = [note for note in run.notes if note.severity == "error"]
    causes = [
        note
        for note in errors
        if not note.message.strip().removeprefix("error: ").startswith(CONSEQUENCES)
    ]
    yield from dict.fromkeys(causes or errors)


def _secret_names(config: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the jobs whose config has a secret in it."""
    everything = SECRET in str(config.get("amplify-jobs:defaults"))
    return frozenset(
        name
        for name, given in _in_config(config, "jobs").items()
        if everything or SECRET in json.dumps(given)
    )


def _declared_target(config: Mapping[str, Any], job: str) -> str:
    """Return the target that the stack's config declares for a job; empty where it has none.

    What a program or an included file declares is not there.
    """
    jobs = _in_config(config, "jobs")
    if job not in jobs:
        return ""
    return text({**_in_config(config, "defaults"), **mapping(jobs[job])}.get("target")) or ""


def _in_config(config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a mapping of the stack's config, whose mappings are JSON text."""
    found = config.get(f"amplify-jobs:{key}")
    try:
        value = json.loads(found) if isinstance(found, str) else found
    except (ValueError, RecursionError):
        return {}
    return {} if is_nested_deeper(value, DEEPEST) else mapping(value)
