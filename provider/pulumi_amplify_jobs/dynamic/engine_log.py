"""Lines of the provider in the engine's output, through the engine's own service."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache

import grpc
from pulumi.runtime.proto.engine_pb2 import LogRequest, LogSeverity
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub

from ..redaction import redacted


def engine_log(urn: str = "") -> Callable[[str], None]:
    """Return a function that shows one line of progress in the engine's output.

    With a URN the line stands under that resource.
    """
    return _log(urn, LogSeverity.INFO)


def engine_warnings(urn: str = "") -> Callable[[str], None]:
    """Return a function that shows one warning in the engine's output."""
    return _log(urn, LogSeverity.WARNING)


def _log(urn: str, severity: LogSeverity.ValueType) -> Callable[[str], None]:
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    if ":" not in address:
        return lambda _line: None
    stub = _engine_at(address)

    def log(line: str) -> None:
        try:
            stub.Log(LogRequest(severity=severity, message=redacted(line), urn=urn), timeout=5)
        except grpc.RpcError:
            return  # an engine that is gone reads no progress

    return log


@lru_cache(maxsize=1)
def _engine_at(address: str) -> EngineStub:
    return EngineStub(grpc.insecure_channel(address))
