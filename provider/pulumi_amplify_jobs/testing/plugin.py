"""The SDK's own plugin process, `python -m pulumi.dynamic`, in which dynamic providers run."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import grpc

from .calls import Call, CallFailed, Provider
from .process import Process
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
        self.config: Mapping[str, str] | None = None
        """What the provider was configured with, if it was."""
        self._record = record
        self._on_print = on_print
        self._channel: grpc.Channel | None = None
        self._port = 0
        self._process = Process(
            "the provider's process",
            ["pulumi.dynamic", engine_address],
            folder,
            {"PYTHONFAULTHANDLER": "1", **environment},
            stdout=subprocess.PIPE,
        )
        self.process = self._process.popen
        self.stderr = self._process.written
        self.interrupt = self._process.interrupt

    @cached_property
    def provider(self) -> Provider:
        """The provider in the process. Raises HostError where the process did not start."""
        line = self.process.stdout.readline().strip() if self.process.stdout else b""
        if not line.isdigit():
            raise HostError(f"the provider's process did not start: {self.stderr().strip()}")
        self._port = int(line)
        threading.Thread(target=self._read_on, daemon=True).start()
        no_proxy = [("grpc.enable_http_proxy", 0)]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options=no_proxy)
        return Provider(self._channel, self._record)

    def configure(self, config: Mapping[str, str], urn: str) -> None:
        """Hand over the stack config, once; `urn` is the default provider's."""
        self.config = config
        self.provider.configure(config, urn)

    def finish(self) -> None:
        """Say that there will be no more calls, and ask the process to end, as the engine does."""
        if self._channel is not None:
            with suppress(CallFailed):  # where it is gone already
                self.provider.cancel()
            self._channel.close()
        self.interrupt()

    def stop(self) -> str:
        """End the process; return its last words if that took force."""
        forced = self._process.end(self._listens)
        if self._channel is not None:
            self._channel.close()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return self.stderr() if forced else ""

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


class Plugins:
    """The processes of one run. One starts at once, and another where the config changes.

    The engine refreshes with the config of the last update, and starts another process where the
    program is to run with a different one.
    """

    def __init__(self, start: Callable[[], Plugin], urn: str) -> None:
        """`urn` is the default provider's."""
        self._start = start
        self._urn = urn
        self._current = start()
        self._lock = threading.Lock()

    def provider(self, config: Mapping[str, str]) -> Provider:
        """Return the provider with this config; the one with another config is ended."""
        with self._lock:
            if self._current.config not in (None, config):
                self._current.finish()
                self._current = self._start()
            if self._current.config is None:
                self._current.configure(config, self._urn)
            return self._current.provider

    def interrupt(self) -> None:
        """Have the process end, also in the middle of a call."""
        self._current.interrupt()

    def end(self) -> None:
        """Ask the process that runs to end."""
        self._current.finish()
