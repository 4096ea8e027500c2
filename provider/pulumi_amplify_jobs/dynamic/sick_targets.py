"""A target that can't be read: it fails by itself, and its resources hold back no other.

The engine ends a run with the first check that fails, whatever --continue-on-error says (source:
pkg/resource/deploy/step_generator.go, issueCheckErrors). So the check of a resource in such a
target passes, with the error as its `plan` and as an error under the resource; the step that would
have written fails instead. A resource without a target fails in its check, as it always did.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import CheckResult
from pulumi.runtime import rpc

from ..domain.keys import KEY_FIELDS
from ..errors import AmplifyJobsError, ServiceError
from .decisions import Bag, failed, present
from .plugin_process import engine_errors
from .properties import LATEST

_told: set[str] = set()
_lock = threading.Lock()


def tell_once(target: str, line: str, urn: str) -> None:
    """Report what keeps a target from being read, once in a process, under a resource of it."""
    with _lock:
        first = target not in _told
        _told.add(target)
    if first:
        engine_errors(urn)(line)


def unreadable(inputs: Bag, olds: Mapping[str, Any], error: ServiceError) -> CheckResult:
    """Return the answer of a check whose job could not be read.

    What is only known by a read stays as the state has it.
    """
    kept = {field: inputs.get(field) for field in (*KEY_FIELDS, LATEST)}
    if isinstance(kept["job_id"], Mapping):
        kept[LATEST] = kept["job_id"]
        kept["job_id"] = olds.get("job_id", rpc.UNKNOWN)
    created = olds.get("created")
    return CheckResult(
        {**inputs, **present({**kept, "created": created}), "plan": failed(str(error))}, []
    )


def is_unreadable(inputs: Mapping[str, Any]) -> bool:
    """Say whether the check that made these inputs could not read the job, or the rule's jobs."""
    plan = inputs.get("plan")
    return isinstance(plan, Mapping) and plan.get("action") == failed("")["action"]


def refuse_unreadable(inputs: Mapping[str, Any]) -> None:
    """Raise UnreadableError for inputs of a check that could not read: nothing may be written."""
    if is_unreadable(inputs):
        target = inputs.get("target")
        name = target.get("name") if isinstance(target, Mapping) else target
        raise UnreadableError(f"nothing was written, as the target {name} could not be read")


class UnreadableError(AmplifyJobsError):
    """The check could not read what the step was to write."""
