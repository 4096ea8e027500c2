"""The emulator as a process of its own, started by its command."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = [sys.executable, "-c", "from pulumi_amplify_jobs.cli import main; main()", "emulator"]
_URL = re.compile(r"http://\S+:\d+")


@dataclass
class Running:
    """An emulator that answers under `url`."""

    process: subprocess.Popen[str]
    url: str

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it by a signal; returns its exit code and what it wrote to stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=240)
        return self.process.returncode, errors

    def kill(self) -> None:
        """End it with no chance to do anything."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running(
    *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> Generator[Running, None, None]:
    """Run the command on a free port."""
    with start(*arguments, environment=environment) as process:
        try:
            # With `--log -`, stdout is the log's.
            stream = process.stderr if "-" in arguments else process.stdout
            assert stream is not None
            found = _URL.search(stream.readline())
            assert found, process.communicate()[1]
            yield Running(process, found[0])
        finally:
            process.kill()


def start(
    *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start the command on a free port."""
    return subprocess.Popen(
        [*COMMAND, "--port", "0", *map(str, arguments)],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
