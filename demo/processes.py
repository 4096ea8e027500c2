"""Processes that never outlive the demo, whatever ends it."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, TypeVar

from . import sessions

Made = TypeVar("Made")

OnLine = Callable[[str], object]

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedError(BaseException):
    """The user, or the system, ends the demo. As with KeyboardInterrupt, no handler swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@dataclass(frozen=True)
class Finished:
    """What a process left behind. `timed_out`: it was ended because its time was up."""

    code: int
    stdout: str
    stderr: str
    timed_out: bool = False


class Signals:
    """Turns the first signal into an exception, and only where the program waits for another.

    Anywhere else it is put off until then: no start and no clean-up is ever cut in half.
    """

    def __init__(self) -> None:
        self._waiting = False
        self._pending: int | None = None
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Let a signal end this block. Raises StoppedError."""
        self._waiting = True
        try:
            self._stop_if_asked()
            yield
        finally:
            self._waiting = False

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._pending = number
        if self._waiting:
            self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self._pending is not None:
            # What is left to do now is to clean up, which further signals won't interrupt.
            self._waiting = False
            raise StoppedError(self._pending)


class Processes:
    """Runs one process after the other; each has gone with all its descendants when `run` ends."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals

    def call(self, work: Callable[[], Made], stop: Callable[[], object]) -> Made:
        """Return what a function returns that starts processes of its own.

        It runs in a thread; a signal has it stopped, and it is waited for. Raises what it raises.
        """
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work)
            try:
                with self._signals.allowed():
                    return future.result()
            except StoppedError:
                stop()
                raise

    def run(
        self,
        command: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str],
        on_output: OnLine | None = None,
        on_error: OnLine | None = None,
        timeout: float | None = None,
    ) -> Finished:
        """Run a command, handing on each line as it comes.

        Raises OSError where it can't be started, and whatever a callback raised.
        """
        process = sessions.start(command, cwd, environment)
        timed_out = False
        try:
            readers = [_Reader(process.stdout, on_output), _Reader(process.stderr, on_error)]
            with self._signals.allowed():
                process.wait(timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            sessions.end(process)
        stdout, stderr = (reader.text() for reader in readers)
        return Finished(process.returncode, stdout, stderr, timed_out)


class _Reader(threading.Thread):
    """Reads a pipe to its end, also when the callback fails: a full pipe would stop the writer."""

    def __init__(self, stream: IO[str] | None, on_line: OnLine | None) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._on_line = on_line
        self._lines: list[str] = []
        self._failure: Exception | None = None
        self.start()

    def run(self) -> None:
        for line in self._stream or ():
            text = line.rstrip()
            self._lines.append(text)
            try:
                if self._on_line and self._failure is None:
                    self._on_line(text)
            except Exception as error:  # noqa: BLE001 - raised again in the main thread
                self._failure = error

    def text(self) -> str:
        """Return all that was read. Raises what the callback raised."""
        self.join(sessions.PATIENCE)
        if self._failure is not None:
            raise self._failure
        return "\n".join(self._lines)
