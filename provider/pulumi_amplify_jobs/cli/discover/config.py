"""What was discovered, as YAML to declare it: pure functions of the jobs and one moment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from ...domain.jobs import ObservedJob
from ...domain.keys import MAX_TEXT_LENGTH, JobKey, key_part_problem, wanted_problem
from ...domain.plan import FIELDS
from ...domain.times import Doubt, age, moment_of, trusted_seconds, utc
from ...errors import one_line, plural
from ..errors import said
from ..output import camel_case
from .search import Search

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")
"""Text that may stand without quotes, unless YAML has a meaning of its own for it."""

LIMITS = (5, 10, 20, 50, 100, 200, 500, 1000)
"""Limits that a proposed rule may have."""

MOST_NAMED = 50
"""Jobs that the comment of a proposed rule names; the rest it counts."""

LONGEST_NAME = 100


@dataclass(frozen=True)
class Discovery:
    """What was found, and what could not be read."""

    jobs: tuple[ObservedJob, ...]
    now: float
    """When, in epoch seconds."""
    failures: Mapping[str, Exception] = field(default_factory=dict)
    """Why something is missing, by app or app/environment."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Provider settings that led there, by their key in stack config."""
    warnings: tuple[str, ...] = ()
    """What is in doubt, in one line each."""
    apps: int = 0
    """How many apps were looked at."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """The account and region of each target that was looked at, by its name."""


def old_enough(
    jobs: Iterable[ObservedJob], now: float, seconds: float
) -> tuple[list[ObservedJob], list[str]]:
    """Return the jobs that were created so long ago, and a line for each whose time is in doubt."""
    found, doubts = [], []
    for job in jobs:
        created = trusted_seconds(job.create_time, now)
        if isinstance(created, Doubt):
            doubts.append(f"{job.key} is left out: its createTime {created.reason}")
        elif now - created >= seconds:
            found.append(job)
    return found, doubts


def unusable(job: ObservedJob) -> str | None:
    """Say why a job can't be declared, or return None."""
    if any(map(key_part_problem, job.key.parts)):
        return "its ID, or its environment's name, can't be written in a config"
    if not _values(job):
        return "it has neither an operation nor a status to declare"
    return None


def names_of(jobs: Sequence[ObservedJob]) -> dict[JobKey, str]:
    """Return a readable resource name for each job, each once."""
    names: dict[JobKey, str] = {}
    taken: set[str] = set()
    for job in jobs:
        parts = filter(None, (*job.key.parts, job.key.target))
        whole = re.sub(r"[^A-Za-z0-9_.-]+", "-", "-".join(parts))
        name = whole[:LONGEST_NAME]
        if name != whole or name in taken:
            name += f"-{hashlib.sha256(str(job.key).encode()).hexdigest()[:8]}"
        taken.add(name)
        names[job.key] = name
    return names


def stack_file(found: Discovery) -> str:
    """Return a stack file that declares the jobs as they are."""
    return _text([*_stack_head(found), *_jobs(found, "  amplify-jobs:jobs:", "    ")])


def include_file(found: Discovery) -> str:
    """Return an included file that declares the jobs as they are."""
    return _text([*_head(found), *_jobs(found, "jobs:", "  ")])


def rule_file(found: Discovery, search: Search) -> str:
    """Return a stack file with a rule that would settle the jobs."""
    match = [f"status: {_one_or_list(search.statuses)}"]
    if search.operations:
        match.append(f"operation: {_one_or_list(search.operations)}")
    match.append(f"olderThan: {scalar(search.older_than or '')}")
    more = len(found.jobs) - MOST_NAMED
    return _text(
        [
            *_stack_head(found),
            "  amplify-jobs:rules:",
            "    # Matches today:",
            *(
                f"    #   {_comment(str(job.key))}: {_since(job, found.now)}"
                for job in found.jobs[:MOST_NAMED]
            ),
            *([f"    #   and {more} more"] if more > 0 else []),
            *(["    #   nothing"] if not found.jobs else []),
            "    no-stuck-jobs:",
            *([f"      targets: {_list(list(found.targets))}"] if found.targets else []),
            f"      apps: {_list(search.app_ids or ('*',))}",
            f"      environments: {_list(search.environments or ('*',))}",
            f"      match: {{ {', '.join(match)} }}",
            "      set: { status: FAILED }",
            f"      limit: {limit_for(len(found.jobs))}",
            "      except: []",
        ]
    )


