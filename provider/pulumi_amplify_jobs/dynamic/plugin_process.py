"""The process in which the providers run: how it begins and how it ends."""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version

from ..errors import debugging
from . import sdk_internals
from .engine_log import engine_warnings


@lru_cache(maxsize=1)
def begin_process() -> None:
    """Keep tracebacks to those who ask for them, and warn of what works less well here.

    To be called in a running call; does nothing the second time.
    """
    if not debugging():
        sys.tracebacklimit = 0
    lacking = sdk_internals.lacking()
    if lacking:
        engine_warnings()(
            f"pulumi {version('pulumi')} differs from the versions that pulumi-amplify-jobs "
            f"{version('pulumi-amplify-jobs')} knows; upgrade it. Until then: {'; '.join(lacking)}"
        )


def at_exit(callback: Callable[[], None]) -> None:
    """Call back when the process is about to end, before Python waits for busy threads.

    `atexit` is too late for that: it comes after the waiting.
    """
    register = getattr(threading, "_register_atexit", atexit.register)
    register(callback)
