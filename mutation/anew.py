"""Tries the mutants of a module that works while it is imported: each in a process of its own.

mutmut forks once everything is imported, so what runs only then is the same in each mutant.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from mutmut.stats import status_by_exit_code

from .workspace import PACKAGE

KILLED, SURVIVED = 1, 0


def try_anew(folder: Path, module: str, tests: Sequence[str], jobs: int) -> None:
    """Try with all the tests each mutant that no test noticed, and write down what becomes of it.

    Raises ValueError where the tests fail without a mutant.
    """
    path = folder / "mutants" / PACKAGE / f"{module}.py.meta"
    meta = json.loads(path.read_text(encoding="utf-8"))
    codes = meta["exit_code_by_key"]
    left = [key for key in codes if status_by_exit_code[codes[key]] in ("survived", "no tests")]
    passes = partial(_passes, folder / "mutants", [f"tests/{each}" for each in tests])
    if not passes(""):
        raise ValueError(f"{module}: the tests fail without a mutant, in {folder}")
    with ThreadPoolExecutor(jobs) as pool:
        for key, survives in zip(left, pool.map(passes, left), strict=True):
            codes[key] = SURVIVED if survives else KILLED
    path.write_text(json.dumps(meta), encoding="utf-8")


def _passes(folder: Path, tests: Sequence[str], mutant: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--hypothesis-seed=0", *tests],
        cwd=folder,
        env={**os.environ, "MUTANT_UNDER_TEST": mutant, "PYTHONPATH": str(folder)},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
