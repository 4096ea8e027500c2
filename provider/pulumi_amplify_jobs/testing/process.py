"""Processes of this Python that end when they are asked to, and by force when they don't."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .results import HostError

GRACE = 60.0
"""Seconds between SIGINT and SIGKILL. The engine gives 5; a test may run on a machine too busy for
that, and is to fail for a process that hangs only."""

DEADLINE = 300.0
"""Seconds that a program may take."""

_PATIENCE = 0.5


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    code: int
    printed: str
    """Its standard output and standard error."""


class Process:
    """`python -m MODULE ARGUMENTS`, in a folder. What it writes can also be read after its end."""

    def __init__(
        self,
        name: str,
        command: list[str],
        folder: Path,
        environment: Mapping[str, str],
        stdout: int | None = None,
    ) -> None:
        """Start it; without `stdout`, that is kept with what it writes to standard error.

        Raises HostError, with the name, where it can't be started.
        """
        self._name = name
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process runs
        self._written = ""
        try:
            self.popen = subprocess.Popen(  # noqa: S603 - this Python, no shell
                [sys.executable, "-u", "-m", *command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self._file if stdout is None else stdout,
                stderr=self._file,
                start_new_session=True,
            )
        except OSError as error:
            self._file.close()
            raise HostError(f"{name} can't be started: {error}") from None

    def written(self) -> str:
        """Return what it wrote so far."""
        if not self._file.closed:
            self._file.seek(0)
            self._written = self._file.read().decode(errors="replace")
        return self._written

    def wait(self) -> Ended:
        """Wait until it ended by itself. Raises HostError where it does not."""
        try:
            code = self.popen.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise HostError(f"{self._name} did not end within {DEADLINE:.0f} s") from None
        return Ended(code, self.written())

    def interrupt(self) -> None:
        """Ask it to end, if it still runs."""
        if self.popen.poll() is None:
            # A shell's background job ignores SIGINT, and so does all that it starts.
            deaf = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            self.popen.send_signal(signal.SIGTERM if deaf else signal.SIGINT)

    def end(self, unheard: Callable[[], bool] = lambda: True) -> bool:
        """Interrupt it and wait for its end; return whether that took force.

        A signal may land on another thread than Python's main one, which then sleeps on: where
        `unheard` says that the process goes on as if nothing were, it is interrupted again.
        """
        give_up = time.monotonic() + GRACE
        self.interrupt()
        while self.popen.poll() is None and time.monotonic() < give_up:
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(_PATIENCE)
            if self.popen.poll() is None and unheard():
                self.interrupt()
        forced = self.popen.poll() is None
        if forced:
            self.popen.send_signal(signal.SIGABRT)  # faulthandler then says where each thread hangs
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(_PATIENCE)
            self.popen.kill()
            self.popen.wait()
        self.written()
        self._file.close()
        return forced

    def close(self) -> None:
        """End it if it still runs, by force if need be."""
        self.end()
