"""States that somebody has edited by hand: what is damaged is recorded anew, and nothing fails."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing.wire import Bag

from ..samples import APP, job
from .resources import wanted
from .ruled import RULE, Ruled
from .stack import Stack, updates

KEY = ("app_id", "backend_environment_name", "job_id")
ODD: tuple[Any, ...] = (7.0, True, ["x"], {"x": "y"}, "x")
FIELDS = ("update_time", "create_time", "settled", "plan", "declared", "skipped")
DAMAGE: list[Mapping[str, Any]] = [
    dict.fromkeys(KEY),
    {"declared": None},
    *(dict.fromkeys(FIELDS, value) for value in ODD),
    dict.fromkeys((*KEY, "status", "operation", "error", "created", "unsettled"), 7.0),
]


def without(fields: Collection[str], bag: Bag) -> Bag:
    return {field: value for field, value in bag.items() if field not in fields}


@pytest.mark.parametrize("damage", DAMAGE, ids=str)
def test_what_is_damaged_is_recorded_anew(
    emulator: Emulator, stack: Stack, damage: Mapping[str, Any]
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    sound = dict(stack.state["push"].outputs)
    emulator.clear_requests()
    for refresh in (True, False):
        outputs = stack.state["push"].outputs
        for field, value in damage.items():
            if value is None:
                outputs.pop(field, None)
            else:
                outputs[field] = value
        stack.preview(refresh=refresh)
        stack.up(refresh=refresh)
        assert stack.up(refresh=refresh)["push"].operation == "same"
        if refresh:
            lost = ("plan", "settled", "skipped", "created")
            assert without(lost, stack.state["push"].outputs) == without(lost, sound)
    assert updates(emulator) == []


def test_what_is_damaged_in_a_rule_s_history_is_dropped(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    host = ruled(stuck=RULE)
    host.up()
    [entry] = host.resources["stuck"].outputs["settled"]
    odd = [7.0, "x", {**entry, "time": 7.0}, {**entry, "job": None}, {**entry, "from": "x"}]
    for number, damaged in enumerate((7.0, [*odd, entry])):
        host.snapshot.resources[host.resources["stuck"].urn].outputs["settled"] = damaged
        assert host.preview().changes == {}
        emulator.set_job(APP, "prod", "1", status="RUNNING")
        assert host.preview().changes == {"stuck": "update"}
        host.up()
        [_, *before] = host.resources["stuck"].outputs["settled"]
        assert before == ([entry] if number == 1 else [])
