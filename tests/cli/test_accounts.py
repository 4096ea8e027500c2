"""A wrong AWS account: one line that names both accounts, from every command, and no other call."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from ..client.scripted import serving
from ..client.stand_ins import ACCOUNT, sts
from ..samples import APP, job
from .conftest import Project

OTHER = "999999999999"
LINE = (
    f"the credentials belong to AWS account {ACCOUNT} (arn:aws:iam::{ACCOUNT}:user/ann), "
    f"but amplify-jobs:allowedAccountIds allows only {OTHER}; sign in to that account, or correct "
    "amplify-jobs:allowedAccountIds"
)
JOBS = {name: {"jobId": name, "status": "FAILED"} for name in ("1", "2", "3")}
RULE = {
    "unstick": {
        "apps": ["*"],
        "environments": ["*"],
        "match": {"status": "RUNNING", "olderThan": "1h"},
        "limit": 5,
        "set": {"status": "FAILED"},
    }
}
COMMANDS = [
    ["plan"],
    ["apply", "--yes"],
    ["list"],
    ["watch", "--timeout", "5s"],
    ["discover", "--stack", "dev"],
    ["discover", APP, "--stack", "dev"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_wrong_account_is_one_line_and_nothing_else_is_called(
    project: Project, emulator: Emulator, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.seed([job(name) for name in JOBS])
    with serving(sts) as tokens:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        project.declare(JOBS, allowedAccountIds=[OTHER])
        result = project.invoke(*command)
    assert result.exit_code == 1
    assert result.stderr.count(LINE) <= 1
    assert LINE in result.output
    assert emulator.requests() == []
    assert len(tokens.requests) == 1


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]])
def test_a_rule_is_held_back_as_well(
    project: Project, emulator: Emulator, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(sts) as tokens:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        project.declare({}, allowedAccountIds=[OTHER], rules=RULE)
        result = project.invoke(*command)
    assert result.exit_code == 1
    assert LINE in result.output
    assert emulator.requests() == []


@pytest.mark.parametrize("command", COMMANDS[:5], ids=" ".join)
def test_the_right_account_passes(
    project: Project, emulator: Emulator, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.seed([job(name, "FAILED") for name in JOBS])
    with serving(sts) as tokens:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", tokens.url)
        project.declare(JOBS, allowedAccountIds=[ACCOUNT], forbiddenAccountIds=[OTHER])
        result = project.invoke(*command)
    assert (result.exit_code, "credentials" in result.output) == (0, False), result.output
    assert emulator.requests() != []
