"""What a stack's own files say, where there is no engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..disk import is_absent
from ..errors import ConfigError, one_line
from ..logs import logger
from .aws import HONOURED
from .diagnostics import Entry, Origin, Place, PlacedConfigError, Problem, Problems, nearest
from .document import Document, KeyPath
from .loader import NAMESPACE
from .misplaced import meant_outside
from .project import (
    StackFile,
    document_at,
    own_config_file,
    project_document,
    project_name,
    unreadable,
)
from .scalars import text_of
from .stack import AWS_NAMESPACE, StackConfig, assemble, known_keys

log = logger(__name__)

PROJECT_WORDS = {"default", "description", "items", "secret", "type", "value"}
"""What describes a key in the project's own config."""

STACK_FILE_KEYS = {"config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider"}
"""What Pulumi keeps at the top of a stack's file."""

ENVIRONMENT = "environment"
"""The stack file's key for Pulumi ESC: what it sets is known to the engine only."""

DECLARING = (ENVIRONMENT, *(f"{NAMESPACE}:{key}" for key in ("jobs", "include", "rules")))
"""What declares jobs."""

NO_JOB = f"no job is declared: add {NAMESPACE}:jobs, {NAMESPACE}:include or {NAMESPACE}:rules"

LARGE_CONFIG = 100 * 1024
"""Bytes of stack config from which on to warn: the language host hands all of it to the program in
one environment variable, and from 128 KiB on Linux refuses to start a program with that."""


def read_stack(file: StackFile) -> StackConfig:
    """Read and validate a stack's config from its files.

    Raises ConfigError with every problem; SealedConfigError where only the engine can open a part.
    """
    problems = Problems()
    source = read_source(file)
    source.warn_of_rest(problems)
    if source.sealed:
        raise SealedConfigError([f"{each}: run pulumi preview" for each in source.sealed])
    source.warn_of_size(problems)
    config = assemble(source.entries, file.project, problems)
    if config.jobs or config.latest or config.rules:
        return config
    problems.warn(Place(file.path.name), NO_JOB)
    return replace(config, warnings=tuple(problems.warnings))


@dataclass(frozen=True)
class Sealed:
    """Something that only the engine can open."""

    place: Place
    key: str
    """The full key of the stack config, or ENVIRONMENT."""
    path: KeyPath = ()
    """The path below the key's value."""

    @property
    def message(self) -> str:
        """What can't be opened."""
        if self.key == ENVIRONMENT:
            return "environment: only the engine can open it"
        where = one_line(".".join(str(part) for part in (self.key, *self.path)))
        return f"{where} is encrypted, only the engine can open it"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True)
class Source:
    """What a stack's files say, before it is judged."""

    label: str
    entries: Mapping[str, Entry]
    sealed: tuple[Sealed, ...]
    passed_over: Place | None = None
    """Where a second document begins, which the engine does not read."""

    @property
    def may_declare(self) -> bool:
        """Whether a job or rule may be declared by what only the engine can open."""
        return any(each.key in DECLARING for each in self.sealed)

    def warn_of_rest(self, problems: Problems) -> None:
        """Warn of a second document in the file."""
        if self.passed_over:
            message = "Pulumi reads the first document only: what follows --- is ignored"
            problems.warn(self.passed_over, message)

    def warn_of_size(self, problems: Problems) -> None:
        """Warn where there is nearly as much config as Linux lets Pulumi hand out."""
        texts = {
            key: entry.value
            if isinstance(entry.value, str)
            else json.dumps(entry.value, default=str)
            for key, entry in self.entries.items()
        }
        size = len(json.dumps(texts))
        if size >= LARGE_CONFIG:
            problems.warn(
                Place(self.label),
                f"{size / 1024:.0f} KiB of stack config: from 128 KiB on, pulumi can't start the "
                f"program; move jobs into files named by {NAMESPACE}:include",
            )


def read_source(file: StackFile) -> Source:
    """Read a stack's files. Raises PlacedConfigError where they can't be read."""
    of_project = project_document(file.project)
    misplaced = list(_outside(of_project))
    if misplaced:
        raise PlacedConfigError(misplaced)
    entries = dict(_project_entries(of_project))
    document = _stack_document(file.path)
    own = project_name(file.project)
    for key, value in (document.value.get("config") or {}).items():
        entries[full_key(key, own)] = Entry(handed_out(value), Origin(document, ("config", key)))
    sealed = [each for key, entry in entries.items() for each in _sealed_parts(key, entry)]
    if document.value.get(ENVIRONMENT):
        place = Place(file.path.name, *document.mark_of((ENVIRONMENT,)))
        sealed.insert(0, Sealed(place, ENVIRONMENT))
    rest = document.passed_over
    passed_over = Place(document.label, rest) if rest is not None else None
    return Source(file.path.name, entries, tuple(sealed), passed_over)


