"""Processes that end when they are asked to, and by force when they don't."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

GRACE = 5.0
"""Seconds that the engine gives a process between SIGINT and SIGKILL."""

_PATIENCE = 0.5


def end(process: subprocess.Popen[bytes], unheard: Callable[[], bool]) -> bool:
    """Interrupt a process and wait for its end; return whether that took force.

    A signal may land on another thread than Python's main one, which then sleeps on: where
    `unheard` says that the process goes on as if nothing were, it is interrupted again.
    """
    give_up = time.monotonic() + GRACE
    interrupt(process)
    while process.poll() is None and time.monotonic() < give_up:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        if process.poll() is None and unheard():
            interrupt(process)
    if process.poll() is not None:
        return False
    process.send_signal(signal.SIGABRT)  # with faulthandler on it tells where each thread hangs
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
    process.kill()
    process.wait()
    return True


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, if it still runs."""
    if process.poll() is None:
        # A shell's background job ignores SIGINT, and so does all that it starts.
        deaf = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        process.send_signal(signal.SIGTERM if deaf else signal.SIGINT)
