"""What a program may know of a job in a preview.

In the preview of a new or changed resource the engine shows its inputs as outputs, and the SDK
takes an output that is not there for unknown. So a job that will be left alone shows what is wanted
of it, and what a job at rest does not have, such as an error, changes in every preview. An output
that is no input and is never absent tells the two apart: where it is known, all are the state's.
"""

from __future__ import annotations

from typing import Any, TypeVar

import pulumi
from pulumi.output import Unknown

T = TypeVar("T")


def or_absent(value: pulumi.Output[T], marker: pulumi.Output[Any]) -> pulumi.Output[T | None]:
    """Return an output that is known as None where the state has no such value."""

    def settled(mark: Any) -> pulumi.Output[T | None]:
        if isinstance(mark, Unknown):
            return value
        return value.apply(lambda found: None if isinstance(found, Unknown) else found, True)

    return pulumi.Output.unsecret(marker).apply(settled, True)


def unless_left_alone(
    value: pulumi.Output[T], skipped: pulumi.Output[Any], marker: pulumi.Output[Any]
) -> pulumi.Output[T]:
    """Return an output that is unknown where it would show what is wanted of a job left alone."""

    def live(reason: Any) -> pulumi.Output[T]:
        return value if isinstance(reason, Unknown) else only_recorded(value, marker)

    return pulumi.Output.unsecret(skipped).apply(live, True)


def only_recorded(value: pulumi.Output[T], marker: pulumi.Output[Any]) -> pulumi.Output[T]:
    """Return an output that is unknown unless the state has it."""
    return pulumi.Output.unsecret(marker).apply(lambda _: value)
