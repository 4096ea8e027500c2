"""How this process ends: the signals that ask for it, and what has to end with it."""

from __future__ import annotations

import atexit
import signal
from collections.abc import Callable

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def asking_signals() -> tuple[signal.Signals, ...]:
    """Return the signals that ask this process to end.

    One that the system lacks is none, nor one that was ignored from the start, as nohup does.
    """
    known = [signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__]
    return tuple(each for each in known if signal.getsignal(each) is not signal.SIG_IGN)


_callbacks: list[Callable[[], None]] = []


def with_process(callback: Callable[[], None]) -> None:
    """Call back when the process is about to end."""
    _callbacks.append(callback)


def end() -> None:
    """Call everything back, for a process that is to end now."""
    while _callbacks:
        _callbacks.pop()()


atexit.register(end)
