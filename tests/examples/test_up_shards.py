"""The script of many-accounts: a stack for each shard, several at once, and one summary."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from demo import sessions
from pulumi_amplify_jobs.emulator import Emulator
from tests.needs import needs_engine
from tests.updates import written
from tests.waiting import until

from .conftest import EXAMPLES, Done, Example

SCRIPT = "up_shards.py"

pytestmark = pytest.mark.parametrize("example", ["many-accounts"], indirect=True)


def up(example: Example, *arguments: str) -> Done:
    return example.run(sys.executable, SCRIPT, "4", *arguments)


@needs_engine
def test_every_shard_is_brought_up_once(example: Example, emulator: Emulator) -> None:
    first = up(example, "--parallel", "2")
    assert first.code == 0, first.output
    assert first.output.endswith("4 of 4 stacks are up.\n")
    updates = emulator.requests("UpdateBackendJob")
    assert {(each.account_id, each.region, each.job_id) for each in updates} == {
        ("111122223333", "eu-west-1", "a1"),
        ("111122223333", "us-east-1", "77"),
        ("444455556666", "eu-west-1", "b2"),
    }
    assert len(updates) == 3

    emulator.clear_requests()
    second = up(example, "--parallel", "2")
    assert second.code == 0, second.output
    assert "create" not in second.output
    assert written(emulator) == set()


@needs_engine
def test_a_stack_that_fails_holds_back_no_other(example: Example, emulator: Emulator) -> None:
    emulator.fault("denied", account_id="444455556666")
    done = up(example, "--parallel", "1")
    assert done.code == 1
    assert written(emulator) == {"a1", "77"}
    told = [line for line in done.output.splitlines() if line.startswith("shard ")]
    assert [line.split(":")[0] for line in told] == [
        "shard 1/4",
        "shard 2/4",
        "shard 3/4 failed",
        "shard 4/4",
    ]
    assert "ListApps in target blog-eu: access denied" in done.output
    assert done.output.endswith("3 of 4 stacks are up. Failed: 3/4.\n")
    assert "Traceback" not in done.output


@needs_engine
def test_a_target_that_fails_holds_back_no_other_of_its_stack(
    example: Example, emulator: Emulator
) -> None:
    emulator.fault("denied", account_id="444455556666")
    done = example.run(sys.executable, SCRIPT, "1")
    assert done.code == 1
    assert written(emulator) == {"a1", "77"}
    assert "ListApps in target blog-eu: access denied" in done.output
    assert done.output.endswith("0 of 1 stacks are up. Failed: 1/1.\n")


@needs_engine
def test_after_an_interrupt_no_other_stack_begins(example: Example, emulator: Emulator) -> None:
    emulator.latency = 0.5
    line = [sys.executable, SCRIPT, "4", "--parallel", "1"]
    process = sessions.start(line, example.folder, example.environment)
    try:
        until(emulator.requests, "a first call")
        # As a terminal does; the plugins, which the engine ends, are in groups of their own.
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=240)
    finally:
        sessions.end(process)
    assert process.returncode == 1
    assert "Interrupted. 0 of 4 stacks are up." in stdout
    assert "Traceback" not in stderr
    assert not (example.folder / "Pulumi.dev-2-of-4.yaml").exists()


@pytest.mark.parametrize("wrong", ["0", "-1", "four"])
def test_a_wrong_number_is_one_line(example: Example, wrong: str) -> None:
    done = example.run(sys.executable, SCRIPT, "--", wrong)
    assert done.code == 2
    assert f"argument shards: invalid positive value: '{wrong}'" in done.output


def test_without_pulumi_it_says_so(example: Example, tmp_path: Path) -> None:
    alone = Example(example.folder, {**example.environment, "PATH": str(tmp_path)})
    done = up(alone)
    assert done.code == 1
    assert "No such file or directory: 'pulumi'" in done.output
    assert "Traceback" not in done.output


def test_it_is_short(example: Example) -> None:
    text = (EXAMPLES / "many-accounts" / SCRIPT).read_text(encoding="utf-8")
    assert len(text.splitlines()) < 100
