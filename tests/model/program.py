"""A stand-in for the program that registers what the stack config declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto.resource_pb2 import RegisterResourceRequest
from pulumi.runtime.proto.resource_pb2_grpc import ResourceMonitorStub

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.dynamic.provider import Provider
from pulumi_amplify_jobs.dynamic.rule_provider import RuleProvider
from pulumi_amplify_jobs.spelling import snake
from pulumi_amplify_jobs.testing.process import Ended
from pulumi_amplify_jobs.testing.program import ProgramRun, Running
from pulumi_amplify_jobs.testing.resources import urn_of
from pulumi_amplify_jobs.testing.wire import UNKNOWN, Bag, from_struct, secret, to_struct
from tests.canaries import STATUS

from .declared import Declared, Yaml, targets_of

PROJECT, STACK = "amplify-jobs", "dev"
JOB = "pulumi-python:dynamic/amplify:BackendJob"
RULE = "pulumi-python:dynamic/amplify:BackendJobRule"
REPEATING = ("plan", "skipped", "declared", "unsettled", "error")
"""Outputs in which secret arguments stand again: `BackendJob` has the engine hide them, too."""
PROVIDERS = {JOB: serialize_provider(Provider()), RULE: serialize_provider(RuleProvider())}


@dataclass
class Registering:
    """Registers jobs and then rules, one after the other, as the config declares them."""

    declared: Declared = field(default_factory=Declared)
    unknown: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Inputs that a preview can't know, by the name in the config."""

    def start(self, run: ProgramRun) -> Running:
        return _Thread(run.monitor, self.declared, self.unknown if run.preview else {})


class _Thread:
    def __init__(
        self, monitor: str, declared: Declared, unknown: Mapping[str, Collection[str]]
    ) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._end = self._pool.submit(_register_all, monitor, declared, unknown)

    def interrupt(self) -> None:
        """Do nothing: a run that has failed refuses the next resource, which is the end."""

    def wait(self) -> Ended:
        return self._end.result()

    def close(self) -> None:
        self._pool.shutdown()


def _register_all(
    monitor: str, declared: Declared, unknown: Mapping[str, Collection[str]]
) -> Ended:
    with grpc.insecure_channel(monitor, options=[("grpc.enable_http_proxy", 0)]) as channel:
        stub = ResourceMonitorStub(channel)
        adopted: list[tuple[str, str]] = []
        try:
            for name, job in declared.jobs.items():
                inputs = {**inputs_of(job), **dict.fromkeys(unknown.get(name, ()), UNKNOWN)}
                hidden = REPEATING if inputs.get("secret") else ()
                outputs = _register(stub, JOB, name, inputs, hidden)
                if isinstance(job["jobId"], Mapping):
                    adopted.append((job.get("target", ""), _id_in(outputs)))
            for name, rule in declared.rules.items():
                for target, full_name, inputs in in_targets(name, rule):
                    left = [*inputs.get("except", ()), *(i for t, i in adopted if t == target)]
                    given = {**inputs, **({"except": left} if left else {})}
                    given.update(dict.fromkeys(unknown.get(name, ()), UNKNOWN))
                    _register(stub, RULE, full_name, given)
        except grpc.RpcError as error:
            return Ended(1, str(error))
    return Ended(0, "")


def _register(
    stub: ResourceMonitorStub, kind: str, name: str, inputs: Bag, hidden: Sequence[str] = ()
) -> Bag:
    internal = {"__provider": PROVIDERS[kind], "__urn": urn_of(STACK, PROJECT, kind, name)}
    request = RegisterResourceRequest(
        type=kind,
        name=name,
        custom=True,
        object=to_struct({**inputs, **internal}),
        additionalSecretOutputs=hidden,
    )
    return from_struct(stub.RegisterResource(request).object)


def _id_in(outputs: Bag) -> str:
    parts = [outputs.get(each) for each in ("app_id", "backend_environment_name", "job_id")]
    return UNKNOWN if UNKNOWN in parts else JobKey(*map(str, parts)).id


def inputs_of(job: Yaml) -> Bag:
    """Return a declared job as a program registers it."""
    inputs: Bag = _snake(job)
    if job.get("status") == STATUS:
        repeating = {"plan": {part: secret(None) for part in ("from", "to", "reason")}}
        inputs = {**inputs, "status": secret(STATUS), "secret": True, **repeating}
    return inputs


def in_targets(name: str, rule: Yaml) -> Iterator[tuple[str, str, Bag]]:
    """Yield a declared rule as a program registers it: target, name and inputs."""
    inputs = _snake({key: value for key, value in rule.items() if key != "targets"})
    for key in ("status", "operation"):
        if isinstance(inputs["match"].get(key), str):
            inputs["match"][key] = [inputs["match"][key]]
    for target in targets_of(rule):
        if target:
            yield target, f"{name}@{target}", {**inputs, "target": target}
        else:
            yield target, name, inputs


def _snake(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {snake(k): v if k == "tags" else _snake(v) for k, v in value.items()}
    return value
