"""What a preview and an up must be allowed: the policies of the pages, and no more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host, RunFailedError
from reference.permissions import PREVIEW, RULES_PREVIEW, RULES_UP, UP
from tests.permissions import JOBS, RULE, denial, made, permit, seed, without
from tests.stack_config import stack_config

from .conftest import Open

PROGRAM = "from pulumi_amplify_jobs import program; program.run()"
RUNS = {
    "preview": (PREVIEW, {}),
    "up": (UP, {}),
    "preview with rules": (RULES_PREVIEW, {"stuck": RULE}),
    "up with rules": (RULES_UP, {"stuck": RULE}),
}
TAKEN_AWAY = [(name, action) for name, (actions, _) in RUNS.items() for action in actions]


def start(name: str, project: Path, opened: Open, emulator: Emulator) -> Host:
    seed(emulator)
    rules = RUNS[name][1]
    config = stack_config(emulator.url, JOBS, **({"rules": rules} if rules else {}))
    (project / "Pulumi.dev.yaml").write_text(json.dumps({"config": config}))
    return opened(PROGRAM, endpoint=emulator.url)


def run(host: Host, name: str) -> None:
    if name.startswith("up"):
        host.up()
    else:
        host.preview()


@pytest.mark.parametrize("name", RUNS)
def test_a_run_needs_its_policy_and_uses_all_of_it(
    name: str, project: Path, opened: Open, emulator: Emulator
) -> None:
    actions, _ = RUNS[name]
    host = start(name, project, opened, emulator)
    permit(emulator, actions)
    run(host, name)
    assert made(emulator) == set(actions)


@pytest.mark.parametrize(("name", "action"), TAKEN_AWAY)
def test_without_one_action_a_run_fails_with_a_line_that_names_it(
    name: str, action: str, project: Path, opened: Open, emulator: Emulator
) -> None:
    host = start(name, project, opened, emulator)
    permit(emulator, without(RUNS[name][0], action))
    with pytest.raises(RunFailedError, match=denial(action)):
        run(host, name)
