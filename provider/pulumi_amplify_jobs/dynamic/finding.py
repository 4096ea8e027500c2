"""Giving a job an ID where the program says `latest`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from ..config import read_latest_arguments
from ..jobs import TO_BE_FOUND, DesiredJob, JobKey, Latest, LatestJob
from .properties import LATEST, Bag
from .runtime import Runtime


class NotFoundError(Exception):
    """There is no ID to give; the text is the reason."""


def with_id(declared: Bag, olds: Mapping[str, Any], runtime: Runtime, name: str) -> Bag:
    """Return declared inputs with the ID that was adopted before, or that of the latest job.

    What stood in its place is kept as `latest`. An adopted job stays as long as what is asked for
    stays the same, unless `follow` is set. Raises NotFoundError, ConfigError, ServiceError.
    """
    asked = declared.get("job_id")
    if not isinstance(asked, Mapping):
        return declared
    given, problems = read_latest_arguments({to_camel(key): asked[key] for key in asked})
    if given is None:
        raise NotFoundError("; ".join(problems))
    found = {**declared, LATEST: dict(asked)}
    environment = (str(declared.get("app_id")), str(declared.get("backend_environment_name")))
    adopted = _adopted(found, olds)
    if adopted is None or given.follow:
        newer = _newest(environment, given.latest, runtime)
        if newer is None and adopted is None:
            wanted = DesiredJob(JobKey(*environment, TO_BE_FOUND), name=name)
            raise NotFoundError(LatestJob(wanted, given.latest).missing)
        adopted = newer or adopted
    key = JobKey(*environment, str(adopted))
    owner = runtime.other_owner(key, name)
    if owner is not None:
        raise NotFoundError(
            f"{name} and {owner} both mean {key}: narrow jobId.latest, or remove one"
        )
    return {**found, "job_id": adopted}


def _adopted(found: Bag, olds: Mapping[str, Any]) -> str | None:
    """Return the ID that an earlier run adopted for the same question."""
    same = all(
        olds.get(field) == found.get(field)
        for field in ("app_id", "backend_environment_name", LATEST)
    )
    adopted = olds.get("job_id")
    return adopted if same and isinstance(adopted, str) else None


def _newest(environment: tuple[str, str], latest: Latest, runtime: Runtime) -> str | None:
    job = runtime.reconciler.latest(environment, latest)
    return None if job is None else job.key.job_id
