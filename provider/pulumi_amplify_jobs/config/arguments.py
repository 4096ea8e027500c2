"""The arguments of a single BackendJob, checked as a job of the stack config is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from ..domain.jobs import DesiredJob, Latest
from ..domain.keys import JobKey
from .diagnostics import Origin, explain
from .document import Document
from .loader import desired_from
from .models import JobConfig, LatestIdConfig


def read_arguments(
    values: Mapping[str, Any], unknown: frozenset[str], names: Mapping[JobKey, str]
) -> tuple[DesiredJob | None, list[tuple[str, str]]]:
    """Return the declared job and the problems, as (key, message), by the YAML's keys.

    The job is None where there are problems, or where some values are `unknown` yet. `names` has
    the names of jobs by key, for messages.
    """
    given = dict(values)
    try:
        model = JobConfig.model_validate(given)
    except ValidationError as error:
        found = explain(error, JobConfig, given, Origin(Document("arguments")))
        problems = [
            (str(each.path[0]), each.message)
            for each in found
            if not (each.is_missing and each.path[0] in unknown)
        ]
        return None, problems
    if model.operation is None and model.status is None and not unknown & {"operation", "status"}:
        return None, [("status", "neither operation nor status is declared: add at least one")]
    if unknown:
        return None, []
    desired = desired_from(model, None)
    return replace(desired, name=names.get(desired.key)), []


def read_latest_arguments(value: Mapping[str, Any]) -> tuple[LatestId | None, list[str]]:
    """Return which job a mapping in place of an ID means, and the problems."""
    try:
        model = LatestIdConfig.model_validate(value)
    except ValidationError as error:
        found = explain(error, LatestIdConfig, value, Origin(Document("arguments")))
        return None, [f"jobId.{each.message}" for each in found]
    which = Latest(model.latest.operation, model.latest.status)
    return LatestId(which, bool(model.follow)), []


@dataclass(frozen=True)
class LatestId:
    """What stands in place of a job's ID."""

    latest: Latest
    follow: bool
