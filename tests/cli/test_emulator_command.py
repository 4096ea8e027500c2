"""`emulator`: what its options do, and one line for each that can't be."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import get_args

import httpx
import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.cli.emulator import UPDATES
from pulumi_amplify_jobs.emulator import FAULT_KINDS, load_seed, parse_fault
from pulumi_amplify_jobs.emulator.store import Updates
from tests.waiting import DEADLINE

from ..emulator.conftest import make_client
from ..emulator.processes import running
from .conftest import Project

SEED = """
jobs:
  - {appId: app, backendEnvironmentName: dev, jobId: j, status: RUNNING}
"""


def test_it_says_where_it_listens_and_ends_on_ctrl_c(project: Project, tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text(SEED)
    with project.start("emulator", "--port", "0", "--seed", "seed.yaml") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+", first)
        assert match, first
        assert f"amplify-jobs:endpoint: {match[0]}\n" in process.stdout.readline()
        answer = httpx.get(f"{match[0]}/backend/app/job/dev/j")
        assert answer.json()["status"] == "RUNNING"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=DEADLINE)
    assert (process.returncode, errors) == (0, "")


def test_the_help_names_every_kind_of_fault_and_its_seed_is_one(
    tmp_path: Path,
) -> None:
    text = CliRunner().invoke(cli, ["emulator", "--help"]).output
    kinds = text.partition("Kinds: ")[2].partition(".")[0]
    assert set(re.findall(r"\w+", kinds)) - {"or", "throttle"} == set(FAULT_KINDS)
    for fault in re.findall(r"--fault (\S+=\d\S*)", text):
        parse_fault(fault)
    seed = text.partition("  jobs:\n")[2].partition("\n\n")[0]
    (tmp_path / "seed.yaml").write_text(f"  jobs:\n{seed}\n")
    [job] = load_seed(tmp_path / "seed.yaml").jobs
    assert (job.age, job.then and job.then.status) == ("40h", "COMPLETED")


SECRET = "AMPLIFY_JOBS_EMULATOR_SECRET_KEY"


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--access-key", "AKIDEXAMPLE", "--secret-key", "made-up"], {}),
        (["--access-key", "AKIDEXAMPLE"], {SECRET: "made-up"}),
    ],
)
def test_it_checks_signatures_with_the_keys_it_is_given(
    arguments: list[str], environment: dict[str, str]
) -> None:
    with running(*arguments, environment=environment) as emulator:
        assert emulator.process.stdout is not None
        said = [emulator.process.stdout.readline() for _ in range(3)]
        assert said[2] == "  credentials:        AWS_ACCESS_KEY_ID=AKIDEXAMPLE, and its secret\n"
        assert "made-up" not in "".join(said)
        assert httpx.get(f"{emulator.url}/backend/app/job/dev/j").status_code == 403
        client = make_client(emulator.url)
        with pytest.raises(client.exceptions.NotFoundException):
            client.get_backend_job(AppId="app", BackendEnvironmentName="dev", JobId="j")


def test_the_secret_is_needed_and_of_no_use_alone(project: Project) -> None:
    result = project.run("emulator", env={**os.environ, SECRET: "made-up"})
    assert result.stderr == (
        "error: --secret-key needs --access-key; see amplify-jobs emulator --help\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--access-key", "A"], "error: --access-key needs --secret-key; see amplify-jobs emul"),
        (["--region", "eu-west-1"], "error: --region needs --access-key and --secret-key; see"),
        (["--db", "none/jobs.db"], "error: none/jobs.db: cannot be used: unable to open"),
        (["--db", "Pulumi.yaml"], "error: Pulumi.yaml: is not an SQLite database; name a new"),
        (["--log", "."], "error: .: cannot be written: Is a directory\n"),
        (["--seed", "none.yaml"], "error: none.yaml: can't be read: No such file or directory\n"),
        (["--port", "70000"], "error: cannot listen on 127.0.0.1 port 70000: ports range from"),
        (["--fault", "nope=1"], "error: fault 'nope=1': unknown kind 'nope': one of 429,"),
        (["--fault", "slow@soon=1"], "error: fault 'slow@soon=1': 'soon' is not a duration: write"),
        (["--latency", "-1"], "error: Invalid value for '--latency'"),
    ],
)
def test_what_is_wrong_is_one_line(project: Project, arguments: list[str], said: str) -> None:
    result = project.run("emulator", *arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1


def test_listening_beyond_this_machine_is_announced_with_a_warning(project: Project) -> None:
    options = ("--host", "0.0.0.0", "--allow-host", "emulator.internal")
    # The port can't be, so that nothing listens for this test.
    result = project.run("emulator", *options, "--port", "70000")
    warning, error = result.stderr.splitlines()
    assert warning.startswith("warning: --host 0.0.0.0 lets anyone who can reach port 70000 of")
    assert "names without a dot, emulator.internal (" in warning
    assert error.startswith("error: cannot listen on 0.0.0.0 port 70000")


def test_it_offers_every_behaviour_of_updates() -> None:
    assert get_args(Updates) == UPDATES
