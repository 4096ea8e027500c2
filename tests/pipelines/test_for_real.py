"""The workflows' own scripts with a real Pulumi engine and the real commands: review, merge, up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator, load_seed
from tests.needs import needs_engine
from tests.updates import updated_ids

from .workflows import DOWNLOAD, EXAMPLES, Programs, Run, run_job

PROJECT = EXAMPLES / "github-actions"
PULUMI = shutil.which("pulumi")
KEY = ("d2abcdefgh1234", "prod", "4f1c")

pytestmark = needs_engine


@pytest.fixture
def environment(
    checkout: Path, emulator: Emulator, programs: Programs, tmp_path: Path
) -> dict[str, str]:
    """The example as it is checked out, its jobs in the emulator, and a stack without a state."""
    shutil.copytree(PROJECT, checkout, dirs_exist_ok=True)
    (checkout / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    (programs.folder / "amplify-jobs").symlink_to(Path(sys.executable).with_name("amplify-jobs"))
    programs.add("gh", f"case $1 in api) echo 1 ;; run) {DOWNLOAD % 'plan.json'} ;; esac")
    # The step `comment` fails here: it would need GitHub. Nothing below asks it.
    emulator.seed(load_seed(PROJECT / "emulator.yaml"))
    (tmp_path / "state").mkdir()
    found = {
        **{name: text for name, text in os.environ.items() if name.startswith("AWS_")},
        **programs.environment,
        "PATH": os.pathsep.join(
            [str(programs.folder), str(Path(str(PULUMI)).parent), os.environ["PATH"]]
        ),
        "AWS_ENDPOINT_URL": emulator.url,
        "no_proxy": "127.0.0.1",
        "NO_PROXY": "127.0.0.1",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "GITHUB_REPOSITORY": "my-org/my-repo",
        "GITHUB_SHA": "a" * 40,
    }
    backend = {"PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}"}
    subprocess.run(
        ["pulumi", "stack", "init", "dev", "--non-interactive"],
        cwd=checkout,
        env={**found, **backend},
        capture_output=True,
        check=True,
        timeout=240,
    )
    return found


def run(workflow: str, job: str, checkout: Path, environment: dict[str, str]) -> Run:
    backend = checkout.parent / "state"
    variables = {"PULUMI_BACKEND_URL": f"file://{backend}"}
    return run_job(workflow, job, checkout, environment, variables)


def test_what_was_reviewed_is_what_runs(
    checkout: Path, emulator: Emulator, environment: dict[str, str]
) -> None:
    review = run("preview.yml", "preview", checkout, environment)
    assert {review.outcomes[step] for step in ("preview", "summary", "page")} == {"success"}
    assert "unstick-push" in review.summary
    assert "<html" in (checkout / "report.html").read_text(encoding="utf-8")
    assert updated_ids(emulator) == []

    merge = run("up.yml", "up", checkout, environment)
    assert not merge.failed, merge.log
    assert updated_ids(emulator) == ["4f1c"]

    again = run("preview.yml", "preview", checkout, environment)
    assert again.outcomes["summary"] == "success", again.log


def test_a_job_that_moved_since_the_review_is_named(
    checkout: Path, emulator: Emulator, environment: dict[str, str]
) -> None:
    run("preview.yml", "preview", checkout, environment)
    emulator.set_job(*KEY, operation="UpdateBackendAuth", status="RUNNING")
    merge = run("up.yml", "up", checkout, environment)
    assert merge.outcomes["up"] == "failure"
    assert updated_ids(emulator) == []
    for word in ("unstick-push", "UpdateBackendAPI", "UpdateBackendAuth"):
        assert word in merge.summary


def test_a_preview_with_an_error_is_told_in_the_summary(
    checkout: Path, emulator: Emulator, environment: dict[str, str]
) -> None:
    emulator.remove_job(*KEY)
    review = run("preview.yml", "preview", checkout, environment)
    assert review.outcomes["preview"] == review.outcomes["summary"] == "failure"
    assert "the service has no such job" in review.summary
    assert review.outcomes["upload-artifact plan.json"] == "skipped"


def test_a_strict_up(checkout: Path, emulator: Emulator, environment: dict[str, str]) -> None:
    strict = run("up-strict.yml", "up", checkout, environment)
    assert not strict.failed, strict.log
    assert updated_ids(emulator) == ["4f1c"]
