"""Jobs as resources of a stack: declared inputs, names, and what the state holds."""

from __future__ import annotations

from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from pulumi_amplify_jobs.domain.keys import KEY_FIELDS, JobKey
from pulumi_amplify_jobs.dynamic.provider import Provider
from pulumi_amplify_jobs.testing.resources import Goal, Resource, urn_of
from pulumi_amplify_jobs.testing.wire import Bag

from ..samples import APP, ENVIRONMENT

PROJECT = "ops"
STACK = "dev"
TYPE = "pulumi-python:dynamic/amplify:BackendJob"
PROVIDER = serialize_provider(Provider())
"""What stands in a resource's `__provider`."""


def wanted(job_id: str, **fields: Any) -> Bag:
    """Return the inputs that a program declares for a job of the samples' environment."""
    return {
        "app_id": APP,
        "backend_environment_name": ENVIRONMENT,
        "job_id": job_id,
        **fields,
    }


def urn(name: str) -> str:
    """Return the URN of a job's resource."""
    return urn_of(STACK, PROJECT, TYPE, name)


def internal(name: str) -> Bag:
    """Return what a resource of this name adds to its declared inputs, and no preview shows."""
    return {"__provider": PROVIDER, "__urn": urn(name)}


def resource(name: str, resource_id: str, inputs: Bag, outputs: Bag) -> Resource:
    """Return a job's resource as the state has it."""
    return Resource(urn(name), resource_id, inputs, outputs, Goal(urn(name), inputs))


def adopted(inputs: Bag) -> Resource:
    """Return the resource `push` of a job that an earlier run adopted by its status."""
    key = str(JobKey(*(inputs[part] for part in KEY_FIELDS)))
    kept = {**inputs, **internal("push")}
    return resource("push", key, kept, {**kept, "declared": {"status": inputs["status"]}})
