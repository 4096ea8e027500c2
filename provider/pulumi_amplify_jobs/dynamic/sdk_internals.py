"""What only the frames of the SDK's plugin have; without them errors are plainer, and no more.

`python -m pulumi.dynamic` answers every call from one of 4 threads, reports any exception as its
formatted traceback, has no way to say "written, but not settled", and passes no URN to a provider
in a refresh. All this is reached from here through the frames of the running call (source:
pulumi/dynamic/__main__.py of the SDK and grpc/_server.py), and nowhere else. Each function does
without where it finds no such frame, and `lacking` says what that means.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto.provider_pb2 import ErrorResourceInitFailed

Found = TypeVar("Found")

THREADS = 64
"""Calls that the plugin answers at once as soon as one may take long.

So it is where a job is waited for, or is in a target, which may not answer. Not from the start:
where no call takes long, more threads than the SDK's 4 only cost time.
"""

DETAILS_HEADER = "grpc-status-details-bin"
"""Trailing metadata in which gRPC clients find a status with details; it outranks the plain one."""


def lacking() -> list[str]:
    """Return what works less well in this process, a clause each; to be asked in a running call."""
    found = (
        (_in_frames("context", _context_of), "errors show the name of their class"),
        (
            _in_frames("context", _context_of),
            "a job whose wait fails is not recorded, and the next up doesn't wait for it again",
        ),
        (_in_frames("executor_reference", _executor_of), "4 jobs at most are waited for at once"),
        (
            _in_frames("request", _urn_of),
            "ignore_changes that a transformation sets are not honored, and a refresh after "
            "pulumi stack rename takes its settings from the file of the stack's old name",
        ),
    )
    return [clause for value, clause in found if value is None]


def make_room() -> None:
    """Let the plugin answer more calls at once, as the one that is running will take long."""
    executor = _in_frames("executor_reference", _executor_of)
    if executor is None or executor._max_workers >= THREADS:
        return
    executor._max_workers = THREADS
    for _ in range(THREADS):  # a thread starts with a task, and calls may be queued already
        executor.submit(lambda: None)


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


def ignored_paths() -> tuple[str, ...] | None:
    """Return the property paths of `ignore_changes`, in a running Diff or Update.

    The engine hands them to no other call, and the SDK to none.
    """
    return _in_frames("request", _ignored_of)


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
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        found = accept(frame.f_locals.get(name))
        if found is not None:
            return found
        frame = frame.f_back
    return None
