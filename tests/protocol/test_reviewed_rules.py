"""Whatever rules, jobs and moves there are: a run writes a subset of what its review named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.keys import JobKey, key_part_problem
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.spelling import camel
from pulumi_amplify_jobs.testing import Host
from pulumi_amplify_jobs.testing.wire import UNKNOWN, Bag
from tests.samples import job

from .reviewed import Planned, Rules
from .ruled import FAST

STATUSES = ("RUNNING", "FAILED", "COMPLETED")
GONE = None
Moves = Sequence[tuple[JobKey, str | None]]
"""Jobs, and what becomes of each: a status, also of one that is not there yet, or GONE."""


@dataclass(frozen=True)
class Case:
    """Rules, the jobs that there are, and what moves them when."""

    rules: Mapping[str, Bag]
    jobs: Moves
    unknown: frozenset[str]
    """Arguments that the review can't know; `match.status` and the like are parts of one."""
    is_recorded: bool
    """Whether an earlier run has settled what it found."""
    before: Moves
    """Between that run and the review."""
    between: Moves
    """Between the review and the run."""
    meanwhile: Moves
    """Between the run's checks and its writes."""


def texts() -> st.SearchStrategy[str]:
    parts = st.text(st.sampled_from("aA/% é☃."), min_size=1, max_size=3)
    return parts.filter(lambda part: key_part_problem(part) is None)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    apps, environments, ids = (
        draw(st.lists(texts(), min_size=1, max_size=size, unique=True)) for size in (2, 2, 3)
    )
    keys = [JobKey(*parts) for parts in product(apps, environments, ids)]
    key, status = st.sampled_from(keys), st.sampled_from(STATUSES)
    moves = st.lists(st.tuples(key, st.one_of(status, st.just(GONE))), max_size=4)
    rule = st.fixed_dictionaries(
        {
            "apps": st.one_of(st.just(["*"]), some(apps)),
            "environments": st.one_of(st.just(["*"]), some(environments)),
            "match": st.fixed_dictionaries(
                {"status": st.one_of(status, some(STATUSES))},
                optional={"older_than": st.just("6h"), "operation": st.just("UpdateBackendAPI")},
            ),
            "set": st.fixed_dictionaries({"status": status}),
            "limit": st.sampled_from([1, 12, 12, 12]),
        },
        optional={"except": st.lists(key.map(str), max_size=2)},
    )
    return Case(
        rules=draw(st.dictionaries(st.sampled_from(["one", "other"]), rule, min_size=1)),
        jobs=draw(st.lists(st.tuples(key, status), min_size=1, max_size=6)),
        unknown=draw(st.frozensets(st.sampled_from(UNKNOWABLE), max_size=2)),
        is_recorded=draw(st.booleans()),
        before=draw(moves),
        between=draw(moves),
        meanwhile=draw(moves),
    )


UNKNOWABLE = ("apps", "environments", "match", "match.status", "set.status", "limit", "except")


def some(values: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


def with_unknown(case: Case, inputs: Bag) -> Bag:
    """Return a rule's inputs as the review sees them."""
    seen = dict(inputs)
    for path in case.unknown:
        field, _, part = path.partition(".")
        if part and isinstance(seen.get(field), dict):
            seen[field] = {**seen[field], part: UNKNOWN}
        elif field in seen and not part:
            seen[field] = UNKNOWN
    return seen


def move(emulator: Emulator, moves: Moves) -> None:
    for key, status in moves:
        there = key in {key_of(each) for each in emulator.jobs()}
        if status is not GONE:
            emulator.seed([job(key.job_id, status, app=key.app_id, environment=key.environment[1])])
        elif there:
            emulator.remove_job(key.app_id, key.environment[1], key.job_id)


def key_of(job_or_request: Any) -> JobKey:
    named = job_or_request
    return JobKey(named.app_id, named.backend_environment_name, named.job_id)


def written(emulator: Emulator) -> set[JobKey]:
    return {key_of(request) for request in emulator.requests("UpdateBackendJob")}


def named(plan: Mapping[str, Planned]) -> set[JobKey]:
    return {JobKey.parse(text) for step in plan.values() for text in step.named}


ALIKE = (JobKey("d", "prod/x", "y"), JobKey("d", "prod", "x/y"))
RULE: Bag = {
    "apps": ["d"],
    "environments": ["*"],
    "match": {"status": "RUNNING"},
    "set": {"status": "FAILED"},
    "limit": 9,
}


@settings(
    max_examples=5,  # each starts two or three processes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(
    Case(
        rules={"one": RULE},
        jobs=[(ALIKE[0], "RUNNING"), (ALIKE[1], "COMPLETED")],
        unknown=frozenset(),
        is_recorded=False,
        before=(),
        between=[(ALIKE[0], "COMPLETED"), (ALIKE[1], "RUNNING")],
        meanwhile=(),
    )
)
@example(
    Case(
        rules={"one": {**RULE, "except": [str(ALIKE[0])]}},
        jobs=[(ALIKE[0], "RUNNING"), (ALIKE[1], "RUNNING")],
        unknown=frozenset({"except", "match.status"}),
        is_recorded=True,
        before=[(ALIKE[1], "RUNNING")],
        between=(),
        meanwhile=(),
    )
)
@given(cases())
def test_a_reviewed_run_writes_a_subset_of_what_its_review_named(
    host: Host, emulator: Emulator, case: Case
) -> None:
    emulator.reset()
    move(emulator, case.jobs)
    declared = {name: in_config(inputs) for name, inputs in case.rules.items()}
    host.config = {**FAST, "amplify-jobs:rules": declared}
    rules = Rules(host, case.rules)

    def meanwhile() -> None:
        move(emulator, case.meanwhile)

    if case.is_recorded:
        recorded = rules.up(meanwhile=meanwhile)
        assert written(emulator) <= named(recorded)
    move(emulator, case.before)
    plan = rules.preview(lambda inputs: with_unknown(case, inputs))
    emulator.clear_requests()
    if plan is None:
        return
    move(emulator, case.between)
    rules.up(plan, meanwhile)
    assert written(emulator) <= named(plan)


def in_config(inputs: Bag) -> Bag:
    """Return a rule's inputs as they stand in stack config."""
    return {
        key: {camel(name): value for name, value in part.items()}
        if isinstance(part, dict)
        else part
        for key, part in inputs.items()
    }
