"""`plan` and `apply` listen nowhere, as docs/security.md says."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from ..listening import listening, needs_proc
from ..samples import job
from ..waiting import until
from .conftest import Project


@needs_proc
@pytest.mark.parametrize(
    ("arguments", "last"),
    [(("plan",), "GetBackendJob"), (("apply", "--yes"), "UpdateBackendJob")],
)
def test_a_command_opens_no_port(
    project: Project, emulator: Emulator, arguments: tuple[str, ...], last: str
) -> None:
    emulator.seed([job("1")])
    project.declare({"push": {"jobId": "1", "status": "FAILED"}})
    emulator.fault("blackhole", operation=last)
    process = project.start(*arguments)
    try:
        until(lambda: bool(emulator.requests(last)))
        assert process.poll() is None, "it waits for the answer to its last call"
        assert listening(process.pid) == set()
    finally:
        process.kill()
        process.communicate()
