"""The engine's two services that a program and its providers call: resource monitor and engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from grpc import ServicerContext
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.proto import resource_pb2 as pb
from pulumi.runtime.proto.engine_pb2_grpc import EngineServicer, add_EngineServicer_to_server
from pulumi.runtime.proto.resource_pb2_grpc import (
    ResourceMonitorServicer,
    add_ResourceMonitorServicer_to_server,
)

from .deployment import Stopped
from .program import Stack
from .resources import STACK_TYPE, Goal, Resource, name_of, urn_of
from .results import Journal, Line, Problem
from .wire import from_struct, to_struct

FEATURES = {
    "secrets": pb.RESOURCE_MONITOR_FEATURE_SECRETS,
    "resourceReferences": pb.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    "outputValues": pb.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
    "aliasSpecs": pb.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    "deletedWith": pb.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
}
"""What the monitor says it can do, by the names that older SDKs ask for one by one."""

THREADS = 32
"""Resources that are brought to their state side by side."""

REFERENCE_TYPE = "pulumi:pulumi:StackReference"

UNSUPPORTED = {
    "aliases": "aliases",
    "aliasURNs": "aliases",
    "deletedWith": "deleted_with",
    "ignoreChanges": "ignore_changes",
    "importId": "import_",
    "replaceOnChanges": "replace_on_changes",
    "replace_with": "replace_with",
    "transforms": "transforms",
}
"""Resource options that change what happens, and that are the real engine's: wire name, option."""


class EngineService(EngineServicer):
    """Takes log lines, of programs and of providers."""

    def __init__(self, journal: Callable[[], Journal]) -> None:
        self._journal = journal

    def Log(self, request: engine_pb2.LogRequest, _context: ServicerContext) -> Empty:
        """Note a line; an error is not yet a reason to fail, only the program's end is."""
        severity: Any = engine_pb2.LogSeverity.Name(request.severity).lower()
        line = Line(severity, request.message, name_of(request.urn))
        self._journal().lines.append(line)
        return Empty()


@dataclass
class MonitorService(ResourceMonitorServicer):
    """Takes what a program registers."""

    stack: Stack
    preview: bool
    journal: Journal
    register: Callable[[Goal], Resource]
    """Raises Stopped where the run has failed."""

    def GetDeploymentInfo(self, _request: Empty, _context: ServicerContext) -> pb.DeploymentInfo:
        """Say what runs."""
        return pb.DeploymentInfo(
            project=self.stack.project,
            stack=self.stack.name,
            organization="organization",
            dryRun=self.preview,
            config=self.stack.config,
            supportedFeatures=FEATURES.values(),
        )

    def SupportsFeature(
        self, request: pb.SupportsFeatureRequest, _context: ServicerContext
    ) -> pb.SupportsFeatureResponse:
        """Say whether a feature is there, to an older SDK."""
        return pb.SupportsFeatureResponse(hasSupport=request.id in FEATURES)

    def RegisterResource(
        self, request: pb.RegisterResourceRequest, context: ServicerContext
    ) -> pb.RegisterResourceResponse:
        """Bring a resource to what the program declares."""
        urn = self._urn(request)
        if request.type == STACK_TYPE:
            return pb.RegisterResourceResponse(urn=urn, object=request.object)
        try:
            self._refuse_unsupported(request)
            resource = self.register(_goal(urn, request))
        except Stopped:
            # The SDK takes this for the engine's own end, and waits for the signal that follows.
            self.journal.remind()
            context.abort(grpc.StatusCode.UNAVAILABLE, "the run has failed")
        return pb.RegisterResourceResponse(
            urn=urn, id=resource.id, object=to_struct(resource.outputs)
        )

    def RegisterResourceOutputs(
        self, request: pb.RegisterResourceOutputsRequest, _context: ServicerContext
    ) -> Empty:
        """Note the stack's outputs; a component's are of no consequence."""
        if f"::{STACK_TYPE}::" in request.urn:
            self.journal.outputs.update(from_struct(request.outputs))
        return Empty()

    def SignalAndWaitForShutdown(self, _request: Empty, _context: ServicerContext) -> Empty:
        """Let the program end: it has no resource hooks that deletions would need."""
        return Empty()

    def Invoke(self, request: Any, context: ServicerContext) -> Any:
        """Refuse a call of a provider's function."""
        message = f"calls the function {request.tok}, which needs a real engine"
        self.journal.problem(Problem(message))
        context.abort(grpc.StatusCode.UNAVAILABLE, message)

    def ReadResource(
        self, request: pb.ReadResourceRequest, context: ServicerContext
    ) -> pb.ReadResourceResponse:
        """Look up the outputs of another stack; nothing else can be looked up."""
        if request.type == REFERENCE_TYPE and request.id in self.stack.references:
            outputs = dict(self.stack.references[request.id])
            found = {"name": request.id, "outputs": outputs, "secretOutputNames": []}
            return pb.ReadResourceResponse(urn=self._urn(request), properties=to_struct(found))
        message = f"looks up a resource of type {request.type}, which needs a real engine"
        if request.type == REFERENCE_TYPE:
            given = f'references={{"{request.id}": {{…}}}}'
            message = f"refers to the stack {request.id}: give its outputs, as {given}"
        self.journal.problem(Problem(message, request.name))
        return context.abort(grpc.StatusCode.UNAVAILABLE, message)

    def _urn(self, request: pb.RegisterResourceRequest | pb.ReadResourceRequest) -> str:
        stack = self.stack
        return urn_of(stack.name, stack.project, request.type, request.name, request.parent)

    def _refuse_unsupported(self, request: pb.RegisterResourceRequest) -> None:
        for name, option in UNSUPPORTED.items():
            if getattr(request, name, None):
                message = f"the testing host does not know the option {option}: use a real engine"
                self.journal.problem(Problem(message, request.name))
                raise Stopped


def _goal(urn: str, request: pb.RegisterResourceRequest) -> Goal:
    return Goal(
        urn=urn,
        inputs=from_struct(request.object),
        custom=request.custom,
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace,
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
    )


@contextmanager
def serving(*services: EngineService | MonitorService) -> Iterator[str]:
    """Serve on a free port of loopback; yield the address."""
    server = grpc.server(ThreadPoolExecutor(THREADS))
    for service in services:
        if isinstance(service, EngineService):
            add_EngineServicer_to_server(service, server)
        else:
            add_ResourceMonitorServicer_to_server(service, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield address
    finally:
        server.stop(0).wait()
