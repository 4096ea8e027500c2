"""Rules with an input that only the update will know: nothing is written that no review named."""

from __future__ import annotations

import re

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, ENVIRONMENT, job
from tests.updates import written

NAMED = f"""
from pulumi_amplify_jobs import BackendJob, BackendJobRule

named = BackendJob(
    "named",
    app_id="{APP}",
    backend_environment_name="{ENVIRONMENT}",
    job_id="1",
    status="COMPLETED",
)


def later(value):
    return named.id.apply(lambda _: value)


def rule(name, **changes):
    known = dict(
        apps=["{APP}"],
        environments=["*"],
        match={{"status": "RUNNING", "older_than": "6h"}},
        set={{"status": "FAILED"}},
        limit=20,
        except_=["{APP}/{ENVIRONMENT}/1"],
    )
    BackendJobRule(name, **{{**known, **changes}})


"""
EXCEPTED = NAMED + "rule('stuck', except_=[named.id])\n"
ANYWHERE = NAMED + (
    "rule('apps', apps=later(['*']))\n"
    "rule('selector', apps={'name_matches': '*', 'tags': {'team': later('web')}})\n"
    "rule('environments', environments=[later('*'), 'dev'])\n"
    "rule('whole-match', match=later({'status': 'RUNNING'}))\n"
    "rule('status', match={'status': later('RUNNING'), 'operation': 'UpdateBackendAPI'})\n"
    "rule('age', match={'status': 'RUNNING', 'older_than': later('6h')})\n"
    "rule('set', set={'status': later('FAILED')})\n"
    "rule('limit', limit=later(5))\n"
    "rule('except', except_=['d1/a/1', named.id])\n"
    "rule('wait', wait={'timeout': later('1m')})\n"
)
WARNING = "except will be known only in the update, so what matches is not known yet."


@pytest.fixture
def stuck(project: Project, emulator: Emulator) -> Project:
    """A project whose rule spares what another resource will adopt, and a job that it matches."""
    emulator.seed([job("1"), job("2")])
    project.program(EXCEPTED)
    return project


@pytest.mark.parametrize("held_by", ["--plan", "--strict"])
def test_a_reviewed_run_refuses_what_only_the_update_found(
    stuck: Project, emulator: Emulator, held_by: str
) -> None:
    arguments = ["--strict"]
    if held_by == "--plan":
        preview = stuck.preview("--save-plan", "plan.json").text
        assert WARNING in preview
        assert not re.search(r"matches\s*:", preview)
        arguments = ["--skip-preview", "--plan", "plan.json"]
    refused = stuck.up(*arguments, expect=None)
    assert refused.code != 0
    assert "violates plan" in refused.text
    assert written(emulator) == {"1"}
    assert f"{APP}/prod/2: {{" in stuck.preview("--save-plan", "next").text
    stuck.up("--skip-preview", "--plan", "next")
    assert written(emulator) == {"1", "2"}


def test_a_plain_up_settles_what_its_own_check_named(stuck: Project, emulator: Emulator) -> None:
    assert WARNING in stuck.up().text
    assert written(emulator) == {"1", "2"}
    assert "3 unchanged" in stuck.up().text


def test_a_reviewed_run_without_a_match_is_taken_whatever_was_unknown(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2", "COMPLETED")])
    project.program(ANYWHERE)
    project.preview("--save-plan", "plan.json")
    project.up("--skip-preview", "--plan", "plan.json")
    assert written(emulator) == {"1"}
    assert "12 unchanged" in project.up("--strict").text
