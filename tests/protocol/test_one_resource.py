"""One job, one resource: two on a job are an error that names both, before the second writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host

from ..samples import APP, ENVIRONMENT, job
from .resources import wanted
from .ruled import FAST
from .stack import Stack, problem_of, updates

START = f"""
import pulumi
import pulumi_amplify_jobs as amplify

key = {{"app_id": "{APP}", "backend_environment_name": "{ENVIRONMENT}"}}
"""
RULE = """
amplify.BackendJobRule("stuck", apps=["*"], environments=["*"], match={"status": "RUNNING"},
    set={"status": "FAILED"}, limit=20)
"""
AFTER = RULE.replace("limit=20", "limit=20, opts=pulumi.ResourceOptions(depends_on=[mine])")
SHOP = 'shop = pulumi.ComponentResource("my:Shop", "shop")\n'
RULE_BELOW = RULE.replace("limit=20", "limit=20, opts=pulumi.ResourceOptions(parent=shop)")
OWN = 'amplify.BackendJob("mine", **key, job_id="1", status="COMPLETED")\n'


def program(project: Path, text: str) -> None:
    (project / "__main__.py").write_text(START + text)


@pytest.mark.also_without_frames
def test_two_in_one_program(project: Path, host: Host, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    program(project, OWN + OWN.replace("mine", "again"))
    host.config = FAST
    problem = problem_of(host.preview)
    assert problem.message.startswith(f"again and mine both refer to {APP}/{ENVIRONMENT}/1")
    assert (problem.resource in ("again", "mine"), problem.property) == (True, "job_id")
    assert updates(emulator) == []


@pytest.mark.also_without_frames
def test_two_of_one_name_below_different_components(
    project: Path, host: Host, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    below = OWN.replace("status=", "opts=pulumi.ResourceOptions(parent=shop), status=")
    program(project, SHOP + OWN + below)
    host.config = FAST
    message = problem_of(host.preview).message
    kind = "pulumi-python:dynamic/amplify:BackendJob::mine"
    assert message.startswith(
        f"urn:pulumi:dev::ops::my:Shop${kind} and urn:pulumi:dev::ops::{kind} both refer to"
    )
    assert updates(emulator) == []


def test_by_an_output_it_is_told_before_the_write(
    project: Path, host: Host, emulator: Emulator
) -> None:
    emulator.seed([job("1", "COMPLETED")])
    program(
        project,
        f"""mine = {OWN}
late = mine.id.apply(lambda path: path.rsplit("/", 1)[1])
amplify.BackendJob("late", **key, job_id=late, status="FAILED")
""",
    )
    host.config = FAST
    host.preview()
    assert "late and mine both refer to" in problem_of(host.up).message
    assert updates(emulator) == []


def test_jobs_that_change_places_are_no_contest(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1"), job("2")])
    stack.jobs.update(a=wanted("1", status="FAILED"), b=wanted("2", status="FAILED"))
    stack.up()
    stack.jobs.update(a=wanted("2", status="FAILED"), b=wanted("1", status="FAILED"))
    assert {step.operation for step in stack.up().values()} == {"replace"}
    stack.jobs["renamed"] = stack.jobs.pop("b")
    stack.up()
    assert set(stack.state) == {"a", "renamed"}
    assert len(updates(emulator)) == 2


@pytest.mark.parametrize("text", [RULE + OWN, f"mine = {OWN}" + AFTER])
def test_what_a_rule_claims_is_no_resources(
    project: Path, host: Host, emulator: Emulator, text: str
) -> None:
    emulator.seed([job("1"), job("2")])
    program(project, text)
    host.config = FAST
    message = problem_of(host.preview).message
    assert (
        f"mine and stuck both refer to {APP}/{ENVIRONMENT}/1: add it to the rule's except"
        in message
    )
    assert updates(emulator) == []


@pytest.mark.also_without_frames
def test_two_rules_of_one_name_below_different_components(
    project: Path, host: Host, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    program(project, SHOP + RULE + RULE_BELOW.replace("FAILED", "COMPLETED"))
    host.config = FAST
    message = problem_of(host.preview).message
    both = f"stuck and stuck both match {APP}/{ENVIRONMENT}/1"
    assert message.startswith(f"stuck: {both}, so nothing is written")
    assert updates(emulator) == []


def test_two_rules_of_one_name_for_different_jobs_are_no_contest(
    project: Path, host: Host, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2", app="dother")])
    own, others = (
        RULE.replace('["*"]', f'["{APP}"]', 1),
        RULE_BELOW.replace('["*"]', '["dother"]', 1),
    )
    program(project, SHOP + own + others)
    host.config = FAST
    host.up()
    assert len(updates(emulator)) == 2
    assert host.up().changes == {}


def test_what_a_rule_excepts_is_no_contest(project: Path, host: Host, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2")])
    program(project, OWN + RULE.replace("limit", f'except_=["{APP}/{ENVIRONMENT}/1"], limit'))
    host.config = FAST
    host.up()
    assert emulator.job(APP, ENVIRONMENT, "1").status == "COMPLETED"
    assert emulator.job(APP, ENVIRONMENT, "2").status == "FAILED"
