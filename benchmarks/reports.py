"""What a report of 1,000 jobs with 300 changes costs, beside a Python that only parses the preview.

The preview is what the engine wrote of one drifted and one unchanged job, each many times over.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from .startup import SCRIPT
from .timing import medians

RECORDED = Path(__file__).parents[1] / "tests/report/previews/drift.json"
JOBS, CHANGES = 1000, 300
PADDING = "x" * 9000
"""Stands for the stack traces of the program, which the engine writes into each step."""
ROUNDS = 7
MOST_SECONDS = 1.0
FORMATS = ("markdown", "json", "html")


def main() -> int:
    """Measure, print, and say with the exit code whether every format is made within a second."""
    with tempfile.TemporaryDirectory() as folder:
        preview = Path(folder) / "preview.json"
        preview.write_text(json.dumps(a_preview()))
        parse = f"import json; json.load(open({str(preview)!r}))"
        programs = {
            "json.load": [sys.executable, "-c", parse],
            **{form: [SCRIPT, "report", "--format", form, str(preview)] for form in FORMATS},
        }
        # 2 is the exit code where changes are pending.
        found = medians(programs, ROUNDS, codes=(0, 2))
    print(f"a report of {JOBS} jobs with {CHANGES} changes, median of {ROUNDS} rounds")
    for name, median in found.items():
        print(f"  {name}: {median * 1000:.0f} ms, ratio {median / found['json.load']:.2f}")
    slowest = max(found.values())
    print(f"  slowest {slowest:.2f} s (at most {MOST_SECONDS})")
    return 0 if slowest <= MOST_SECONDS else 1


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


if __name__ == "__main__":
    sys.exit(main())
