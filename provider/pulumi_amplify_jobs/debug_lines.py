"""The lines that Pulumi's SDK has for `pulumi --debug`: four calls to the engine for each resource.

The SDK can't know whether the engine shows them, and sends them all. The program waits for each of
these calls: a fifth of the CPU time of a preview of 1,000 jobs.
"""

from __future__ import annotations

from typing import Any

from pulumi.runtime.proto.engine_pb2 import LogRequest, LogSeverity
from pulumi.runtime.settings import SETTINGS

from .errors import debugging


def keep_debug_lines() -> None:
    """Have this program keep the SDK's debug lines to itself, unless AMPLIFY_JOBS_DEBUG is set."""
    if SETTINGS.engine is not None and not debugging():
        SETTINGS.engine = EngineWithoutDebugLines(SETTINGS.engine)


class EngineWithoutDebugLines:
    """The engine's service, as the SDK calls it."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def Log(self, request: LogRequest) -> object:  # noqa: N802 (the service's name for it)
        """Send a line to the engine, unless it is one for --debug."""
        return None if request.severity == LogSeverity.DEBUG else self._engine.Log(request)
