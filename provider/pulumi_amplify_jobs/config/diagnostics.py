"""Config problems as one line each: where, which job, what is wrong, what to write instead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..errors import ConfigError, one_line
from ..redaction import redacted
from .document import Document, KeyPath

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Place:
    """Where something is declared: a file and a line, as far as they are known."""

    label: str
    line: int | None = None
    column: int | None = field(default=None, compare=False)
    path: KeyPath = field(default=(), compare=False)
    """The keys that lead to it, below what was read."""
    targets: frozenset[str] = field(default=frozenset(), compare=False)
    """What stands there concerns these targets only, the empty name being that of what has none;
    without any, it concerns all."""

    def __str__(self) -> str:
        return f"{self.label}:{self.line}" if self.line else self.label


@dataclass(frozen=True)
class Origin:
    """Where a piece of config comes from: the document for lines, and the path of its root there.

    `secret`: the value, or a part of it, was encrypted, so no message may show any of it.
    """

    document: Document
    root: KeyPath = ()
    secret: bool = False
    prefix: KeyPath = ()
    """What validated paths begin with, where the root stands for one key of a model."""
    sealed: frozenset[KeyPath] = frozenset()
    """Which parts of a secret value are encrypted; none: all of it."""
    targets: frozenset[str] = frozenset()
    """As those of a place."""

    @property
    def written(self) -> str | None:
        """The key of the config as its file has it, or None where there is no file."""
        return str(self.root[1]) if len(self.root) > 1 else None

    def place(self, path: KeyPath = ()) -> Place:
        """Return the place of a path below the root."""
        full = self._full(path)
        return Place(self.document.label, *self.document.mark_of(full), path, self.targets)

    def spelling(self, path: KeyPath, value: Any) -> str:
        """Return a value as the user wrote it."""
        if self.secret:
            return "(secret)"
        text = self.document.spellings.get(self._full(path))
        if text is None:
            text = value if isinstance(value, str) else json.dumps(value, default=str)
        return one_line(text, 80)

    def below(self, *path: str | int) -> Origin:
        """Return the origin of a part: secret, unless only others are known to be encrypted."""
        root, length = (*self.root, *path), len(path)
        inside = frozenset(each[length:] for each in self.sealed if each[:length] == path)
        around = any(path[: len(each)] == each for each in self.sealed)
        secret = self.secret and (not self.sealed or bool(inside) or around)
        sealed = frozenset[KeyPath]() if around else inside
        return Origin(self.document, root, secret, sealed=sealed, targets=self.targets)

    def concerning(self, targets: frozenset[str]) -> Origin:
        """Return the same origin, of what concerns these targets only."""
        return replace(self, targets=targets)

    def secret_keys(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of a mapping's keys whose value is encrypted, in whole or in part."""
        return frozenset(key for key in keys if self.below(key).secret)

    def standing_for(self, key: str) -> Origin:
        """Return the origin for validating the value as this key of a model."""
        return Origin(self.document, self.root, self.secret, (key,))

    def _full(self, path: KeyPath) -> KeyPath:
        length = len(self.prefix)
        return (*self.root, *(path[length:] if path[:length] == self.prefix else path))


@dataclass(frozen=True)
class Entry:
    """One key of the stack config: its value, and where it stands."""

    value: Any
    origin: Origin


@dataclass(frozen=True)
class Problem:
    """One finding about a config, and where it stands. No text of it has a secret in it."""

    severity: Severity
    place: Place
    message: str
    job: str | None = None
    unread: bool = False
    """Whether it is a file that can't be read, and not what stands in it."""

    def __post_init__(self) -> None:
        """Take in texts of the file as they may be shown."""
        object.__setattr__(self, "message", one_line(redacted(self.message)))
        if self.job is not None:
            object.__setattr__(self, "job", one_line(redacted(self.job), 80))

    def __str__(self) -> str:
        return f"{self.place}: {f'{self.job}: ' if self.job is not None else ''}{self.message}"


class PlacedConfigError(ConfigError):
    """A ConfigError that knows the place of each problem, in `found`."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__([str(problem) for problem in found])
        self.found = tuple(found)


@dataclass
class Problems:
    """Collects everything wrong or doubtful with a config, each once, to be reported together."""

    _found: dict[Problem, None] = field(default_factory=dict)

    @property
    def found(self) -> list[Problem]:
        """Everything noted so far."""
        return list(self._found)

    @property
    def errors(self) -> list[Problem]:
        """What keeps the config from being run."""
        return [problem for problem in self._found if problem.severity == "error"]

    @property
    def warnings(self) -> list[str]:
        """The lines of what is probably not meant."""
        return [str(problem) for problem in self._found if problem.severity == "warning"]

    def error(self, place: Place, message: str, job: str | None = None) -> None:
        """Note something that keeps the config from being run."""
        self._note("error", place, message, job)

    def unread(self, place: Place, message: str) -> None:
        """Note a file that can't be read."""
        self._found[Problem("error", place, message, unread=True)] = None

    def warn(self, place: Place, message: str, job: str | None = None) -> None:
        """Note something that is probably not meant."""
        self._note("warning", place, message, job)

    def note(self, place: Place, message: str) -> None:
        """Note something that could not be checked."""
        self._note("note", place, message, None)

    def raise_errors(self) -> None:
        """Raise PlacedConfigError with every error, if there is one."""
        errors = self.errors
        if errors:
            raise PlacedConfigError(errors)

    def _note(self, severity: Severity, place: Place, message: str, job: str | None) -> None:
        self._found[Problem(severity, place, message, job)] = None


def in_a_list(written: str, value: Any) -> str:
    """Return how a value stands in a list of text in YAML, in quotes: `*` can't go without."""
    is_one = isinstance(value, str | int | float) and written
    return f"[{json.dumps(written, ensure_ascii=False)}]" if is_one else 'a list such as ["a", "b"]'


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `did you mean X?`, or the list of what is known where nothing comes near."""
    names = list(known)
    near = nearest(word, names)
    return f"did you mean {near}?" if near else f"expected one of {', '.join(names)}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that this one was probably meant to be, if there is one."""
    by_lower = {name.lower(): name for name in known}
    import difflib  # only what is wrong needs it

    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None
