"""Secret arguments of a job: what repeats them is as secret as they are, and no message shows them.

The engine hides properties, no messages; and as the SDK's plugin asks it for plain values, only the
program knows what is secret. It passes that on as the input `secret`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pulumi

from ..domain.plan import FIELDS
from ..errors import one_line

SECRET = "secret"  # noqa: S105 (a property's name)
"""The input that says that an argument is a secret; absent where none is."""

VEIL = "(secret)"

REPEATING = ("when", "latest", "job_id", "declared", "plan", "previous")
"""Properties with operations and statuses below them; `previous` is of earlier releases."""


def veiled(text: str, bags: Iterable[Mapping[str, Any]]) -> str:
    """Return a message without operations and statuses of these bags, where they are secret.

    Statuses are short words, so they are taken out of messages about this one job only, and only
    where they stand as a word.
    """
    values = {value for bag in bags if bag.get(SECRET) for value in _values_in(bag)}
    if not values:
        return text
    longest_first = sorted(values, key=len, reverse=True)
    words = "|".join(map(re.escape, longest_first))
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", VEIL, text)


def _values_in(bag: Mapping[str, Any]) -> Iterator[str]:
    yield from _values_at(bag)
    for field in REPEATING:
        yield from _values_below(bag.get(field))


def _values_below(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _values_at(value)
        for part in value.values():
            yield from _values_below(part)


def _values_at(bag: Mapping[str, Any]) -> Iterator[str]:
    for value in map(bag.get, FIELDS):
        if isinstance(value, str) and value:
            yield value
            yield one_line(value)  # as messages have it


REPEATING_INPUTS = {"plan": ("from", "to", "reason")}
"""Parts of inputs that check computes, in which arguments stand again, or what came of them."""

REPEATING_OUTPUTS = (*REPEATING_INPUTS, "skipped", "declared", "unsettled", "error")
"""Outputs in which inputs stand again, in other words; a service may repeat them in an error."""


def secrecy(arguments: Mapping[str, Any], opts: pulumi.ResourceOptions) -> dict[str, Any]:
    """Return the properties, and set the option, that keep secret arguments secret everywhere.

    The engine hides what has the name of a secret argument. What repeats such arguments under
    another name is hidden by these, and `secret` has the provider keep them out of its messages.
    """
    if not _has_outputs(arguments):
        return {}
    # The SDK looks at the list once it has resolved the properties, `secret` among them.
    hidden = [*(opts.additional_secret_outputs or ())]
    opts.additional_secret_outputs = hidden
    nothing = pulumi.Output.all(**arguments).apply(lambda _: None)
    secret = secret_among(arguments, lambda: hidden.extend(REPEATING_OUTPUTS))
    repeating = {name: dict.fromkeys(parts, nothing) for name, parts in REPEATING_INPUTS.items()}
    return {**repeating, **secret}


def secret_among(
    arguments: Mapping[str, Any], note: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Return the input that names the secret arguments; `note` is called for them."""
    if not _has_outputs(arguments):
        return {}
    everything = pulumi.Output.all(**arguments)

    async def secret() -> bool | None:
        if not await everything.is_secret():
            return None
        note()
        return True

    return {SECRET: secret()}


def awaited(value: Any) -> Any:
    """Return arguments whose awaitables are outputs: an awaitable can be waited for once only."""
    if isinstance(value, Mapping):
        return {name: awaited(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [awaited(item) for item in value]
    return pulumi.Output.from_input(value) if inspect.isawaitable(value) else value


def _has_outputs(value: Any) -> bool:
    """Say whether a value has a part that is no plain value."""
    if isinstance(value, Mapping):
        return any(map(_has_outputs, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_outputs, value))
    return isinstance(value, pulumi.Output)
