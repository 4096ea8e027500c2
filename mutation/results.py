"""What a run of mutmut found in one module."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mutmut.configuration import reset_config
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from .kept import Result, Survivor
from .workspace import PACKAGE

NOTICED = ("killed", "timeout", "segfault", "caught by type check")
"""How a mutant ends that the tests noticed; one that runs for ever counts as noticed."""


def read(folder: Path, module: str, commit: str) -> Result:
    """Return what was found in a workspace. Raises ValueError where a mutant was not tried."""
    path = f"{PACKAGE}/{module}.py"
    meta = json.loads((folder / "mutants" / f"{path}.meta").read_text(encoding="utf-8"))
    statuses = {name: status_by_exit_code[code] for name, code in meta["exit_code_by_key"].items()}
    counts = Counter(statuses.values())
    odd = counts.keys() - {*NOTICED, "survived", "no tests"}
    if odd:
        raise ValueError(f"{module}: mutants that are {', '.join(sorted(odd))}: see {folder}")
    with _inside(folder):
        survivors = sorted(
            _survivor(name, path) for name, status in statuses.items() if status not in NOTICED
        )
    return Result(commit, len(statuses), tuple(survivors))


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    reset_config()
    try:
        yield
    finally:
        os.chdir(before)
        reset_config()


def _survivor(name: str, path: str) -> Survivor:
    function, owner = orig_function_and_class_names_from_key(name)
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    return Survivor(
        f"{owner}.{function}" if owner else function,
        _side(lines, "-"),
        _side(lines, "+"),
    )


def _side(lines: list[str], sign: str) -> str:
    """Return the changed lines of one side, each without what is around it."""
    return "\n".join(line[1:].strip() for line in lines if line.startswith(sign))
