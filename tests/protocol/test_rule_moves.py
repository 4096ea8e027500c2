"""A rule writes what its check named and nothing else, whatever moves underneath."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_amplify_jobs.dynamic.rule_provider import RuleProvider
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host
from pulumi_amplify_jobs.testing.calls import Checked
from pulumi_amplify_jobs.testing.resources import urn_of
from tests.samples import APP, ENVIRONMENT, job

RULE: dict[str, Any] = {
    "apps": ["*"],
    "environments": ["*"],
    "match": {"status": ["RUNNING"], "older_than": "6h"},
    "set": {"status": "FAILED"},
    "limit": 20,
}
URN = urn_of("dev", "ops", "pulumi-python:dynamic/amplify:BackendJobRule", "stuck")
NEWS = {**RULE, "__provider": serialize_provider(RuleProvider()), "__urn": URN}

Moves = dict[str, str | None]
"""What becomes of jobs by ID: a status, or None for one that vanishes."""

moves = st.dictionaries(
    st.sampled_from("abcdef"), st.sampled_from(["RUNNING", "COMPLETED", "FAILED", None]), max_size=4
)


def move(emulator: Emulator, changes: Moves) -> None:
    for job_id, status in changes.items():
        there = any(each.job_id == job_id for each in emulator.jobs())
        if status is None:
            if there:
                emulator.remove_job(APP, ENVIRONMENT, job_id)
        elif there:
            emulator.set_job(APP, ENVIRONMENT, job_id, status=status)
        else:
            emulator.seed([job(job_id, status)])


def running(emulator: Emulator) -> set[str]:
    return {each.job_id for each in emulator.jobs() if each.status == "RUNNING"}


def named(checked: Checked) -> set[str]:
    return {key.rsplit("/", 1)[-1] for key in checked.inputs.get("matches") or {}}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=moves, between=moves, underneath=moves)
def test_only_what_the_check_named_is_written(
    host: Host, emulator: Emulator, first: Moves, between: Moves, underneath: Moves
) -> None:
    host.config = {"aws:region": "eu-west-1"}
    emulator.reset()
    emulator.seed([job("a"), job("b"), job("c", "COMPLETED")])
    move(emulator, first)
    reviewed = host.plugin().provider.check(URN, {}, NEWS)
    assert named(reviewed) == running(emulator)
    move(emulator, between)
    provider = host.plugin().provider
    checked = provider.check(URN, {}, NEWS)
    before = running(emulator)
    assert named(checked) == before
    move(emulator, underneath)
    now = running(emulator)
    emulator.clear_requests()
    provider.create(URN, checked.inputs)
    written = {request.job_id for request in emulator.requests("UpdateBackendJob")}
    assert written == now & before  # what moved on is left alone, what came is not touched
    if checked.inputs == reviewed.inputs:  # otherwise `up --plan` and `--strict` refuse
        assert written <= named(reviewed)
