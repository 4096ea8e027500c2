"""The shapes of config values, and everything that is wrong with one that has another shape.

Every process that Pulumi starts reads the config, and so does every command. A library for this
would take a third of the time in which botocore is loaded.

Shapes are strict: a number is no text. None of them judges what is not known yet (UNKNOWN).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .document import KeyPath
from .unknown import UNKNOWN

Schema = Mapping[str, Any]
"""A JSON Schema, or keywords of one."""

FlawKind = Literal[
    "missing",
    "unknown key",
    "not text",
    "not a mapping",
    "not a list",
    "not true or false",
    "not a whole number",
    "too much",
    "not among",
    "unfit",
]


class UnfitError(ValueError):
    """A value is unfit for its key; the text goes behind the key's name, and repeats no value."""


class DateTextError(ValueError):
    """Text is what the engine makes of a date without quotes."""


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong, at a path below the value that was read."""

    path: KeyPath
    kind: FlawKind
    detail: Any = None
    """What may be there at most or instead, or the ValueError that says why it is unfit."""


@dataclass
class Reading:
    """One value's reading: the flaws found so far."""

    flaws: list[Flaw] = field(default_factory=list)

    def value(self, shape: Shape, value: Any, path: KeyPath) -> Any:
        """Return what the shape makes of a value; where it is flawed, that is noted."""
        if value is UNKNOWN:
            return value
        before = len(self.flaws)
        try:
            read = shape.read(shape.prepared(value), path, self)
            return shape.finished(read) if len(self.flaws) == before else read
        except ValueError as reason:
            return self.flaw(path, "unfit", reason)

    def flaw(self, path: KeyPath, kind: FlawKind, detail: Any = None) -> None:
        """Note a flaw."""
        self.flaws.append(Flaw(path, kind, detail))


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Shape:
    """What a value must be. Subclasses say it by `read`."""

    prepared: Callable[[Any], Any] = field(default=_as_it_is, kw_only=True)
    """What is done to the value before: it may be written otherwise. May raise ValueError."""
    finished: Callable[[Any], Any] = field(default=_as_it_is, kw_only=True)
    """What is done to a good value. May raise ValueError."""
    schema: Schema | None = field(default=None, kw_only=True)
    """What JSON Schema can say of it, where that does not follow from the shape."""

    def read(self, value: Any, path: KeyPath, reading: Reading) -> Any:
        """Return what is made of the value, noting flaws. May raise ValueError for one."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Shape):
    """Text that passes every check; each raises ValueError for what does not."""

    checks: tuple[Callable[[str], object], ...] = ()

    def read(self, value: Any, path: KeyPath, reading: Reading) -> Any:
        """Return the text."""
        if not isinstance(value, str):
            return reading.flaw(path, "not text")
        for check in self.checks:
            check(value)
        return value


@dataclass(frozen=True)
class Whole(Shape):
    """A whole number of 0 or more."""

    most: int | None = None

    def read(self, value: Any, path: KeyPath, reading: Reading) -> Any:
        """Return the number."""
        if type(value) is not int or value < 0:
            return reading.flaw(path, "not a whole number")
        if self.most is not None and value > self.most:
            return reading.flaw(path, "too much", self.most)
        return value


@dataclass(frozen=True)
class Flag(Shape):
    """True or false."""

    def read(self, value: Any, path: KeyPath, reading: Reading) -> Any:
        """Return it."""
        return value if isinstance(value, bool) else reading.flaw(path, "not true or false")


@dataclass(frozen=True)
class OneOf(Shape):
    """One of these words."""

    words: tuple[str, ...]

    def read(self, value: Any, path: KeyPath, reading: Reading) -> Any:
        """Return the word."""
        known = isinstance(value, str) and value in self.words
        return value if known else reading.flaw(path, "not among", self.words)


@dataclass(frozen=True)
class ListOf(Shape):
    """A list, each item of one shape."""

    item: Shape

    def read(self, value: Any, path: KeyPath, reading: Reading) -> Any:
        """Return the list."""
        if not isinstance(value, list):
            return reading.flaw(path, "not a list")
        return [reading.value(self.item, each, (*path, at)) for at, each in enumerate(value)]


@dataclass(frozen=True)
class MappingOf(Shape):
    """A mapping whose keys are the user's own, each value of one shape."""

    value: Shape
    name: Schema = field(default_factory=dict)
    """What JSON Schema can say of the keys."""

    def read(self, value: Any, path: KeyPath, reading: Reading) -> Any:
        """Return the mapping."""
        if not isinstance(value, dict):
            return reading.flaw(path, "not a mapping")
        return {key: reading.value(self.value, each, (*path, key)) for key, each in value.items()}


@dataclass(frozen=True)
class AnyOf(Shape):
    """Alternatives; only for editors and pages, as it is decided elsewhere which one is meant."""

    shapes: tuple[Shape, ...]
