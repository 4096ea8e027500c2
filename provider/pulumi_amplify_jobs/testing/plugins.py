"""The plugin processes of one run: one for each config."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from .calls import Provider
from .plugin import Plugin


class Plugins:
    """Starts a plugin at once, and another where the config changes.

    The engine refreshes with the config of the last update, and starts another process where the
    program is to run with a different one.
    """

    def __init__(self, start: Callable[[], Plugin], urn: str) -> None:
        """`urn` is the default provider's."""
        self._start = start
        self._urn = urn
        self._current = start()
        self._configured = False
        self._lock = threading.Lock()

    def provider(self, config: Mapping[str, str]) -> Provider:
        """Return the provider with this config; the one with another config is ended."""
        with self._lock:
            if self._configured and self._current.config != config:
                self._current.finish()
                self._current = self._start()
                self._configured = False
            if not self._configured:
                self._current.configure(config, self._urn)
                self._configured = True
            return self._current.provider

    def interrupt(self) -> None:
        """Have the process end, also in the middle of a call."""
        self._current.interrupt()

    def end(self) -> None:
        """Ask the process that runs to end."""
        self._current.finish()
