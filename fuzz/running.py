"""Running the fuzzer, libFuzzer by way of atheris, in a process for each target."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from .target import HERE

FOUND = HERE.parent / "build" / "fuzz"
"""Where the inputs of all runs on this machine are kept."""

SLOWEST = 10
"""Seconds after which one input counts as a hang."""

MOST_MEMORY = 1024
"""MiB that the process may have."""

_INPUTS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_BROKE = re.compile(
    r"^ === Uncaught Python exception: ===\n(?P<said>.+)$|^SUMMARY: (?P<summary>.+)$", re.MULTILINE
)


@dataclass(frozen=True)
class Found:
    """What came of a run."""

    inputs: int
    broke: str | None
    """What went wrong, in a line."""


def unavailable() -> str | None:
    """Return why nothing can be tried here, or None."""
    if find_spec("atheris") is None:
        return "atheris is not installed, which is for Linux on x86-64: run make fuzz"
    return None


def fuzz(name: str, seconds: int, *, seed: int = 0) -> Found:
    """Try a target so long; an input that breaks it is kept in its crashes."""
    broken, grown = FOUND / "broken" / name, FOUND / name
    for folder in (broken, grown):
        folder.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-timeout={SLOWEST}",
        f"-rss_limit_mb={MOST_MEMORY}",
        f"-artifact_prefix={broken}/",
        "-len_control=0",
        "-print_final_stats=1",
    ]
    said = _run(name, [*options, str(grown), str(HERE / "corpus" / name)])
    (FOUND / f"{name}.log").write_text(said)
    crashes = HERE / "crashes" / name
    for path in broken.iterdir():
        crashes.mkdir(parents=True, exist_ok=True)
        shutil.move(path, crashes / path.name)
    inputs = _INPUTS.search(said)
    broke = _BROKE.search(said)
    reason = (broke["said"] or broke["summary"]) if broke else None
    if inputs is None and reason is None:
        reason = said.strip().splitlines()[-1] if said.strip() else "the fuzzer said nothing"
    return Found(int(inputs[1]) if inputs else 0, reason)


def _run(name: str, options: Sequence[str]) -> str:
    """Run the fuzzer to its end, and return what it said."""
    line = [sys.executable, "-m", "fuzz.one", name, *options]
    done = subprocess.run(
        line, cwd=HERE.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.stdout.decode("utf-8", "replace")
