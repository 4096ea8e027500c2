"""Stories that once ended badly, told again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .forked import ForkServer
from .lab import Lab
from .universe import HERE


@pytest.fixture
def lab() -> Iterator[Lab]:
    server = ForkServer()
    lab = Lab(server)
    yield lab
    lab.close()
    server.close()


def latest(asked: dict[str, Any], **wishes: str) -> dict[str, Any]:
    where = {"appId": "dshop", "backendEnvironmentName": "prod"}
    return {**where, "jobId": {"latest": asked}, **wishes}


def test_a_write_made_another_job_the_latest(lab: Lab) -> None:
    """The up failed, as two declarations had the same job, where its preview had not."""
    lab.declare("c", latest({}, status="RUNNING"))
    lab.declare("b", latest({"status": "RUNNING"}, status="COMPLETED"))
    lab.move(HERE, ("dshop", "prod", "3"), "FAILED")
    assert lab.preview() is not None
    lab.converge()
    assert [run.failed for run in lab.runs] == [False, False, False]
