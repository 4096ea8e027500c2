"""States of every release in the hands of this one's provider, call by call."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host
from tests.releases import RecordedStack, recorded
from tests.releases.in_host import resource
from tests.samples import APP, CREATED, ENVIRONMENT, job

from .conftest import ROOT
from .ruled import settled
from .stack import updates

OPENED = {
    "amplify-jobs:jobs": {
        "plain": {"jobId": "3", "status": "FAILED"},
        "hidden": {"jobId": "1", "status": "HIDDEN_STATUS"},
        "left": {"jobId": "2", "status": "FAILED", "when": {"status": "HIDDEN_WHEN"}},
    }
}
"""The config of the stack `sealed`, as the engine hands it on."""


def of_each_release(*names: str) -> pytest.MarkDecorator:
    """Have a test run with the stacks of these names, as each release recorded them."""
    return pytest.mark.parametrize("stack", recorded(*names), ids=str)


def settled_by(host: Host) -> dict[str, Any]:
    """Return what the state says of the last writes, by resource."""
    found = {name: each.outputs.get("settled") for name, each in host.resources.items()}
    return {name: each for name, each in found.items() if each}


@pytest.fixture
def carried_over(tmp_path: Path, emulator: Emulator) -> Iterator[Callable[..., Host]]:
    """Opens a host with a recorded stack, among the live jobs of that time."""
    with ExitStack() as opened:

        def carry_over(stack: RecordedStack, **config: Any) -> Host:
            for name in ("Pulumi.yaml", "__main__.py"):
                shutil.copy(ROOT / name, tmp_path)
            (tmp_path / "Pulumi.dev.yaml").write_text(stack.config)
            emulator.seed(stack.world)
            host = opened.enter_context(Host(tmp_path, endpoint=emulator.url, config=config))
            for urn, state in stack.resources().items():
                if "::pulumi:providers:" in urn:
                    host.snapshot.provider_config = state["inputs"]
                elif not urn.endswith("::amplify-jobs-dev"):
                    host.snapshot.put(resource(state))
            return host

        yield carry_over


@pytest.mark.also_without_frames
@of_each_release("declared", "targets")
def test_a_stack_at_rest_stays_at_rest(
    carried_over: Callable[..., Host], emulator: Emulator, stack: RecordedStack
) -> None:
    host = carried_over(stack)
    history = settled_by(host)
    assert len(history) >= 2
    for refresh in (False, True):
        preview = host.preview(refresh=refresh)
        assert (preview.changes, preview.refreshed, preview.errors) == ({}, {}, ())
        up = host.up(refresh=refresh)
        assert (up.changes, up.refreshed) == ({}, {})
    assert settled_by(host) == history
    gone = host.destroy()
    assert set(gone.changes.values()) == {"delete"}
    assert host.resources == {}
    assert updates(emulator) == []


@of_each_release("waiting")
def test_a_wait_in_vain_is_taken_up_again(
    carried_over: Callable[..., Host], emulator: Emulator, stack: RecordedStack
) -> None:
    host = carried_over(stack)
    assert host.preview(refresh=False).changes == {"unsettled": "update"}
    assert host.preview().changes == {"unsettled": "update"}
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    host.up(refresh=False)
    assert host.up().changes == {}
    assert updates(emulator) == []


@of_each_release("declared")
@pytest.mark.parametrize("refresh", [True, False])
def test_a_drift_is_a_change_that_is_told_from_the_one_before(
    carried_over: Callable[..., Host], emulator: Emulator, refresh: bool, stack: RecordedStack
) -> None:
    host = carried_over(stack)
    before = host.resources["updated"].inputs
    live = {"operation": "UpdateBackendAPI", "status": "RUNNING", "updated": "2025-11-24T00:00:00Z"}
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING", update_time=CREATED)
    emulator.set_job("d9rulesonly5678", "qa", "r/2", status="RUNNING", update_time=CREATED)
    preview = host.preview(refresh=refresh)
    assert preview.changes == {"updated": "update", "stuck": "update"}
    assert preview.steps["updated"].inputs != before
    assert preview.steps["updated"].inputs["plan"]["from"] == live
    back = sorted(line for line in preview.warnings if "and came back" in line)
    assert [line.split(" ")[0] for line in back] == [
        f"{APP}/{ENVIRONMENT}/4f1c",
        "d9rulesonly5678/qa/r%2F2",
    ]
    history = settled(host)
    host.up(refresh=refresh)
    assert updates(emulator) == [{"status": "FAILED"}] * 2
    assert settled(host) == ["d9rulesonly5678/qa/r%2F2", *history]
    assert host.up(refresh=refresh).changes == {}


@of_each_release("declared")
def test_what_was_left_alone_is_taken_once_it_may(
    carried_over: Callable[..., Host], emulator: Emulator, stack: RecordedStack
) -> None:
    host = carried_over(stack)
    emulator.set_job(APP, ENVIRONMENT, "99", status="RUNNING")
    emulator.seed([job("gone")])
    assert host.up().changes == {"left-alone": "update", "missing": "update"}
    assert updates(emulator) == [{"status": "FAILED"}] * 2
    assert host.up().changes == {}


@of_each_release("declared")
def test_another_config_is_recorded_without_a_call(
    carried_over: Callable[..., Host], emulator: Emulator, stack: RecordedStack
) -> None:
    host = carried_over(stack)
    declared = yaml.safe_load(stack.config)["config"]
    jobs, rules = declared["amplify-jobs:jobs"], declared["amplify-jobs:rules"]
    jobs["updated"]["when"] = {"status": "RUNNING"}
    del jobs["left-alone"]["when"]
    jobs["left-alone"]["status"] = "COMPLETED"
    rules["stuck"]["limit"] = 7
    history = settled(host)
    host.config = {"amplify-jobs:jobs": jobs, "amplify-jobs:rules": rules}
    changed = dict.fromkeys(("updated", "left-alone", "stuck"), "update")
    assert host.preview().changes == changed
    assert host.up().changes == changed
    assert settled(host) == history
    assert host.up().changes == {}
    assert updates(emulator) == []


@of_each_release("sealed", "program")
def test_secrets_stay_as_they_are(
    carried_over: Callable[..., Host], emulator: Emulator, stack: RecordedStack
) -> None:
    host = carried_over(stack, **(OPENED if stack.name == "sealed" else {}))
    provider = host.plugin().provider
    found = {name: old for name, old in host.resources.items() if name != "ignored"}
    for old in found.values():
        live = provider.read(old)
        assert live.id == old.id
        inputs = old.inputs if live.inputs is None else live.inputs
        refreshed = replace(old, inputs=inputs, outputs=live.outputs)
        assert provider.diff(refreshed, old.inputs).changes is False
        checked = provider.check(old.urn, inputs, {**old.goal.inputs, "__urn": old.urn})
        assert checked.failures == {}
        for outputs in (live.outputs, old.outputs):
            difference = provider.diff(replace(refreshed, outputs=outputs), checked.inputs)
            assert difference.changes is False
            assert difference.replaces == ()
        updated = provider.update(old, checked.inputs)
        assert updated.outputs.get("settled") == old.outputs.get("settled")
    assert updates(emulator) == []
