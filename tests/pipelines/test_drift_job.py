"""The job of drift.yml, with the real commands and an emulator: what hangs is settled."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator, load_seed

from .workflows import EXAMPLES, Programs, Run, run_job

PROJECT = EXAMPLES / "no-stuck-jobs"


@pytest.fixture
def project(checkout: Path, emulator: Emulator, programs: Programs) -> Path:
    """The example as it is checked out, with its jobs in the emulator."""
    shutil.copytree(PROJECT, checkout, dirs_exist_ok=True)
    emulator.seed(load_seed(PROJECT / "emulator.yaml"))
    (programs.folder / "amplify-jobs").symlink_to(Path(sys.executable).with_name("amplify-jobs"))
    return checkout


def settle(project: Path, emulator: Emulator, programs: Programs) -> Run:
    credentials = {name: text for name, text in os.environ.items() if name.startswith("AWS_")}
    proxies = {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    environment = {**credentials, **proxies, "AWS_ENDPOINT_URL": emulator.url}
    return run_job("drift.yml", "settle", project, {**programs.environment, **environment})


def test_what_hangs_is_settled_and_then_nothing_is_left_to_do(
    project: Path, emulator: Emulator, programs: Programs
) -> None:
    (project / "requirements.txt").write_text("")
    programs.add("pip", "exit 0")
    first = settle(project, emulator, programs)
    assert not first.failed, first.log
    assert (first.outputs["plan"], first.outcomes["apply"]) == ({"code": "2"}, "success")
    updates = {request.job_id for request in emulator.requests("UpdateBackendJob")}
    assert updates == {"a1", "b2"}
    assert "no-stuck-pushes" in first.summary

    emulator.clear_requests()
    second = settle(project, emulator, programs)
    assert not second.failed, second.log
    assert (second.outputs["plan"], second.outcomes["apply"]) == ({"code": "0"}, "skipped")
    assert emulator.requests("UpdateBackendJob") == []


def test_a_rule_over_its_limit_fails_the_run(
    project: Path, emulator: Emulator, programs: Programs
) -> None:
    programs.add("pip", "exit 0")
    file = project / "Pulumi.dev.yaml"
    text = file.read_text(encoding="utf-8")
    # Without its exception the rule has two matches.
    file.write_text(
        text.replace("limit: 20", "limit: 1").replace('except: ["d3landing01234/prod/9c"]', "")
    )
    run = settle(project, emulator, programs)
    assert run.outcomes["plan"] == "failure"
    assert run.outcomes["apply"] == "skipped"


@pytest.mark.parametrize("code", [1, 127, 137], ids=["error", "not found", "killed"])
def test_any_other_end_of_plan_fails_the_run(code: int, checkout: Path, programs: Programs) -> None:
    programs.add("pip", "exit 0")
    programs.add("amplify-jobs", f'[ "$1" = plan ] && exit {code}; exit 0')
    run = run_job("drift.yml", "settle", checkout, programs.environment)
    assert run.outcomes["plan"] == "failure"
    assert run.outcomes["apply"] == "skipped"


def test_a_job_that_is_left_fails_the_run(checkout: Path, programs: Programs) -> None:
    programs.add("pip", "exit 0")
    programs.add("amplify-jobs", 'case "$1" in plan) exit 2 ;; apply) exit 1 ;; esac')
    run = run_job("drift.yml", "settle", checkout, programs.environment)
    assert (run.outcomes["plan"], run.outcomes["apply"]) == ("success", "failure")
