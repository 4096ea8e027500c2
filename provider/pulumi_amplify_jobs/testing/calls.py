"""The calls of a dynamic provider, as the engine makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from .resources import Resource, name_of, type_of
from .wire import Bag, from_struct, plain, to_struct

DEADLINE = 3600.0
"""Seconds after which a call counts as lost. A provider may wait long for what it made."""


@dataclass
class CallFailed(Exception):  # noqa: N818 - reads as what happened
    """A call failed, as the engine understands it; `partial` is what it keeps in the state."""

    message: str
    partial: pb.ErrorResourceInitFailed | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """The texts that the engine shows."""
        return tuple(self.partial.reasons) if self.partial else (self.message,)

    def __str__(self) -> str:
        return "\n".join(self.reasons)


@dataclass(frozen=True)
class Call:
    """A call that was made, in the wire's JSON, as PULUMI_DEBUG_GRPC has it."""

    method: str
    request: Bag
    answer: Bag | None
    """None where the call failed."""
    error: str = ""


@dataclass(frozen=True)
class Checked:
    """The answer to Check."""

    inputs: Bag
    failures: dict[str, str]
    """Reasons by property; several reasons of one are lines."""


@dataclass(frozen=True)
class Live:
    """The answer to Create, Read or Update."""

    id: str
    outputs: Bag
    inputs: Bag | None = None
    """None where the answer has none: the inputs stay as they are."""


@dataclass(frozen=True)
class Difference:
    """The answer to Diff."""

    changes: bool | None
    """None where the provider can't tell."""
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False


@dataclass
class Provider:
    """The calls, made over a channel; every one is recorded. May be used from any thread."""

    channel: grpc.Channel
    record: Callable[[Call], None] = field(default=lambda _call: None)

    accepts_secrets: bool = False
    """Whether secrets are sent as such, as the answer to Configure says."""

    def __post_init__(self) -> None:
        self._stub = ResourceProviderStub(self.channel)

    def configure(self, config: Mapping[str, Any], urn: str) -> None:
        """Hand over the whole stack config, by full key; `urn` is the default provider's."""
        answer = self._call(
            "Configure",
            pb.ConfigureRequest(
                variables={f"pulumi-python:config:{k}": plain(v) for k, v in config.items()},
                args=to_struct(config),
                acceptSecrets=True,
                acceptResources=True,
                sends_old_inputs=True,
                sends_old_inputs_to_delete=True,
                urn=urn,
                name=name_of(urn),
                type=type_of(urn),
            ),
        )
        self.accepts_secrets = answer.acceptSecrets

    def check(self, urn: str, olds: Bag, news: Bag) -> Checked:
        """Check declared inputs against the old inputs."""
        answer = self._about(urn, "Check", pb.CheckRequest, olds=olds, news=news)
        failures: dict[str, str] = {}
        for failure in answer.failures:
            reasons = (failures.get(failure.property), failure.reason)
            failures[failure.property] = "\n".join(filter(None, reasons))
        return Checked(from_struct(answer.inputs), failures)

    def diff(self, old: Resource, news: Bag) -> Difference:
        """Compare the state with inputs."""
        bags = {"olds": old.outputs, "old_inputs": old.inputs, "news": news}
        answer = self._about(old.urn, "Diff", pb.DiffRequest, old.id, **bags)
        changes = {pb.DiffResponse.DIFF_SOME: True, pb.DiffResponse.DIFF_NONE: False}
        return Difference(
            changes.get(answer.changes), tuple(answer.replaces), answer.deleteBeforeReplace
        )

    def create(self, urn: str, inputs: Bag) -> Live:
        """Create a resource from checked inputs."""
        answer = self._about(urn, "Create", pb.CreateRequest, properties=inputs)
        return Live(answer.id, from_struct(answer.properties))

    def read(self, old: Resource) -> Live:
        """Read a resource as it is now; the answer's ID is empty where it is gone."""
        bags = {"properties": old.outputs, "inputs": old.inputs}
        answer = self._about(old.urn, "Read", pb.ReadRequest, old.id, **bags)
        inputs = from_struct(answer.inputs) if answer.HasField("inputs") else None
        return Live(answer.id, from_struct(answer.properties), inputs)

    def update(self, old: Resource, news: Bag) -> Live:
        """Update a resource to checked inputs."""
        bags = {"olds": old.outputs, "old_inputs": old.inputs, "news": news}
        answer = self._about(old.urn, "Update", pb.UpdateRequest, old.id, **bags)
        return Live(old.id, from_struct(answer.properties))

    def delete(self, old: Resource) -> None:
        """Delete a resource."""
        bags = {"properties": old.outputs, "old_inputs": old.inputs}
        self._about(old.urn, "Delete", pb.DeleteRequest, old.id, **bags)

    def cancel(self) -> None:
        """Say that there will be no more calls."""
        self._call("Cancel", Empty())

    def _about(
        self, urn: str, method: str, request: Callable[..., Any], resource_id: str = "", **bags: Bag
    ) -> Any:
        """Make a call about one resource."""
        own_type = type_of(urn).rsplit("$", 1)[-1]
        known = {"urn": urn, "name": name_of(urn), "type": own_type}
        named = {**known, "id": resource_id} if resource_id else known
        return self._call(method, request(**named, **{k: self._sent(v) for k, v in bags.items()}))

    def _sent(self, bag: Bag) -> Struct:
        return to_struct(bag if self.accepts_secrets else plain(bag))

    def _call(self, method: str, request: Any) -> Any:
        try:
            answer = getattr(self._stub, method)(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            failure = _failure(error)
            self.record(Call(method, MessageToDict(request), None, failure.message))
            raise failure from None
        self.record(Call(method, MessageToDict(request), MessageToDict(answer)))
        return answer


def _failure(error: grpc.RpcError) -> CallFailed:
    """Read a failed call as grpc-go and the engine do: a status with details outranks the plain."""
    if not isinstance(error, grpc.Call):
        return CallFailed(str(error))
    metadata: Any = error.trailing_metadata() or ()
    packed = [value for key, value in metadata if key == "grpc-status-details-bin"]
    status = Status.FromString(packed[0]) if len(packed) == 1 else Status()
    if status.code != error.code().value[0]:
        return CallFailed(error.details() or "")
    for detail in status.details:
        partial = pb.ErrorResourceInitFailed()
        if detail.Unpack(partial):
            return CallFailed(status.message, partial)
    return CallFailed(status.message)
