"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE = 30.0
"""Seconds after which what has not come is a failed test."""


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; a test fails where it never does."""
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
