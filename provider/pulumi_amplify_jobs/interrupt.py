"""Ending a Pulumi program that the engine interrupts."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub
from pulumi.runtime.settings import get_monitor

FAILED = 1


def end_when_interrupted() -> None:
    """Have SIGINT end the process at once, in a program that an engine runs.

    When a check fails the engine interrupts the program, and Python would print a traceback below
    the engine's own line. A handler of the program's own stays. So does everything in a process
    that is not only the program's: a test, or one that uses the Automation API.
    """
    ours = threading.current_thread() is threading.main_thread()
    # A shell's background job comes with SIGINT ignored, and so do its children.
    free = signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_IGN)
    if ours and free and isinstance(get_monitor(), ResourceMonitorStub):
        signal.signal(signal.SIGINT, _end)


def _end(_signal: int, _frame: FrameType | None) -> None:
    os._exit(FAILED)
