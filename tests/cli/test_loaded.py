"""What a command loads: exactly the modules, and of the heavy libraries only those, that it needs.

Each is a run of its own, to its end: what is loaded late counts, too. Where a test fails, either
load the new module where it is used, below the function that needs it, or add it here.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pulumi_amplify_jobs.cli.entry_point import SECTIONS
from pulumi_amplify_jobs.emulator import Emulator
from tests.modules import BASE, CLIENT, CONFIG, DECIDING, HEAVY, PACKAGE, unlike
from tests.samples import APP, ENVIRONMENT, job

from .conftest import Project

COMMANDS = [name for section in SECTIONS.values() for name in section]
PREVIEW = Path(__file__).resolve().parents[1] / "report" / "previews" / "drift.json"

LISTING = """
import os, sys

def list_and_leave(code, leave=os._exit):
    print("LOADED", *sys.modules, file=sys.__stderr__, flush=True)
    leave(code)

os._exit = list_and_leave
from pulumi_amplify_jobs.cli import main
main()
"""

START = (
    """
    cli cli.entry_point cli.errors cli.interrupts cli.lazy_group cli.verbosity
"""
    + BASE
)
CHECKING = (
    """
    cli.options cli.output cli.stack cli.target_options domain.name_patterns domain.targets
"""
    + CONFIG
)
CALLS = (
    """
    cli.alike cli.progress cli.side_by_side cli.tables config.stack_selection
"""
    + DECIDING
    + CLIENT
)
PLAN = """
    cli.plan cli.plan.command cli.plan.display cli.plan.error_lines cli.plan.stack_plan
    cli.plan.table
"""
RULES = """
    config.rule_loader config.rule_models config.target_models domain.app_selection domain.rules
    reconcile.rule_evaluation
"""
APPLY = """
    cli.apply cli.apply.command cli.apply.display cli.apply.run cli.plan cli.plan.display
    cli.plan.error_lines cli.plan.stack_plan cli.plan.table cli.prompt reconcile.writes
"""
REPORT = """
    cli.options cli.output cli.report disk domain domain.jobs domain.keys domain.name_patterns
    domain.plan domain.times nesting report report.engine_jobs
    report.engine_report report.engine_run report.last_release report.markdown report.model
    report.plan_report report.reading report.refusals report.values report.visible_text settings
    spelling
"""
AWS = {"botocore", "pydantic_core", "urllib3", "yaml"}

WITHOUT_RULES, WITH_RULES = "without rules", "with rules"

RUNS: Mapping[str, tuple[str, list[str], set[str]]] = {
    "--help": (WITHOUT_RULES, [START], set()),
    "completion bash": (WITHOUT_RULES, [START, "cli.completion"], set()),
    "validate": (
        WITHOUT_RULES,
        [START, CHECKING, "cli.validate config.check config.placeholders"],
        {"pydantic_core", "yaml"},
    ),
    "plan": (WITHOUT_RULES, [START, CHECKING, CALLS, PLAN], AWS),
    "plan --all": (WITH_RULES, [START, CHECKING, CALLS, PLAN, RULES], AWS),
    "apply --yes": (WITHOUT_RULES, [START, CHECKING, CALLS, APPLY], AWS),
    "apply --yes --json": (WITH_RULES, [START, CHECKING, CALLS, APPLY, RULES], AWS),
    "list": (
        WITHOUT_RULES,
        [START, CHECKING, CALLS, "cli.list cli.list.command cli.list.table"],
        AWS,
    ),
    "report drift.json": (WITHOUT_RULES, [START, REPORT, "limits"], set()),
    "report --format html drift.json": (
        WITHOUT_RULES,
        [START, REPORT, "report.page report.ticks report.timeline"],
        {"jinja2"},
    ),
}


def loaded_by(project: Project, *arguments: str) -> set[str]:
    """Return the names of all modules that a run has loaded when it ends."""
    result = project.run_by(sys.executable, "-c", LISTING, *arguments)
    last = result.stderr.splitlines()[-1].split()
    assert last[0] == "LOADED", result.stderr
    return set(last[1:])


def declare(project: Project, emulator: Emulator, config: str) -> None:
    emulator.seed([job("1"), job("2")])
    rule = {
        "apps": [APP],
        "environments": [ENVIRONMENT],
        "match": {"status": "RUNNING"},
        "set": {"status": "COMPLETED"},
        "limit": 5,
    }
    rules = {"rules": {"rest": rule}} if config == WITH_RULES else {}
    shutil.copy(PREVIEW, project.path)
    project.declare({"one": {"jobId": "1", "status": "FAILED"}}, **rules)


@pytest.mark.parametrize("command", RUNS)
def test_a_command_loads_what_it_needs_and_nothing_else(
    command: str, project: Project, emulator: Emulator
) -> None:
    config, modules, libraries = RUNS[command]
    declare(project, emulator, config)
    loaded = loaded_by(project, *command.split())
    own = {name.removeprefix(PACKAGE) for name in loaded if name.startswith(PACKAGE)}
    assert unlike(own, set(" ".join(modules).split())) == ""
    assert unlike(loaded & HEAVY, libraries) == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_loads_nothing_slow(name: str, project: Project) -> None:
    assert unlike(loaded_by(project, name, "--help") & HEAVY, set()) == ""
