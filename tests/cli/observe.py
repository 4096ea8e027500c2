"""Watching a process from outside: deadlines instead of sleeping."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.waiting import DEADLINE

from .conftest import COMMAND

STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command whose stdin, stdout and stderr are a terminal."""

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self.process = process
        self._descriptor = descriptor
        self.text = ""

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + DEADLINE
        while text not in self.text:
            assert time.monotonic() < end, f"{text!r} never came: {self.text!r}"
            assert self._read(), f"{text!r} never came, it ended: {self.text!r}"

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    def finish(self) -> int:
        while self._read():
            pass
        return self.process.wait(DEADLINE)

    def ended(self, within: float) -> bool:
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def plain(self) -> str:
        """The text without styles and folding."""
        return " ".join(STYLE.sub("", self.text).split())

    def _read(self) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], DEADLINE)
        assert ready, f"nothing more came: {self.text!r}"
        try:
            read = os.read(self._descriptor, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.text += read.decode()
        return bool(read)


@contextmanager
def terminal(
    directory: Path, *arguments: str, columns: int = 80, stdout: IO[bytes] | None = None
) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=directory,
        stdin=theirs,
        stdout=stdout or theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
