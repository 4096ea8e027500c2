"""A stand-in for a Pulumi program, which registers jobs without a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import grpc
from pulumi.runtime.proto.resource_pb2 import RegisterResourceRequest
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub

from pulumi_amplify_jobs.testing.process import Ended
from pulumi_amplify_jobs.testing.program import ProgramRun, Running
from pulumi_amplify_jobs.testing.wire import Bag, to_struct

from .resources import TYPE, internal


@dataclass(frozen=True)
class Registering:
    """Registers declared inputs by name, just as they are, one after the other."""

    jobs: Mapping[str, Bag]

    def start(self, run: ProgramRun) -> Running:
        return _Thread(run.monitor, dict(self.jobs))


class _Thread:
    def __init__(self, monitor: str, jobs: Mapping[str, Bag]) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._end = self._pool.submit(_register, monitor, jobs)

    def interrupt(self) -> None:
        """Do nothing: a run that has failed refuses the next job, which is the end."""

    def wait(self) -> Ended:
        return self._end.result()

    def close(self) -> None:
        self._pool.shutdown()


def _register(monitor: str, jobs: Mapping[str, Bag]) -> Ended:
    no_proxy = [("grpc.enable_http_proxy", 0)]
    with grpc.insecure_channel(monitor, options=no_proxy) as channel:
        stub = ResourceMonitorStub(channel)
        for name, inputs in jobs.items():
            declared = to_struct({**inputs, **internal(name)})
            request = RegisterResourceRequest(type=TYPE, name=name, custom=True, object=declared)
            try:
                stub.RegisterResource(request)
            except grpc.RpcError as error:
                return Ended(1, str(error))
    return Ended(0, "")
