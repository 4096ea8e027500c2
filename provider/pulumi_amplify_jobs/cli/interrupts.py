"""The signals that end a command: a KeyboardInterrupt for each, which must not be lost."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

from .. import ending

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

AGAIN = 0.02
"""Seconds until a signal is answered that came where no exception may be raised."""
IMPORTING = "<frozen importlib"
"""What the file names of the import system begin with."""
VALIDATING = "pulumi_amplify_jobs.config.mappings"
"""Has pydantic-core build validators, which makes a SchemaError of any exception."""


class Interrupts:
    """Answers signals, some of them a little later.

    Python writes a traceback for an exception in a `__del__`, or in a callback of a weak reference,
    and goes on. The import system has such a callback for each module, which would keep the lock
    of all imports for ever. Libraries in other languages pass over exceptions, too, or make others
    of them.
    """

    def __init__(self) -> None:
        self.raised = False
        """Whether a signal has raised KeyboardInterrupt: what goes on after that has lost it."""
        self._number = signal.SIGINT

    def install(self) -> None:
        """Have each signal that asks to end raise KeyboardInterrupt. For the main thread."""
        for number in ending.asking_signals():
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._answer)
        if sys.platform != "win32":
            signal.signal(signal.SIGALRM, self._answer_late)
            sys.unraisablehook = self._passed_over

    def refuse_to_go_on(self) -> None:
        """Raise KeyboardInterrupt where one was raised before."""
        if self.raised:
            raise KeyboardInterrupt

    def _answer(self, number: int, frame: FrameType | None) -> None:
        self._number = signal.Signals(number)
        if sys.platform != "win32" and _would_be_lost(frame):
            _ask_again()
            return
        self.raised = True
        raise KeyboardInterrupt

    def _answer_late(self, _alarm: int, frame: FrameType | None) -> None:
        handler = signal.getsignal(self._number)  # by now it may be another one
        if callable(handler):
            handler(self._number, frame)

    def _passed_over(self, unraisable: UnraisableHookArgs) -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            _ask_again()
        else:
            sys.__unraisablehook__(unraisable)


INTERRUPTS = Interrupts()
"""Those of this process."""


def _ask_again() -> None:
    signal.setitimer(signal.ITIMER_REAL, AGAIN)


def _would_be_lost(frame: FrameType | None) -> bool:
    while frame is not None:
        importing = frame.f_code.co_filename.startswith(IMPORTING)
        if importing or frame.f_globals.get("__name__") == VALIDATING:
            return True
        frame = frame.f_back
    return False
