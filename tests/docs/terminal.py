"""A terminal of a reader: it runs the command lines of the pages as they stand.

What is exported, sourced or changed by `cd` holds for the lines after it, as in a shell.
"""

from __future__ import annotations

import re
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import TimeoutExpired

from demo import sessions

from .blocks import Block

PORT = "4580"
"""The emulator's port in all pages: each test takes a free one instead."""

TIMEOUT = 400
"""Seconds that one line may take on a machine that does much else."""

REMEMBER = """
code=$?
env -0 > "$TERMINAL/environment"
pwd > "$TERMINAL/directory"
exit $code
"""


@dataclass(frozen=True)
class Line:
    """A line that a page has its readers type, and what the page shows as its output."""

    block: Block
    text: str
    output: tuple[str, ...]

    @property
    def program(self) -> str:
        """The first word."""
        return self.text.split()[0]


def lines_of(block: Block) -> list[Line]:
    """Return the lines of a block: `$ ` begins one, a backslash goes on, the rest is output."""
    found: list[Line] = []
    for part in re.split(r"^\$ ", block.text.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        typed, *output = part.splitlines()
        found.append(Line(block, typed, tuple(filter(None, map(str.strip, output)))))
    return found


@dataclass
class Terminal:
    """A folder and an environment, and a free port in place of the emulator's own."""

    folder: Path
    """Where the lines run."""
    environment: dict[str, str]
    memory: Path
    """A folder for what a line leaves behind."""
    port: str = field(default_factory=lambda: str(_free_port()))

    def run(self, line: str, *, code: int = 0) -> str:
        """Run a line to its end, and return what it printed. Fails on another exit code."""
        script = f"{self._own(line)}\n{REMEMBER}"
        process = sessions.start(["bash", "-c", script], self.folder, self._inner())
        try:
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        except TimeoutExpired:
            raise AssertionError(f"{line}: not over after {TIMEOUT} seconds") from None
        finally:
            sessions.end(process)
        assert process.returncode == code, f"{line}: {process.returncode}\n{stdout}{stderr}"
        self._remember()
        return stdout + stderr

    def show(self, line: Line, *, code: int = 0) -> str:
        """Run a line, and hold its output against what the page shows of it."""
        printed = self.run(line.text, code=code)
        rest = timeless(printed)
        for expected in map(timeless, line.output):
            _, found, rest = rest.partition(self._own(expected))
            assert found, f"{line.block.name}: {line.text}: no {expected!r} in\n{printed}"
        return printed

    @contextmanager
    def running(self, line: Line) -> Iterator[None]:
        """Run a server for as long as the context lasts; it has said that it listens."""
        text = f"exec {self._own(line.text)} --port {self.port}"
        process = sessions.start(["bash", "-c", text], self.folder, self._inner())
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert self.port in first, first
            yield
        finally:
            sessions.end(process)
            process.communicate()

    def write(self, name: str, text: str) -> None:
        """Write a file that a page shows."""
        (self.folder / name).write_text(self._own(text), encoding="utf-8")

    def _own(self, text: str) -> str:
        return text.replace(PORT, self.port)

    def _inner(self) -> Mapping[str, str]:
        return {**self.environment, "TERMINAL": str(self.memory)}

    def _remember(self) -> None:
        entries = (self.memory / "environment").read_text(encoding="utf-8").split("\0")
        self.environment = dict(entry.split("=", 1) for entry in entries if "=" in entry)
        self.folder = Path((self.memory / "directory").read_text(encoding="utf-8").rstrip("\n"))


def timeless(text: str) -> str:
    """Return a text with each run of blanks as one, and without how many seconds things took."""
    return re.sub(r"\d+\.\d+ s\b", "… s", " ".join(text.split()))


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return what a reader's shell has, with nothing of this machine's AWS or Pulumi."""
    home.mkdir(exist_ok=True)
    places = [Path(sys.executable).parent]
    places += [
        Path(found).parent for found in (shutil.which("pulumi"), shutil.which("git")) if found
    ]
    return {
        "PATH": ":".join([*map(str, dict.fromkeys(places)), "/usr/local/bin:/usr/bin:/bin"]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PULUMI_HOME": str(home / ".pulumi"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_SKIP_CONFIRMATIONS": "true",
        **more,
    }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
