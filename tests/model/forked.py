"""Plugin processes of the testing host, forked from one that is ready instead of started anew."""

from __future__ import annotations

import json
import math
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

from pulumi_amplify_jobs.testing import plugin
from pulumi_amplify_jobs.testing.process import Process

APART = 0.4
"""Seconds between two signals."""
ROOT = Path(__file__).parents[2]


class Forked:
    """A process of the fork server's, with what `subprocess.Popen` has for the host.

    It is nobody's child here; when it ends, the pipe closes that only it holds open.
    """

    def __init__(self, pid: int, stdout: int, end: int) -> None:
        self.pid = pid
        self.stdout = os.fdopen(stdout, "rb")
        self.returncode: int | None = None
        """0 once it has ended: nobody is told how."""
        self._end = end

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("the plugin", timeout or 0)
            os.close(self._end)
            self.returncode = 0
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The process that plugins are forked from."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.model.fork_server", str(theirs.fileno())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()

    def fork(
        self, arguments: list[str], folder: Path, environment: Mapping[str, str], stderr: int
    ) -> Forked:
        """Start `python -m pulumi.dynamic` with these arguments."""
        request = {
            "arguments": arguments,
            "folder": str(folder),
            "environment": dict(environment),
        }
        stdout, its_stdout = os.pipe()
        end, its_end = os.pipe()
        socket.send_fds(self._socket, [json.dumps(request).encode()], [its_stdout, stderr, its_end])
        os.close(its_stdout)
        os.close(its_end)
        pid = int(self._socket.recv(64))
        # As the engine, which asks nothing before the process has said where it listens.
        select.select([stdout, end], [], [])
        return Forked(pid, stdout, end)

    def close(self) -> None:
        self._socket.close()
        self._process.wait()

    @contextmanager
    def as_plugins(self) -> Iterator[None]:
        """Have the testing host fork its plugins, within the block."""
        server = self

        class ForkedProcess(Process):
            def __init__(
                self,
                name: str,
                command: list[str],
                folder: Path,
                environment: Mapping[str, str],
                stdout: int | None = None,  # noqa: ARG002 - always a pipe
            ) -> None:
                self._name = name
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - until `end`
                self._written = ""
                self.popen = server.fork(  # type: ignore[assignment]
                    command[1:], folder, environment, self._file.fileno()
                )

                self._interrupted = -math.inf

            def interrupt(self) -> None:
                """Ask it to end; as from the engine, one signal is all that comes for a while."""
                if time.monotonic() - self._interrupted > APART:
                    self._interrupted = time.monotonic()
                    super().interrupt()

        with patch.object(plugin, "Process", ForkedProcess):
            yield
