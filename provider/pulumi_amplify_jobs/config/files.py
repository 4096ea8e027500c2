"""Stack config read from the project's own files, where there is no engine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import ConfigError, one_line
from .document import Document, DocumentError, KeyPath, read_document
from .loader import NAMESPACE
from .problems import Origin, Place, Problems, nearest
from .stack import AWS_KEYS, Entry, StackConfig, assemble

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")

CONFIG_FILE_VARIABLE = "AMPLIFY_JOBS_CONFIG_FILE"
"""Names the file that `pulumi --config-file` was given: a refresh can't know it otherwise."""

PROJECT_WORDS = {"default", "description", "items", "secret", "type", "value"}
"""What describes a key in the project's own config."""

STACK_FILE_KEYS = {"config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider"}
"""What Pulumi keeps at the top of a stack's file."""

LARGE_CONFIG = 100 * 1024
"""Bytes of stack config from which on to warn: the language host hands all of it to the program in
one environment variable, and from 128 KiB on Linux refuses to start a program with that."""


@dataclass(frozen=True)
class StackFile:
    """Where a stack's config stands."""

    project: Path
    """The directory of Pulumi.yaml."""
    path: Path
    """The stack's file, such as Pulumi.dev.yaml."""


def find_stack_file(start: Path, stack: str | None, config_file: Path | None) -> StackFile:
    """Find the project around `start` and its stack's file.

    Without a stack name the only stack file is taken. Raises ConfigError.
    """
    project = find_project(start)
    if config_file is not None:
        return StackFile(project, _existing(config_file, f"{config_file}: there is no such file"))
    names = _stack_names(project)
    if stack is None:
        if len(names) != 1:
            raise ConfigError([_which_stack(project, names)])
        stack = names[0]
    path = stack_path(project, stack.rsplit("/", 1)[-1])
    others = f"; known are {', '.join(names)}" if names else ""
    return StackFile(project, _existing(path, f"{path.name}: there is no such stack file{others}"))


def _which_stack(project: Path, names: list[str]) -> str:
    if names:
        return f"{project.name}/: which stack? use --stack with one of {', '.join(names)}"
    path = stack_path(project, "dev")
    missing = f"there is no Pulumi.<stack>{path.suffix} in {path.parent.name}/"
    return f"{missing}: write one, such as {path.name}, or name a file with --config-file"


def find_project(start: Path) -> Path:
    """Return the nearest directory from `start` upwards that has a Pulumi.yaml.

    Raises ConfigError where there is none.
    """
    for directory in (start.resolve(), *start.resolve().parents):
        if any((directory / name).is_file() for name in PROJECT_FILES):
            return directory
    raise ConfigError([f"{start}: no Pulumi.yaml here or above: change to the project's directory"])


def stack_path(project: Path, stack: str) -> Path:
    """Return where a stack's file is kept: beside Pulumi.yaml or in its stackConfigDir.

    It ends as the project's file does, .yaml or .yml.
    """
    document = project_document(project)
    content = document.value
    given = content.get("stackConfigDir") if isinstance(content, dict) else None
    directory = project / given if isinstance(given, str) else project
    return directory / f"Pulumi.{stack}{Path(document.label).suffix}"


def read_stack(file: StackFile) -> StackConfig:
    """Read and validate a stack's config from its files.

    Raises ConfigError with every problem; SealedConfigError where only the engine can open a part.
    """
    problems = Problems()
    entries = _entries(file)
    sealed = [line for key, entry in entries.items() for line in _sealed_lines(key, entry)]
    if sealed:
        raise SealedConfigError(sealed)
    _warn_of_size(entries, file.path.name, problems)
    config = assemble(entries, file.project, problems)
    if config.jobs:
        return config
    nothing = f"no job is declared: add {NAMESPACE}:jobs or {NAMESPACE}:include"
    return replace(config, warnings=(*config.warnings, f"{file.path.name}: {nothing}"))


def stack_entries(project: Path, stack: str) -> dict[str, Entry]:
    """Return the config of a stack by full key: the project's, and its file's if it has one.

    Nothing of it is judged. Raises ConfigError where a file can't be read.
    """
    path = own_config_file(project, stack)
    if path.is_file():
        return _entries(StackFile(project, path))
    return dict(_project_entries(project_document(project)))


