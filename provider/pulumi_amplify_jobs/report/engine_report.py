"""A report of what the engine wrote down of a preview."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .declared_job import declared_job, key_in
from .engine_messages import errors_in, problem_of, secret_names
from .engine_run import NOT_FINAL, Note, Run, Step, Urn
from .matched_jobs import claimed_jobs
from .model import Report, ReportedJob
from .steps import Steps

JOB, RULE = "BackendJob", "BackendJobRule"


def report_of(run: Run) -> Report:
    """Return the report of a run: the jobs by name, whatever order the engine had them in."""
    steps = _by_urn(run.steps)
    errors: dict[str, Note] = {}
    problems = [run.flaw] if run.flaw else []
    secret = secret_names(run.config)
    for note in errors_in(run):
        urn = Urn.parse(note.urn or "")
        if urn is not None and urn.kind == JOB:
            errors.setdefault(note.urn or "", note)
        else:
            problems.append(problem_of(note, secret))
    jobs = [
        *_jobs(steps, errors.keys()),
        *(_failed(note, steps.get(urn), secret) for urn, note in errors.items()),
    ]
    return Report(
        *_where(run, steps),
        jobs=tuple(sorted(jobs, key=_order)),
        problems=tuple(dict.fromkeys(problems)),
        warnings=tuple(dict.fromkeys(_warnings(run, secret))),
    )


def _by_urn(steps: Iterable[Step]) -> dict[str, Steps]:
    """Return what there is of each backend job and rule."""
    found: dict[str, Steps] = {}
    for step in steps:
        urn = Urn.parse(step.urn)
        if urn is None or urn.kind not in (JOB, RULE):
            continue
        before = found.get(step.urn, Steps(None, None))
        if step.op == "refresh":
            found[step.urn] = replace(before, refresh=step)
        elif step.op not in NOT_FINAL:
            found[step.urn] = replace(before, final=step)
    return found


def _jobs(steps: dict[str, Steps], failed: Iterable[str]) -> Iterator[ReportedJob]:
    left_out = frozenset(failed)
    for text, each in steps.items():
        urn = Urn.parse(text)
        if urn is None or text in left_out:
            continue
        if urn.kind == RULE:
            yield from claimed_jobs(urn.name, each)
        else:
            yield declared_job(urn.name, each)


def _failed(note: Note, steps: Steps | None, secret: frozenset[str]) -> ReportedJob:
    urn = Urn.parse(note.urn or "")
    reason = problem_of(note, secret)
    name = urn.name if urn else ""
    if steps is None:
        return ReportedJob(name, "error", reason=reason)
    # What is live is left out: a preview's refresh step shows what was recorded before.
    return ReportedJob(name, "error", key_in(steps.old), reason=reason)


def _where(run: Run, steps: dict[str, Steps]) -> tuple[str | None, str | None]:
    """Return the stack and the project, where any resource tells."""
    texts = [*steps, *(step.urn for step in run.steps), *(note.urn or "" for note in run.notes)]
    urns = filter(None, map(Urn.parse, texts))
    first = next(urns, None)
    return (first.stack, first.project) if first else (None, None)


def _warnings(run: Run, secret: frozenset[str]) -> Iterator[str]:
    for note in run.notes:
        if note.severity == "warning":
            urn = Urn.parse(note.urn or "")
            text = problem_of(replace(note, message=note.message.removeprefix("warning: ")), secret)
            yield f"{urn.name}: {text}" if urn and urn.kind else text


def _order(job: ReportedJob) -> tuple[str, tuple[str, ...]]:
    key = job.key
    return (job.name, (key.app_id, key.backend_environment_name, key.job_id) if key else ())
