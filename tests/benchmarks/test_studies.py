"""The smallest study, measured for real without an engine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.results import Results
from benchmarks.world import Phase

MEASURE = """
from benchmarks.columns.commands import COMMANDS
from benchmarks.columns.instead import BOTO3_16
from benchmarks.results import Machine, Results
from benchmarks.sections.studies import Study, measure
from benchmarks.world import Phase, Scale

study = Study("tiny", Scale(2, 1), (COMMANDS, BOTO3_16), dict.fromkeys(Phase, 1))
print(Results(Machine((), {}, 0, 0), {}, tuple(measure(study))).to_json())
"""


@pytest.fixture(scope="module")
def results() -> Results:
    """What the study finds, in a process without other children."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=False, timeout=400
    )
    assert run.returncode == 0, run.stderr
    return Results.from_json(run.stdout)


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="not Linux, measuring needs it")

LIST, GET, UPDATE = "ListBackendJobs", "GetBackendJob", "UpdateBackendJob"
CALLS = {
    ("amplify-jobs", Phase.FIRST_PREVIEW): {LIST: 1},
    ("amplify-jobs", Phase.FIRST_UP): {LIST: 1, GET: 2, UPDATE: 2},
    ("amplify-jobs", Phase.UNCHANGED): {LIST: 1},
    ("amplify-jobs", Phase.DRIFT_PREVIEW): {LIST: 1},
    ("amplify-jobs", Phase.DRIFT_UP): {LIST: 1, GET: 1, UPDATE: 1},
    ("boto3, 16 threads", Phase.FIRST_PREVIEW): {GET: 2},
    ("boto3, 16 threads", Phase.FIRST_UP): {GET: 2, UPDATE: 2},
    ("boto3, 16 threads", Phase.UNCHANGED): {GET: 2},
    ("boto3, 16 threads", Phase.DRIFT_PREVIEW): {GET: 2},
    ("boto3, 16 threads", Phase.DRIFT_UP): {GET: 2, UPDATE: 1},
}


@pytest.mark.parametrize(("column", "phase"), CALLS, ids=str)
def test_each_phase_begins_as_it_should(results: Results, column: str, phase: Phase) -> None:
    found = results.find("tiny", phase.value, column)
    assert found is not None
    (run,) = found.runs
    assert run.calls == CALLS[column, phase]
    assert run.seconds > 0
    assert run.cpu
    assert run.left == (0 if phase in (Phase.FIRST_UP, Phase.DRIFT_UP) else None)
