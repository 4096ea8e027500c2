"""Work on several targets at once, so that one that does not answer holds back no other."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from ..services import TARGETS_AT_ONCE
from ..threads import all_at_once

T = TypeVar("T")

SWITCH_INTERVAL = 0.02
"""Seconds that a thread may go on while others wait for their turn.

With Python's own 0.005, the threads of 16 targets spend a tenth of their time on taking turns.
"""

MANY_OBJECTS = 50_000
"""Objects after which the garbage collector looks for what it can free.

With Python's own 700 it does so all the time: botocore makes thousands for each client.
"""


def side_by_side(work: Callable[[str], T], targets: Sequence[str]) -> list[T]:
    """Return what the work makes of each target, in the given order."""
    if len(targets) < 2:
        return list(map(work, targets))
    with _much_to_do():
        return all_at_once(work, targets, TARGETS_AT_ONCE, "target")


@contextmanager
def _much_to_do() -> Iterator[None]:
    """Have the interpreter itself take less time, while many threads are at work."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.freeze()  # what is loaded by now stays
    gc.set_threshold(MANY_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)
