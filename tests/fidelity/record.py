"""Record the engine's calls anew: `python -m tests.fidelity.record`, with a `pulumi` on PATH."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

from ..conftest import CREDENTIALS
from .driven import under_engine
from .scenarios import SCENARIOS

TRANSCRIPTS = Path(__file__).parent / "transcripts"


def main() -> None:
    """Write a file for each scenario."""
    os.environ.update(CREDENTIALS)
    version = subprocess.check_output(["pulumi", "version"], text=True).strip().removeprefix("v")
    for name, scenario in SCENARIOS.items():
        with tempfile.TemporaryDirectory() as folder:
            runs = under_engine(scenario, Path(folder))
        document = {"engine": f"v{version}", "runs": runs}
        (TRANSCRIPTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
