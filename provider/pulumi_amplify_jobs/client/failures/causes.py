"""The exceptions behind an exception: urllib3 and botocore wrap what really happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

E = TypeVar("E", bound=BaseException)


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception and all that it came of, each once, the outermost first."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        kwargs = getattr(each, "kwargs", None)
        behind = [
            getattr(each, "reason", None),  # urllib3
            kwargs.get("error") if isinstance(kwargs, dict) else None,  # botocore
            *each.args,
            each.__cause__,
            each.__context__,
        ]
        waiting += [other for other in behind if isinstance(other, BaseException)]


def cause_of(error: BaseException, kind: type[E]) -> E | None:
    """Return the first exception of this kind among the causes."""
    return next((each for each in causes_of(error) if isinstance(each, kind)), None)
