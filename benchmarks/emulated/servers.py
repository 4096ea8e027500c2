"""The servers that are measured, each a process of its own that ends with its block."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

EMULATOR = ["-c", "from pulumi_amplify_jobs.cli import main; main()", "emulator", "--port", "0"]
_URL = re.compile(r"http://\S+:\d+")


def bare(body: bytes) -> list[str]:
    """Return the arguments of a server that answers everything with the body."""
    return ["-m", "benchmarks.emulated.bare", body.decode()]


def emulator(*options: str | Path) -> list[str]:
    """Return the arguments of an emulator with these options."""
    return [*EMULATOR, *map(str, options)]


def seed(path: Path, jobs: list[dict[str, str]]) -> Path:
    """Write a seed, and return its path."""
    path.write_text(json.dumps({"jobs": jobs}))
    return path


@contextmanager
def serving(arguments: list[str]) -> Generator[str, None, None]:
    """Run a server of this Python, and give its URL."""
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            found = _URL.search(process.stdout.readline())
            if found is None:
                sys.exit(f"bench: {' '.join(arguments)} did not start")
            yield found[0]
        finally:
            process.terminate()
