"""What a program may know of a job in a preview.

In the preview of a new or changed resource the engine shows its inputs as outputs, and the SDK
takes an output that is not there for unknown. So a job that will be left alone shows what is wanted
of it, and what a job at rest does not have, such as an error, changes in every preview. The marker,
an output that is no input and is never absent, distinguishes the two: where it is known, all are
the state's. Where it is not, the input `plan` says what is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pulumi
from pulumi.output import Unknown

from ..domain.plan import Missing, Skipped

T = TypeVar("T")


def or_absent(value: pulumi.Output[T], marker: pulumi.Output[Any]) -> pulumi.Output[T | None]:
    """Return an output that is known as None where the state has no such value."""
    return _where_recorded(marker, _known_or_none(value), value)


def reason_or_absent(
    recorded: pulumi.Output[str], plan: pulumi.Output[Any], marker: pulumi.Output[Any]
) -> pulumi.Output[str | None]:
    """Return why a job was left alone, or why it will be; None where it is not."""
    planned: pulumi.Output[str | None] = plan.apply(lambda known: (known or {}).get("reason"))
    return _where_recorded(marker, _known_or_none(recorded), planned)


def unless_left_alone(
    value: pulumi.Output[T], plan: pulumi.Output[Any], marker: pulumi.Output[Any]
) -> pulumi.Output[T]:
    """Return an output that is unknown where a job will be left alone, or may be.

    There it would show what is wanted of the job.
    """

    def live(found: Any) -> pulumi.Output[T]:
        open_ = (Skipped.action, Missing.action)
        decided = isinstance(found, Mapping) and found.get("action") not in open_
        return value if decided else only_recorded(value, marker)

    return pulumi.Output.unsecret(plan).apply(live, True)


def only_recorded(value: pulumi.Output[T], marker: pulumi.Output[Any]) -> pulumi.Output[T]:
    """Return an output that is unknown unless the state has it."""
    return pulumi.Output.unsecret(marker).apply(lambda _: value)


def _known_or_none(value: pulumi.Output[T]) -> pulumi.Output[T | None]:
    return value.apply(lambda found: None if isinstance(found, Unknown) else found, True)


def _where_recorded(
    marker: pulumi.Output[Any],
    recorded: pulumi.Output[T | None],
    planned: pulumi.Output[Any],
) -> pulumi.Output[T | None]:
    """Return one output where the state has the resource as it is, another where it has not."""
    return pulumi.Output.unsecret(marker).apply(
        lambda mark: planned if isinstance(mark, Unknown) else recorded, True
    )
