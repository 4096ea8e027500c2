"""Waiting for what another thread or process does, with nothing of its own to wait on."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

DEADLINE = 240.0
"""Seconds after which what has not come never will: only a test that hangs meets it."""

LOOK = 0.01
"""Seconds between two looks."""


def until(holds: Callable[[], object], what: str = "what was waited for") -> None:
    """Return as soon as something holds; a test fails where it never does."""
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        Event().wait(LOOK)