def limit_for(matches: int) -> int:
    """Return a limit that leaves room for as many matches again."""
    return next((limit for limit in LIMITS if limit >= 2 * matches), LIMITS[-1])


def scalar(text: str) -> str:
    """Return text as YAML: plain where nothing can misread it, else in double quotes."""
    if PLAIN.fullmatch(text) and yaml.safe_load(text) == text and len(text) > 1:
        return text
    quoted = yaml.safe_dump(text, default_style='"', width=10**9, allow_unicode=False)
    return quoted.removesuffix("\n")


def _head(found: Discovery) -> list[str]:
    environments = {job.key.environment for job in found.jobs}
    what = f"{plural(len(found.jobs), 'job')} in {plural(len(environments), 'environment')}"
    lines = [f"# {what}, found by amplify-jobs discover at {utc(found.now)}."]
    lines += [f"# {name}: {where}" for name, where in found.targets.items()]
    lines += [
        f"# Missing, because it could not be read: {_comment(place)}: {_comment(said(why))}"
        for place, why in found.failures.items()
    ]
    return lines


def _stack_head(found: Discovery) -> list[str]:
    settings = (f"  {key}: {scalar(value)}" for key, value in found.settings.items())
    return [*_head(found), "config:", *settings]


def _jobs(found: Discovery, head: str, indent: str) -> list[str]:
    if not found.jobs:
        return [f"{head} {{}}"]
    names = names_of(found.jobs)
    lines = [head]
    for job in found.jobs:
        lines.append(f"{indent}{scalar(names[job.key])}: # {_since(job, found.now)}")
        declared = {**_key(job.key), **_values(job)}
        lines += [f"{indent}  {key}: {scalar(value)}" for key, value in declared.items()]
    return lines


def _key(key: JobKey) -> dict[str, str]:
    return {name: value for name, value in camel_case(vars(key)).items() if value}


def _values(job: ObservedJob) -> dict[str, str]:
    """Return what of the live operation and status can be declared."""
    return {name: value for name, value in _live(job).items() if not wanted_problem(value)}


def left_out(job: ObservedJob) -> list[str]:
    """Return a line for the operation or status of a job that can't be declared."""
    problems = {name: wanted_problem(value) for name, value in _live(job).items()}
    return [
        f"{job.key}: its {name} is left out, as it {why}" for name, why in problems.items() if why
    ]


def _live(job: ObservedJob) -> dict[str, str]:
    live: dict[str, str | None] = {name: getattr(job, name) for name in FIELDS}
    return {name: value for name, value in live.items() if value}


def _since(job: ObservedJob, now: float) -> str:
    """Return since when a job is as it is."""
    parts = [_comment(job.status or "no status")]
    if job.create_time:
        created = trusted_seconds(job.create_time, now)
        old = "in doubt" if isinstance(created, Doubt) else f"{age(int(now - created))} ago"
        parts.append(f"created {_comment(moment_of(job.create_time))} ({old})")
    if job.update_time and job.update_time != job.create_time:
        parts.append(f"updated {_comment(moment_of(job.update_time))}")
    return ", ".join(parts)


def _comment(text: str) -> str:
    return one_line(text, MAX_TEXT_LENGTH)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(scalar, values))}]"


def _one_or_list(values: Sequence[str]) -> str:
    return scalar(values[0]) if len(values) == 1 else _list(values)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