def read_own_stack(project: Path, stack: str) -> StackConfig | None:
    """Read a stack's file where it stands, or return None where that takes the engine.

    That is so where there is no such file, or where a part of it is encrypted. Raises ConfigError
    with every problem.
    """
    path = own_config_file(project, stack)
    if not path.is_file():
        return None
    try:
        return read_stack(StackFile(project, path))
    except SealedConfigError:
        return None


def own_config_file(project: Path, stack: str) -> Path:
    """Return the path of a stack's file, which CONFIG_FILE_VARIABLE may move."""
    given = os.environ.get(CONFIG_FILE_VARIABLE)
    return project / given if given else stack_path(project, stack)


class SealedConfigError(ConfigError):
    """A part of the config can be opened by the engine only."""


def _entries(file: StackFile) -> dict[str, Entry]:
    entries = dict(_project_entries(project_document(file.project)))
    document = _stack_document(file.path)
    for key, value in (document.value.get("config") or {}).items():
        entries[key] = Entry(value, Origin(document, ("config", key)))
    return entries


def _stack_document(path: Path) -> Document:
    """Return the stack's file, its value a mapping. Raises ConfigError."""
    try:
        document = read_document(path, path.name)
    except DocumentError as error:
        raise ConfigError([f"{Place(path.name, error.line)}: {error.message}"]) from None
    if document.value is None:
        document.value = {}
    if not isinstance(document.value, dict):
        raise ConfigError([f"{path.name}: is no mapping: write `config:` and keys below it"])
    for key in document.value.keys() - STACK_FILE_KEYS:
        if nearest(key, STACK_FILE_KEYS) == "config":
            place = Place(path.name, document.line_of((key,)))
            raise ConfigError([f"{place}: unknown key {one_line(key)}: did you mean config?"])
    if not isinstance(document.value.get("config"), dict | None):
        place = Place(path.name, document.line_of(("config",)))
        raise ConfigError([f"{place}: config is no mapping: write keys below it"])
    if document.value.get("environment"):
        place = Place(path.name, document.line_of(("environment",)))
        raise SealedConfigError(
            [f"{place}: environment: only the engine can open it: run pulumi preview"]
        )
    return document


def _project_entries(document: Document) -> Iterator[tuple[str, Entry]]:
    """Yield the project-wide config; a key without a namespace there has the project's name."""
    content = document.value if isinstance(document.value, dict) else {}
    config = content.get("config")
    for key, given in config.items() if isinstance(config, dict) else ():
        full_key = key if ":" in key else f"{content.get('name')}:{key}"
        path, value = _unwrapped(given)
        yield full_key, Entry(value, Origin(document, ("config", key, *path)))


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


def _sealed_lines(key: str, entry: Entry) -> Iterator[str]:
    """Yield a line for each encrypted value below a key that is ours to read."""
    namespace, _, name = key.partition(":")
    if namespace == NAMESPACE or (namespace == "aws" and name in AWS_KEYS):
        for path in sealed_paths(entry.value, ()):
            where = ".".join(str(part) for part in (key, *path))
            place = entry.origin.place(path)
            yield f"{place}: {where} is encrypted, only the engine can open it: run pulumi preview"


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


def _warn_of_size(entries: Mapping[str, Entry], label: str, problems: Problems) -> None:
    texts = {
        key: entry.value if isinstance(entry.value, str) else json.dumps(entry.value, default=str)
        for key, entry in entries.items()
    }
    size = len(json.dumps(texts))
    if size >= LARGE_CONFIG:
        problems.warn(
            Place(label),
            f"{size / 1024:.0f} KiB of stack config: from 128 KiB on, pulumi can't start the "
            f"program; move jobs into files named by {NAMESPACE}:include",
        )


def project_document(project: Path) -> Document:
    """Return the project's file; an empty document where there is none. Raises ConfigError."""
    for name in PROJECT_FILES:
        if (project / name).is_file():
            try:
                return read_document(project / name, name)
            except DocumentError as error:
                raise ConfigError([f"{Place(name, error.line)}: {error.message}"]) from None
    return Document(PROJECT_FILES[0])


def _stack_names(project: Path) -> list[str]:
    pattern = stack_path(project, "*")
    begin, end = pattern.name.split("*")
    found = (path.name for path in pattern.parent.glob(pattern.name) if path.is_file())
    return sorted(name[len(begin) : -len(end)] for name in found)


def _existing(path: Path, message: str) -> Path:
    if not path.is_file():
        raise ConfigError([message])
    return path
