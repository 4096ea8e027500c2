"""What this stack settled and is live again as before is said in the preview, run after run."""

from __future__ import annotations

import re

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host

from ..samples import APP, ENVIRONMENT, job
from .resources import wanted
from .ruled import RULE, Ruled
from .stack import Stack

MOMENT = r"\d+[smh].* ago \(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\)"
JOB = f"{APP}/{ENVIRONMENT}/1"


@pytest.fixture
def settled(emulator: Emulator, stack: Stack) -> Stack:
    """A stack that has written its job."""
    emulator.seed([job("1")])
    stack.jobs["push"] = wanted("1", status="FAILED")
    stack.up()
    return stack


def warned(stack: Stack, *, refresh: bool) -> list[str]:
    """Return what a preview warns of, each line below its resource."""
    stack.preview(refresh=refresh)
    result = stack.host.preview(refresh=refresh)
    assert {line.resource for line in result.log if line.severity == "warning"} <= {"push"}
    return result.warnings


@pytest.mark.parametrize("refresh", [True, False])
def test_a_job_that_came_back_is_told_once_in_every_preview(
    emulator: Emulator, settled: Stack, refresh: bool
) -> None:
    assert warned(settled, refresh=refresh) == []
    for _ in range(2):
        emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
        (line,) = warned(settled, refresh=refresh)
        told = f"{JOB} was settled {MOMENT}, and came back: status RUNNING again; another stack"
        assert re.match(told, line), line
        settled.up(refresh=refresh)


def test_any_other_drift_is_none(emulator: Emulator, settled: Stack) -> None:
    emulator.set_job(APP, ENVIRONMENT, "1", status="COMPLETED")
    assert warned(settled, refresh=True) == []


def test_a_saved_plan_holds_whatever_the_age(emulator: Emulator, settled: Stack) -> None:
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    planned = settled.preview()["push"]
    assert "settled" not in planned.inputs
    assert settled.up()["push"].inputs == planned.inputs


def test_the_moment_of_the_write_stays_while_nothing_is_written(settled: Stack) -> None:
    moment = settled.state["push"].outputs["settled"]
    settled.jobs["push"] = wanted("1", status="FAILED", when={"status": "RUNNING"})
    settled.up()
    settled.refresh()
    assert settled.state["push"].outputs["settled"] == moment


def again(host: Host) -> list[str]:
    return [line for line in host.preview().warnings if "came back" in line]


def test_a_rules_job_that_came_back_is_told(ruled: Ruled, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2")])
    host = ruled(stuck=RULE)
    host.up()
    assert again(host) == []
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    (line,) = again(host)
    assert re.match(f"{JOB} was settled {MOMENT}, and came back; another stack", line), line
