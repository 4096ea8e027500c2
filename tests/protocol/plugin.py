"""The engine's side of the protocol: starts the SDK's plugin process and calls it over gRPC."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import yaml
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto.engine_pb2 import LogRequest
from pulumi.runtime.proto.engine_pb2_grpc import EngineServicer, add_EngineServicer_to_server
from pulumi.runtime.proto.provider_pb2 import (
    CheckRequest,
    ConfigureRequest,
    CreateRequest,
    DeleteRequest,
    DiffRequest,
    DiffResponse,
    ErrorResourceInitFailed,
    ReadRequest,
    UpdateRequest,
)
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from pulumi_amplify_jobs.dynamic import Provider

Bag = dict[str, Any]

PROJECT = "ops"
STACK = "dev"
TYPE = "pulumi-python:dynamic/amplify:BackendJob"
PROVIDER = serialize_provider(Provider())

DEADLINE = 30.0
"""Seconds after which a call that has not ended is a failed test."""

GRACE = 5.0
"""Seconds that the engine gives a plugin between SIGINT and SIGKILL."""


class Engine(EngineServicer):
    """Records what is logged."""

    def __init__(self) -> None:
        self.address = ""
        self.logged: list[LogRequest] = []

    def Log(self, request: LogRequest, _context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """Record a line."""
        self.logged.append(request)
        return Empty()


@contextmanager
def engine_stand_in() -> Iterator[Engine]:
    """Serve the engine's own service on a free port."""
    engine = Engine()
    server = grpc.server(ThreadPoolExecutor(2))
    add_EngineServicer_to_server(engine, server)
    engine.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield engine
    finally:
        server.stop(0).wait()


@dataclass
class CallFailed(Exception):  # noqa: N818 (reads as what happened)
    """A call failed, as the engine understands it; `partial` holds what it keeps in the state."""

    message: str
    partial: ErrorResourceInitFailed | None = None

    @property
    def reason(self) -> str:
        """The text that the engine shows."""
        return "\n".join(self.partial.reasons) if self.partial else self.message


@dataclass
class Checked:
    """The answer to Check."""

    inputs: Bag
    failures: dict[str, str]
    """By property; several reasons of one are lines."""


@dataclass
class Live:
    """A resource: the answer to Read or Create, or what the state holds."""

    id: str
    outputs: Bag
    inputs: Bag


@dataclass
class Difference:
    """The answer to Diff."""

    changes: bool
    replaces: list[str] = field(default_factory=list)


