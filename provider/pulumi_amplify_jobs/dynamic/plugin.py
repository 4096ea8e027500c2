"""The SDK's plugin process, as far as its provider interface doesn't reach.

`python -m pulumi.dynamic` answers every call from one of 4 threads, reports any exception as its
formatted traceback, and has no way to say "written, but not settled". What is missing is reached
from here through the frames of the running call (source: pulumi/dynamic/__main__.py of the SDK and
grpc/_server.py). Each function does without where it finds no such frame, so that a provider run
in another host works as well, only with plainer errors.
"""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from types import FrameType
from typing import Any, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto.engine_pb2 import LogRequest, LogSeverity
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub
from pulumi.runtime.proto.provider_pb2 import ErrorResourceInitFailed

from ..errors import debugging
from ..redaction import redacted

Found = TypeVar("Found")

THREADS = 64
"""Calls that the plugin answers at once as soon as a job is waited for, which holds one for long.
Not from the start: where no call takes long, more threads than the SDK's 4 only cost time."""

DETAILS_HEADER = "grpc-status-details-bin"
"""Trailing metadata in which gRPC clients find a status with details; it outranks the plain one."""

PROVIDER_KEY = "__provider"
"""The input in which the SDK keeps the serialized provider."""


def prepare() -> None:
    """Keep tracebacks to those who ask for them."""
    if not debugging():
        sys.tracebacklimit = 0


def make_room() -> None:
    """Let the plugin answer more calls at once, as the one that is running will take long."""
    executor = _in_frames("executor_reference", _executor_of)
    if executor is None or executor._max_workers >= THREADS:
        return
    executor._max_workers = THREADS
    for _ in range(THREADS):  # a thread starts with a task, and calls may be queued already
        executor.submit(lambda: None)


def at_exit(callback: Callable[[], None]) -> None:
    """Call back when the process is about to end, before Python waits for busy threads.

    `atexit` is too late for that: it comes after the waiting.
    """
    register = getattr(threading, "_register_atexit", atexit.register)
    register(callback)


def explain_failure(message: str) -> None:
    """Make the call that is running fail with this text, once the exception in flight ends it."""
    _set_details(Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message))


def explain_partial(
    message: str, resource_id: str, outputs: Mapping[str, Any], inputs: Mapping[str, Any]
) -> None:
    """Make the call that is running fail, with what was written kept in the state.

    This is the engine's "created, but failed to initialise" (ErrorResourceInitFailed).
    """
    failed = ErrorResourceInitFailed(id=resource_id, reasons=[message])
    failed.properties.CopyFrom(_struct(outputs))
    failed.inputs.CopyFrom(_struct(inputs))
    details = AnyMessage()
    details.Pack(failed)
    code = grpc.StatusCode.UNKNOWN.value[0]
    _set_details(Status(code=code, message=message, details=[details]))


def running_urn() -> str | None:
    """Return the URN of the resource that the running call is about."""
    return _in_frames("request", _urn_of)


def running_name() -> str:
    """Return the name of the resource that the running call is about."""
    return (running_urn() or "job").rsplit("::", 1)[-1]


def ignored_paths() -> tuple[str, ...]:
    """Return the property paths of `ignore_changes`, in a running Diff or Update.

    The engine hands them to no other call, and the SDK to none.
    """
    return _in_frames("request", _ignored_of) or ()


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


def _struct(values: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(dict(values))
    return struct


def _set_details(status: Status) -> None:
    context = _in_frames("context", _context_of)
    if context is not None:
        context.set_trailing_metadata(((DETAILS_HEADER, status.SerializeToString()),))


def _executor_of(value: Any) -> ThreadPoolExecutor | None:
    executor = value() if callable(value) else None
    return executor if isinstance(executor, ThreadPoolExecutor) else None


def _context_of(value: Any) -> grpc.ServicerContext | None:
    return value if isinstance(value, grpc.ServicerContext) else None


def _urn_of(value: Any) -> str | None:
    urn = getattr(value, "urn", None)
    return urn if isinstance(urn, str) and urn.startswith("urn:pulumi:") else None


def _ignored_of(value: Any) -> tuple[str, ...] | None:
    paths = getattr(value, "ignoreChanges", None)
    return None if paths is None else tuple(paths)


def _in_frames(name: str, accept: Callable[[Any], Found | None]) -> Found | None:
    """Return the first local variable of this name, from here outwards, that is accepted."""
    for frame in _frames():
        found = accept(frame.f_locals.get(name))
        if found is not None:
            return found
    return None


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back
