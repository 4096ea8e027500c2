"""The SDK's own plugin process, `python -m pulumi.dynamic`, in which dynamic providers run."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import grpc

from . import process
from .calls import Call, CallFailed, Provider
from .results import HostError


class Plugin:
    """A plugin process. It starts in the background; the first call waits until it listens."""

    def __init__(
        self,
        engine_address: str,
        folder: Path,
        environment: Mapping[str, str],
        record: Callable[[Call], None] = lambda _call: None,
        on_print: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """Start the process in the program's folder. Raises HostError where it can't be."""
        self.config: Mapping[str, str] = {}
        """What the provider was configured with."""
        self._record = record
        self._on_print = on_print
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process runs
        self._last_errors = ""
        self._provider: Provider | None = None
        self._channel: grpc.Channel | None = None
        self._port = 0
        try:
            self.process = subprocess.Popen(  # noqa: S603 - this Python, no shell
                [sys.executable, "-u", "-m", "pulumi.dynamic", engine_address],
                cwd=folder,
                env={"PYTHONFAULTHANDLER": "1", **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,
            )
        except OSError as error:
            self._errors.close()
            raise HostError(f"the provider's process can't be started: {error}") from None

    @property
    def provider(self) -> Provider:
        """The provider in the process. Raises HostError where the process did not start."""
        if self._provider is None:
            self._port = self._listening_port()
            no_proxy = [("grpc.enable_http_proxy", 0)]
            self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options=no_proxy)
            self._provider = Provider(self._channel, self._record)
        return self._provider

    def configure(self, config: Mapping[str, str], urn: str) -> None:
        """Hand over the stack config, once."""
        self.config = config
        self.provider.configure(config, urn)

    def stderr(self) -> str:
        """Return what the process wrote there so far; also after its end."""
        if not self._errors.closed:
            self._errors.seek(0)
            self._last_errors = self._errors.read().decode(errors="replace")
        return self._last_errors

    def finish(self) -> None:
        """Say that there will be no more calls, and ask the process to end, as the engine does."""
        if self._provider is not None and self._channel is not None:
            with suppress(CallFailed):  # where it is gone already
                self._provider.cancel()
            self._channel.close()
        self.interrupt()

    def interrupt(self) -> None:
        """Ask the process to end, also in the middle of a call."""
        process.interrupt(self.process)

    def stop(self) -> str:
        """End the process; return its last words if that took force."""
        forced = process.end(self.process, self._listens)
        last_words = self.stderr()
        if self._channel is not None:
            self._channel.close()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._errors.close()
        return last_words if forced else ""

    def _listening_port(self) -> int:
        line = self.process.stdout.readline().strip() if self.process.stdout else b""
        if not line.isdigit():
            raise HostError(f"the provider's process did not start: {self.stderr().strip()}")
        threading.Thread(target=self._read_on, daemon=True).start()
        return int(line)

    def _read_on(self) -> None:
        """Read what providers print: the process would stop at a pipe that is full."""
        with suppress(ValueError):  # where the pipe is closed meanwhile
            for line in self.process.stdout or ():
                self._on_print(line.decode(errors="replace").rstrip("\n"))

    def _listens(self) -> bool:
        """Say whether the process still serves: it has not heard that it is to end."""
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=0.2).close()
        except OSError:
            return False
        return True