class Plugin:
    """A running plugin process. The engine starts one for a preview and another for an update."""

    def __init__(self, engine: Engine, project: Path, environment: Mapping[str, str]) -> None:
        self.project = project
        self._errors = (project / "plugin.stderr").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.dynamic", engine.address],
            cwd=project,
            env={**os.environ, "PYTHONFAULTHANDLER": "1", "PULUMI_PROJECT": PROJECT, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        port = self.process.stdout.readline().strip()
        assert port, f"the plugin did not start: {self.stderr()}"
        self._port = int(port)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}")
        self._stub = ResourceProviderStub(self._channel)
        self._interrupted = False
        self.stuck = ""

    def stderr(self) -> str:
        """Return what the process wrote there so far."""
        self._errors.seek(0)
        return self._errors.read().decode()

    def interrupt(self) -> None:
        """Ask the process to end, as the engine does when it has no more use for it."""
        if not self._interrupted and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self._interrupted = True

    def stop(self) -> float:
        """End the process as the engine does, and return the seconds that took."""
        began = time.monotonic()
        self.interrupt()
        while self.process.poll() is None and time.monotonic() < began + GRACE:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.5)
            if self.process.poll() is None and self._listens():
                # The signal landed on a thread other than Python's main one, which then sleeps on.
                self.process.send_signal(signal.SIGINT)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGABRT)  # it then tells where each thread hangs
            self.process.wait()
            self.stuck = self.stderr()
        self._channel.close()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._errors.close()
        return time.monotonic() - began

    def _listens(self) -> bool:
        """Say whether the process still serves: it has not heard that it is to end."""
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=0.2).close()
        except OSError:
            return False
        return True

    def configure(self, config: Mapping[str, Any], secret: frozenset[str] = frozenset()) -> None:
        """Hand over the whole stack config, as text."""
        values = {key: secretly(_text(value), key in secret) for key, value in config.items()}
        self._call(self._stub.Configure, ConfigureRequest(args=_struct(values), acceptSecrets=True))

    def check(self, name: str, olds: Bag, declared: Bag) -> Checked:
        """Check a program's inputs against the old inputs."""
        news = _struct({**declared, "__provider": PROVIDER})
        answer = self._call(
            self._stub.Check, CheckRequest(urn=urn(name), olds=_struct(olds), news=news)
        )
        failures: dict[str, str] = {}
        for failure in answer.failures:
            reasons = (failures.get(failure.property), failure.reason)
            failures[failure.property] = "\n".join(filter(None, reasons))
        return Checked(_bag(answer.inputs), failures)

    def diff(self, name: str, old: Live, news: Bag) -> Difference:
        """Compare the state with checked inputs."""
        answer = self._call(
            self._stub.Diff,
            DiffRequest(
                id=old.id,
                urn=urn(name),
                olds=_struct(old.outputs),
                news=_struct(news),
                old_inputs=_struct(old.inputs),
            ),
        )
        assert answer.changes != DiffResponse.DIFF_UNKNOWN
        return Difference(answer.changes == DiffResponse.DIFF_SOME, list(answer.replaces))

    def create(self, name: str, inputs: Bag) -> Live:
        """Create a resource from checked inputs."""
        request = CreateRequest(urn=urn(name), properties=_struct(inputs))
        answer = self._call(self._stub.Create, request)
        return Live(answer.id, _bag(answer.properties), inputs)

    def read(self, name: str, old: Live) -> Live:
        """Refresh a resource; where the answer has no inputs, the old ones stay."""
        request = ReadRequest(
            id=old.id,
            urn=urn(name),
            properties=_struct(old.outputs),
            inputs=_struct(old.inputs),
        )
        answer = self._call(self._stub.Read, request)
        inputs = _bag(answer.inputs) if answer.HasField("inputs") else old.inputs
        return Live(answer.id, _bag(answer.properties), inputs)

    def update(self, name: str, old: Live, news: Bag) -> Live:
        """Update a resource to checked inputs."""
        request = UpdateRequest(
            id=old.id,
            urn=urn(name),
            olds=_struct(old.outputs),
            news=_struct(news),
            old_inputs=_struct(old.inputs),
        )
        answer = self._call(self._stub.Update, request)
        return Live(old.id, _bag(answer.properties), news)

    def delete(self, name: str, old: Live) -> None:
        """Delete a resource."""
        request = DeleteRequest(
            id=old.id,
            urn=urn(name),
            properties=_struct(old.outputs),
            old_inputs=_struct(old.inputs),
        )
        self._call(self._stub.Delete, request)

    def cancel(self) -> None:
        """Say that the user wants to stop."""
        self._call(self._stub.Cancel, Empty())

    @staticmethod
    def _call(method: Callable[..., Any], request: Any) -> Any:
        try:
            return method(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            raise _failure(error) from None


def _failure(error: grpc.RpcError) -> CallFailed:
    """Read a failed call as grpc-go and the engine do: a status with details outranks the plain."""
    assert isinstance(error, grpc.Call)
    metadata: Any = error.trailing_metadata() or ()
    packed = [value for key, value in metadata if key == "grpc-status-details-bin"]
    status = Status.FromString(packed[0]) if len(packed) == 1 else Status()
    if status.code != error.code().value[0]:
        return CallFailed(error.details() or "")
    for detail in status.details:
        partial = ErrorResourceInitFailed()
        if detail.Unpack(partial):
            return CallFailed(status.message, partial)
    return CallFailed(status.message)


@dataclass
class Launcher:
    """Starts plugin processes in a project folder, and ends them all."""

    engine: Engine
    project: Path
    _plugins: list[Plugin] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        stack_file: str | None = None,
        environment: Mapping[str, str] | None = None,
        secret: frozenset[str] = frozenset(),
    ) -> Plugin:
        """Start a plugin and configure it; the stack's file says the same unless it is given."""
        config = config or {}
        (self.project / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        text = yaml.safe_dump({"config": dict(config)}) if stack_file is None else stack_file
        (self.project / f"Pulumi.{STACK}.yaml").write_text(text)
        plugin = Plugin(self.engine, self.project, environment or {})
        with self._lock:
            self._plugins.append(plugin)
        plugin.configure(config, secret)
        return plugin

    def stop(self) -> None:
        """End every process that was started; none may need force."""
        for plugin in self._plugins:
            plugin.interrupt()
        stuck = []
        for plugin in self._plugins:
            plugin.stop()
            stuck.append(plugin.stuck)
        self._plugins.clear()
        assert not any(stuck), "\n".join(stuck)


def urn(name: str) -> str:
    """Return the URN of a job's resource."""
    return f"urn:pulumi:{STACK}::{PROJECT}::{TYPE}::{name}"


def bag_of(struct: Struct) -> Bag:
    """Return a property bag as it stands on the wire."""
    return _bag(struct)


def secretly(value: Any, secret: bool = True) -> Any:
    """Return a value as the wire has a secret one."""
    signature = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    return {**signature, "value": value} if secret else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _struct(values: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(dict(values))
    return struct


def _bag(struct: Struct) -> Bag:
    return MessageToDict(struct)
