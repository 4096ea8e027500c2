"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE = 120.0
"""Seconds after which what has not come never will: only a test that hangs meets it."""


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; a test fails where it never does."""
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
