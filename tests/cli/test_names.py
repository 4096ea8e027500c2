"""Names and patterns of rules: honoured, counted, and warned of where they fit nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import job
from tests.updates import written

from .conftest import Project
from .test_rules import RULE


@pytest.fixture
def seeded(emulator: Emulator) -> Emulator:
    emulator.seed(
        [
            job("a", app="d1", environment="prod"),
            job("b", app="d1", environment="dev"),
            job("c", app="d2", environment="prod"),
            job("done", app="d1", environment="prod", status="COMPLETED"),
        ]
    )
    return emulator


def plan(project: Project, **changes: Any) -> dict[str, Any]:
    project.declare({}, rules={"stuck": {**RULE, **changes}})
    result = project.invoke("plan", "--json")
    document: dict[str, Any] = json.loads(result.stdout)
    for line in document["warnings"]:
        assert f"warning: {line}" in result.stderr
    return document


def claimed(document: dict[str, Any]) -> list[str]:
    parts = ("appId", "backendEnvironmentName", "jobId")
    return sorted("/".join(each[part] for part in parts) for each in document["jobs"])


@pytest.mark.parametrize(
    ("changes", "jobs"),
    [
        ({"apps": ["d*"]}, ["d1/dev/b", "d1/prod/a", "d2/prod/c"]),
        ({"apps": ["?2"]}, ["d2/prod/c"]),
        ({"environments": ["pro*"]}, ["d1/prod/a", "d2/prod/c"]),
        ({"except": ["d1/prod/*"]}, ["d1/dev/b", "d2/prod/c"]),
        ({"except": ["*/prod/*"]}, ["d1/dev/b"]),
        ({"except": ["d?/dev/b", "d2/*/?"]}, ["d1/prod/a"]),
        ({"apps": {"nameMatches": "d*"}}, ["d1/dev/b", "d1/prod/a", "d2/prod/c"]),
        ({"except": ["d1/prod/done"]}, ["d1/dev/b", "d1/prod/a", "d2/prod/c"]),
        ({"except": ["d1/prod/do*"]}, ["d1/dev/b", "d1/prod/a", "d2/prod/c"]),
    ],
)
@pytest.mark.usefixtures("seeded")
def test_patterns_are_honoured_wherever_names_are_given(
    project: Project, changes: dict[str, Any], jobs: list[str]
) -> None:
    document = plan(project, **changes)
    assert claimed(document) == jobs
    assert document["warnings"] == []


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"apps": ["x*"]}, "apps: x* matches no app: correct it, or remove it"),
        (
            {"apps": ["d1", "D2"]},
            "apps: D2 matches no app: names are case-sensitive, did you mean d2?",
        ),
        ({"apps": ["d1", "gone"]}, "apps: gone matches no app: correct it, or remove it"),
        (
            {"environments": ["prod", "Dev"]},
            "environments: Dev matches no environment: names are case-sensitive, did you mean dev?",
        ),
        (
            {"environments": ["[prod]", "*"]},
            "environments: [prod] matches no environment: correct it, or remove it",
        ),
        (
            {"except": ["D1/prod/a"]},
            "except: D1/prod/a matches no job: names are case-sensitive, did you mean d1/prod/a?",
        ),
        ({"except": ["d1/prod/z"]}, "except: d1/prod/z matches no job: correct it, or remove it"),
        (
            {"except": ["d1/prod/z*"]},
            "except: d1/prod/z* matches no job: correct it, or remove it",
        ),
        ({"except": ["d9/*/*"]}, "except: d9/*/* matches no job: correct it, or remove it"),
        (
            {"apps": {"nameMatches": "shop-*"}},
            "apps.nameMatches: shop-* matches no app: correct it, or remove it",
        ),
        (
            {"apps": {"tags": {"team": "web"}}},
            "apps.tags: team=web matches no app: correct it, or remove it",
        ),
    ],
)
@pytest.mark.usefixtures("seeded")
def test_what_matches_nothing_is_a_warning(
    project: Project, changes: dict[str, Any], warning: str
) -> None:
    document = plan(project, **changes)
    assert document["warnings"] == document["rules"][0]["warnings"] == [f"stuck: {warning}"]


@pytest.mark.usefixtures("seeded")
def test_what_names_match_is_counted(project: Project) -> None:
    document = plan(project, apps=["d*"], environments=["prod"], **{"except": ["d1/prod/*"]})
    assert [(each["text"], each["matches"]) for each in document["rules"][0]["names"]] == [
        ("d*", 2),
        ("prod", 2),
        ("d1/prod/*", 1),
    ]


def test_apply_warns_too_and_spares_what_is_excepted(project: Project, seeded: Emulator) -> None:
    project.declare({}, rules={"stuck": {**RULE, "except": ["d1/*/*", "d7/x/y"]}})
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 0, result.output
    assert "warning: stuck: except: d7/x/y matches no job" in result.stderr
    assert written(seeded) == {"c"}


@pytest.mark.usefixtures("seeded")
def test_watch_warns_too(project: Project) -> None:
    project.declare({}, rules={"stuck": {**RULE, "apps": ["D1"], "environments": ["*"]}})
    result = project.invoke(
        "watch", "d1/dev", "--stack", "dev", "--timeout", "1s", "--interval", "1s"
    )
    warning = "apps: D1 matches no app: names are case-sensitive, did you mean d1?"
    assert f"warning: stuck: {warning}" in result.stderr


@pytest.mark.usefixtures("seeded")
def test_a_report_of_a_plan_has_the_warnings(project: Project, tmp_path: Path) -> None:
    document = plan(project, environments=["x", "*"])
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    result = CliRunner().invoke(cli, ["report", str(path)])
    assert "stuck: environments: x matches no environment" in result.stdout


def discover(emulator: Emulator, *arguments: str) -> Result:
    given = ("--endpoint", emulator.url, "--region", "eu-west-1")
    return CliRunner().invoke(cli, ["discover", *given, *arguments])


def test_discover_takes_patterns_and_warns_of_what_matches_nothing(seeded: Emulator) -> None:
    result = discover(seeded, "--rules", "d?", "x*", "--environment", "pro*", "--environment", "X")
    assert 'apps: ["d?", "x*"]' in result.stdout
    assert "d1/prod/a" in result.stdout
    assert "d1/dev/b" not in result.stdout
    assert "warning: APP_ID: x* matches no app" in result.stderr
    assert "warning: --environment: X matches no environment" in result.stderr
    document = json.loads(discover(seeded, "--json", "d1", "--environment", "Prod").stdout)
    assert document["warnings"] == [
        "--environment: Prod matches no environment: names are case-sensitive, did you mean prod?"
    ]


def test_one_ghost_environment_keeps_no_other_from_being_looked_at(
    project: Project, seeded: Emulator
) -> None:
    seeded.fault("400", operation="ListBackendJobs", times=1)
    document = plan(project)
    assert document["rules"][0]["error"] is None
    assert len(document["jobs"]) == 2
    [warning] = document["warnings"]
    assert " is left out: ListBackendJobs d" in warning


def test_one_app_whose_environments_are_refused_keeps_no_other_from_being_looked_at(
    project: Project, seeded: Emulator
) -> None:
    seeded.fault("400", operation="ListBackendEnvironments", times=1)
    document = plan(project)
    assert document["rules"][0]["error"] is None
    [warning] = document["warnings"]
    assert " is left out: ListBackendEnvironments d" in warning


@pytest.mark.parametrize("operation", ["ListBackendJobs", "ListBackendEnvironments"])
def test_where_everything_is_refused_the_rule_fails(
    project: Project, seeded: Emulator, operation: str
) -> None:
    seeded.fault("400", operation=operation)
    document = plan(project)
    assert operation in document["rules"][0]["error"]


@pytest.mark.parametrize("argument", ["d*/prod", "d1/p?od", "d1/prod "])
def test_an_environment_to_list_is_one(seeded: Emulator, argument: str) -> None:
    arguments = ["list", argument, "--endpoint", seeded.url, "--region", "eu-west-1"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code != 0
    assert not seeded.requests()
