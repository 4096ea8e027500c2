"""Where AWS can't be called: the cause and the cure in one line, from the real command."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_amplify_jobs.cli import cli

from ..client.places import Place
from ..client.situations import SITUATIONS, arranged
from ..samples import APP, ENVIRONMENT

JOBS = {
    "a": {"appId": APP, "backendEnvironmentName": ENVIRONMENT, "jobId": "4f1c", "status": "FAILED"}
}


def run_in(place: Place, monkeypatch: pytest.MonkeyPatch, *command: str) -> Result:
    """Run a command in this process, in the environment of a situation."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name, value in place.environment.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    project = place.folder / "project"
    project.mkdir(exist_ok=True)
    (project / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    config = {**place.config, "amplify-jobs:jobs": JOBS}
    (project / "Pulumi.dev.yaml").write_text(json.dumps({"config": config}))
    return CliRunner().invoke(cli, [*command, "-C", str(project)])


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_cause_and_the_cure_are_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    situation = SITUATIONS[name]
    with arranged(situation, Place(tmp_path)) as place:
        result = run_in(place, monkeypatch, "plan", "--json")
    assert result.exit_code == 1, result.output
    [job] = json.loads(result.stdout)["jobs"]
    said = job["reason"]
    assert situation.cause in said
    assert situation.cure in said
    assert not [word for word in situation.never if word in said], said


WITHOUT_A_STACK = [
    ("discover",),
    ("list", f"{APP}/{ENVIRONMENT}"),
    ("watch", f"{APP}/{ENVIRONMENT}"),
]


@pytest.mark.parametrize("command", WITHOUT_A_STACK)
@pytest.mark.parametrize(
    ("name", "option"),
    [("no region", "use --region or --stack"), ("no credentials at all", "use --profile")],
)
def test_no_key_of_a_stack_is_advised_where_none_is_read(
    command: tuple[str, ...],
    name: str,
    option: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with arranged(SITUATIONS[name], Place(tmp_path)) as place:
        result = run_in(place, monkeypatch, *command)
        of_stack = run_in(place, monkeypatch, *command, "-s", "dev")
    assert result.exit_code == 1
    assert option in result.stderr
    assert "aws:" not in result.stderr
    assert SITUATIONS[name].cure in of_stack.stderr