def stack_entries(project: Path, stack: str) -> Mapping[str, Entry]:
    """Return the config of a stack by full key: the project's, and its file's if it has one.

    Nothing of it is judged. Raises ConfigError for a file that can't be read or has `environment:`.
    """
    path = own_config_file(project, stack)
    if is_absent(path):
        return dict(_project_entries(project_document(project)))
    source = read_source(StackFile(project, path))
    outside = [each for each in source.sealed if each.key == ENVIRONMENT]
    if outside:
        raise SealedConfigError([f"{each}: run pulumi preview" for each in outside])
    return source.entries


def read_own_stack(project: Path, stack: str) -> StackConfig | None:
    """Read a stack's file where it stands, or return None where that takes the engine.

    That is so where there is no such file, where it or one that it includes can't be read, or where
    a part of it is encrypted. Raises ConfigError with every problem.
    """
    path = own_config_file(project, stack)
    if is_absent(path):
        return None
    try:
        return read_stack(StackFile(project, path))
    except SealedConfigError:
        return None
    except PlacedConfigError as error:
        if any(each.unread for each in error.found):
            return None
        raise


class SealedConfigError(ConfigError):
    """A part of the config can be opened by the engine only."""


def _stack_document(path: Path) -> Document:
    """Return the stack's file, its value a mapping. Raises ConfigError."""
    document = document_at(path, path.name)
    log.debug("%s: read", path.name)
    if document.value is None:
        document.value = {}
    if not isinstance(document.value, dict):
        raise unreadable(Place(path.name), "is not a mapping: write `config:` and keys below it")
    misplaced = [*_outside(document), *_misspelt_config(document)]
    if misplaced:
        raise PlacedConfigError(misplaced)
    if not isinstance(document.value.get("config"), dict | None):
        place = Place(path.name, *document.mark_of(("config",)))
        raise unreadable(place, "config is not a mapping: write keys below it")
    return document


def _outside(document: Document) -> Iterator[Problem]:
    """Yield the keys at the top of a file that Pulumi passes over, and are meant for us."""
    content = document.value if isinstance(document.value, dict) else {}
    for key, value in content.items():
        meant = key if key in known_keys() else meant_outside(key, value)
        if meant is not None:
            advice = f"is outside config: write {meant} below `config:`"
            yield _at_the_top(document, key, f"{one_line(key)} {advice}")


def _misspelt_config(document: Document) -> Iterator[Problem]:
    """Yield the keys at the top of a stack's file that were meant to be `config`."""
    for key in document.value.keys() - STACK_FILE_KEYS:
        if nearest(key, STACK_FILE_KEYS) == "config":
            yield _at_the_top(document, key, f"unknown key {one_line(key)}: did you mean config?")


def _at_the_top(document: Document, key: str, message: str) -> Problem:
    return Problem("error", Place(document.label, *document.mark_of((key,))), message)


def _project_entries(document: Document) -> Iterator[tuple[str, Entry]]:
    """Yield the project-wide config; a key without a namespace there has the project's name."""
    content = document.value if isinstance(document.value, dict) else {}
    config = content.get("config")
    for key, given in config.items() if isinstance(config, dict) else ():
        path, value = _unwrapped(given)
        entry = Entry(handed_out(value), Origin(document, ("config", key, *path)))
        yield full_key(key, content.get("name")), entry


def full_key(written: str, own: str | None) -> str:
    """Return a key with its namespace, as Pulumi reads it: the project's `own` where it has none.

    `aws:config:region` is Pulumi's older way to write `aws:region`.
    """
    namespace, colon, name = written.partition(":")
    return f"{namespace}:{name.removeprefix('config:')}" if colon else f"{own}:{written}"


def handed_out(value: Any) -> Any:
    """Return a key's value as the engine hands it out: a scalar is text there, whatever it is."""
    return value if isinstance(value, dict | list) else text_of(value)


def _unwrapped(given: Any) -> tuple[KeyPath, Any]:
    """Return the value of a project-wide key and its path: it may stand below `value`, `default`.

    A key that only has a type there is a declaration for the stacks, and without a value.
    """
    if isinstance(given, dict) and given and given.keys() <= PROJECT_WORDS:
        for word in ("value", "default"):
            if word in given:
                return (word,), given[word]
        return (), None
    return (), given


def _sealed_parts(key: str, entry: Entry) -> Iterator[Sealed]:
    """Yield each encrypted value below a key that is ours to read."""
    namespace, _, name = key.partition(":")
    if namespace == NAMESPACE or (namespace == AWS_NAMESPACE and name in HONOURED):
        for path in sealed_paths(entry.value, ()):
            yield Sealed(entry.origin.place(path), key, path)


def sealed_paths(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    """Yield the paths of encrypted values."""
    if isinstance(value, dict):
        if value.keys() == {"secure"} and isinstance(value["secure"], str):
            yield path
            return
        for key, item in value.items():
            yield from sealed_paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from sealed_paths(item, (*path, index))
