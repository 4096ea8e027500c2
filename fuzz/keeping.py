"""Which inputs are kept: the smallest that together run every line that any of them runs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from .running import FOUND
from .target import Target

KEPT = 60
"""The most files of a corpus in git."""

LARGEST = 2048
"""The most bytes of one of them."""

WATCHED = ("/pulumi_amplify_jobs/", "/botocore/parsers.py")

Place = tuple[str, int]


@contextmanager
def _watching(ran: set[Place]) -> Iterator[None]:
    """Note each line of the watched files that runs."""

    def lines(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            ran.add((frame.f_code.co_filename, frame.f_lineno))
        return lines

    def calls(frame: FrameType, _event: str, _: Any) -> Any:
        watched = any(part in frame.f_code.co_filename for part in WATCHED)
        return lines if watched else None

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        yield
    finally:
        sys.settrace(before)


def lines_run(target: Target, data: bytes) -> Set[Place]:
    """Return the lines that an input has run."""
    ran: set[Place] = set()
    with _watching(ran):
        target.check(data)
    return ran


def worth_keeping(target: Target, found: Iterable[bytes]) -> list[bytes]:
    """Return the inputs to keep, those that run the most new lines first."""
    by_size = sorted({each for each in found if len(each) <= LARGEST}, key=len)
    seen = set[Place]().union(*(lines_run(target, seed) for seed in target.seeds()))
    kept: list[tuple[int, bytes]] = []
    for data in by_size:
        new = lines_run(target, data) - seen
        if new:
            seen |= new
            kept.append((len(new), data))
    return [data for _, data in sorted(kept, key=lambda each: -each[0])[:KEPT]]


def keep(target: Target) -> int:
    """Choose the corpus of a target anew, and return how many inputs it has."""
    folders = (target.corpus, FOUND / target.name)
    found = [path.read_bytes() for folder in folders for path in folder.glob("*")]
    kept = worth_keeping(target, found)
    shutil.rmtree(target.corpus, ignore_errors=True)
    target.corpus.mkdir(parents=True)
    for number, data in enumerate(kept):
        Path(target.corpus / f"{number:02}").write_bytes(data)
    return len(kept)
