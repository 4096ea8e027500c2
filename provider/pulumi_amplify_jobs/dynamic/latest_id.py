"""Giving a job an ID where the program says `latest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.runtime import rpc

from ..config.loader import read_latest_arguments
from ..domain.jobs import TO_BE_FOUND, DesiredJob, LatestJob
from ..domain.keys import Environment, JobKey
from ..errors import ConfigError, JobMissingError
from ..reconcile.waits import ShowLine
from ..spelling import camel
from .decisions import Bag
from .internal_properties import name_in
from .plugin_process import engine_warnings
from .properties import LATEST, as_written
from .runtime import Runtime
from .unknowns import unknown_fields


def with_id(declared: Bag, olds: Mapping[str, Any], runtime: Runtime, urn: str) -> Bag:
    """Return declared inputs with the ID that was adopted before, or that of the latest job.

    What stood in its place is kept as `latest`. An adopted job stays as long as what is asked for
    stays the same, unless `follow` is set. While any input is unknown, so is the ID. Raises
    ConfigError, JobMissingError, ServiceError.
    """
    asked = declared.get("job_id")
    if not isinstance(asked, Mapping):
        return declared
    if unknown_fields(declared):
        return {**declared, "job_id": rpc.UNKNOWN}
    given, problems = read_latest_arguments(as_written({camel(key): asked[key] for key in asked}))
    if given is None:
        raise ConfigError(problems)
    found = {**declared, LATEST: dict(asked)}
    name = name_in(urn)
    environment = Environment(
        *(str(declared.get(field)) for field in ("app_id", "backend_environment_name"))
    )
    target = runtime.targets.named(declared.get("target"))
    wanted = DesiredJob(JobKey(*environment, TO_BE_FOUND, target), name=name)
    latest = LatestJob(wanted, *given)
    job_id = _found(latest, _adopted(found, olds), runtime, engine_warnings(urn))
    key = JobKey(*environment, job_id, target)
    owner = runtime.other_owner(key, name)
    if owner is not None:
        raise ConfigError([latest.contested(key, owner)])
    return {**found, "job_id": job_id}


def _found(asked: LatestJob, adopted: str | None, runtime: Runtime, warn: ShowLine) -> str:
    """Return the ID of the job that is meant now. Raises JobMissingError, ServiceError."""
    if adopted is not None and not asked.follow:
        return adopted
    key = asked.declared.key
    choice = runtime.services(key).newest.find(key.environment, asked.latest)
    for line in choice.doubts:
        warn(line)
    if choice.job is not None:
        return choice.job.key.job_id
    if adopted is None:
        raise JobMissingError(asked.missing)
    return adopted


def _adopted(found: Bag, olds: Mapping[str, Any]) -> str | None:
    """Return the ID that an earlier run adopted for the same question."""
    same = all(
        olds.get(field) == found.get(field)
        for field in ("app_id", "backend_environment_name", LATEST)
    )
    adopted = olds.get("job_id")
    return adopted if same and isinstance(adopted, str) else None
