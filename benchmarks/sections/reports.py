"""What a report of 1,000 jobs with 300 changes costs, beside a Python that only parses the preview.

The preview is what the engine wrote of one drifted and one unchanged job, each many times over.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..columns.commands import PENDING, SCRIPT
from ..results import Measurement
from ..running.commands import Command
from .turns import in_turn

STUDY = "report"
PARSE = "json.load of the preview"
RECORDED = Path(__file__).parents[2] / "tests/report/previews/drift.json"
JOBS, CHANGES = 1000, 300
PADDING = "x" * 9000
"""Stands for the stack traces of the program, which the engine writes into each step."""
ROUNDS = 7
FORMATS = ("markdown", "json", "html")


def column(form: str) -> str:
    """Return what the report in a format is called."""
    return f"amplify-jobs report --format {form}"


def measure() -> tuple[Measurement, ...]:
    """Return what each format took in each round."""
    with tempfile.TemporaryDirectory() as folder:
        preview = Path(folder) / "preview.json"
        preview.write_text(json.dumps(a_preview()))
        parse = f"import json; json.load(open({str(preview)!r}))"
        programs = {
            PARSE: Command((sys.executable, "-c", parse)),
            **{
                column(form): Command(
                    (SCRIPT, "report", "--format", form, str(preview)), codes=PENDING
                )
                for form in FORMATS
            },
        }
        return in_turn(STUDY, programs, ROUNDS)


def a_preview() -> dict[str, Any]:
    """Return a preview of many jobs, of the size that the engine's own has."""
    digest: dict[str, Any] = json.loads(RECORDED.read_text())
    drifted = [step for step in digest["steps"] if step["urn"].endswith("::a")]
    unchanged = [step for step in digest["steps"] if step["urn"].endswith("::c")]
    steps = [
        {**json.loads(json.dumps(step).replace('"1"', f'"{each}"')), "stackTrace": PADDING}
        | {"urn": f"{step['urn'][:-1]}job-{each:04}"}
        for each in range(JOBS)
        for step in (drifted if each < CHANGES else unchanged)
    ]
    return {**digest, "steps": steps}
