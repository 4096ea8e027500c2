"""The process in which the providers run: how it begins and ends, and its lines for the engine."""

from __future__ import annotations

import atexit
import gc
import sys
import threading
from collections.abc import Callable
from functools import lru_cache

import grpc
from pulumi.runtime.proto.engine_pb2 import LogRequest, LogSeverity
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub

from ..errors import debugging, presentable
from . import sdk_internals


def engine_log(
    urn: str = "", severity: LogSeverity.ValueType = LogSeverity.INFO
) -> Callable[[str], None]:
    """Return a function that shows one line of progress in the engine's output.

    With a URN the line stands under that resource.
    """
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    if ":" not in address:
        return lambda _line: None
    stub = _engine_at(address)

    def log(line: str) -> None:
        try:
            stub.Log(LogRequest(severity=severity, message=presentable(line), urn=urn), timeout=5)
        except grpc.RpcError:
            return  # an engine that is gone reads no progress

    return log


def engine_warnings(urn: str = "") -> Callable[[str], None]:
    """Return a function that shows one warning in the engine's output."""
    return engine_log(urn, LogSeverity.WARNING)


def engine_errors(urn: str = "") -> Callable[[str], None]:
    """Return a function that shows one error in the engine's output, and fails nothing."""
    return engine_log(urn, LogSeverity.ERROR)


@lru_cache(maxsize=1)
def _engine_at(address: str) -> EngineStub:
    return EngineStub(grpc.insecure_channel(address))


@lru_cache(maxsize=1)
def begin_process() -> None:
    """Keep tracebacks to those who ask for them, and warn of what works less well here.

    To be called in a running call; does nothing the second time.
    """
    # What is loaded by now stays: the collector has no need to go through it again and again.
    gc.freeze()
    if not debugging():
        sys.tracebacklimit = 0
    lacking = sdk_internals.lacking()
    if lacking:
        from importlib.metadata import version  # slow to load

        engine_warnings()(
            f"pulumi {version('pulumi')} differs from the versions that pulumi-amplify-jobs "
            f"{version('pulumi-amplify-jobs')} knows; upgrade it. Until then: {'; '.join(lacking)}"
        )


def at_exit(callback: Callable[[], object]) -> None:
    """Call back when the process is about to end, before Python waits for busy threads.

    `atexit` is too late for that: it comes after the waiting.
    """
    register = getattr(threading, "_register_atexit", atexit.register)
    register(callback)
