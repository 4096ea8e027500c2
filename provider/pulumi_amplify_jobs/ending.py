"""What has to end with this process, however it ends: by itself, by a signal, or at once."""

from __future__ import annotations

import atexit
from collections.abc import Callable

_callbacks: list[Callable[[], None]] = []


def with_process(callback: Callable[[], None]) -> None:
    """Call back when the process is about to end."""
    _callbacks.append(callback)


def end() -> None:
    """Call everything back, for a process that is to end now."""
    while _callbacks:
        _callbacks.pop()()


atexit.register(end)
