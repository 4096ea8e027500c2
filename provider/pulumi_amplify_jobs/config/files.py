"""Stack config read from the project's own files, where there is no engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .document import Document, DocumentError, KeyPath, read_document
from .loader import NAMESPACE
from .problems import Origin, Place, Problems
from .stack import AWS_KEYS, Entry, StackConfig, assemble

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")

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
    directory = config_directory(project)
    names = sorted(path.name[len("Pulumi.") : -len(".yaml")] for path in _stack_files(directory))
    if stack is None:
        if len(names) != 1:
            choice = f"one of {', '.join(names)}" if names else "none is there yet"
            raise ConfigError([f"{project.name}/: which stack? use --stack ({choice})"])
        stack = names[0]
    short = stack.rsplit("/", 1)[-1]
    path = directory / f"Pulumi.{short}.yaml"
    others = f"; there are {', '.join(names)}" if names else ""
    return StackFile(project, _existing(path, f"{path.name}: there is no such stack file{others}"))


def find_project(start: Path) -> Path:
    """Return the nearest directory from `start` upwards that has a Pulumi.yaml.

    Raises ConfigError where there is none.
    """
    for directory in (start.resolve(), *start.resolve().parents):
        if any((directory / name).is_file() for name in PROJECT_FILES):
            return directory
    raise ConfigError([f"{start}: no Pulumi.yaml here or above: change to the project's directory"])


def config_directory(project: Path) -> Path:
    """Return where the project keeps its stack files: beside Pulumi.yaml or in stackConfigDir."""
    content = _project_document(project).value
    given = content.get("stackConfigDir") if isinstance(content, dict) else None
    return project / given if isinstance(given, str) else project


def read_stack(file: StackFile) -> StackConfig:
    """Read and validate a stack's config from its files.

    Raises ConfigError with every problem; SealedConfigError where only the engine can open a part.
    """
    problems = Problems()
    entries: dict[str, Entry] = {}
    for document, values in _sources(file):
        for key, value in values.items():
            entries[key] = Entry(_default(value), Origin(document, ("config", key)))
    sealed = [line for key, entry in entries.items() for line in _sealed_lines(key, entry)]
    if sealed:
        raise SealedConfigError(sealed)
    _warn_of_size(entries, file.path.name, problems)
    return assemble(entries, file.project, problems)


def check_stack_file(project: Path, stack: str) -> None:
    """Validate a stack's file where it stands and can be read in full without the engine.

    Raises ConfigError with every problem; says nothing where there is no such file, or where the
    engine has to open a part of it first.
    """
    path = config_directory(project) / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        return
    try:
        read_stack(StackFile(project, path))
    except SealedConfigError:
        return


class SealedConfigError(ConfigError):
    """A part of the config can be opened by the engine only."""


def _sources(file: StackFile) -> Iterator[tuple[Document, Mapping[str, Any]]]:
    """Yield the project's config, then the stack's, which wins."""
    project = _project_document(file.project)
    if isinstance(project.value, dict) and isinstance(project.value.get("config"), dict):
        yield project, project.value["config"]
    try:
        document = read_document(file.path, file.path.name)
    except DocumentError as error:
        raise ConfigError([f"{Place(file.path.name, error.line)}: {error.message}"]) from None
    content = document.value if document.value is not None else {}
    if not isinstance(content, dict) or not isinstance(content.get("config") or {}, dict):
        raise ConfigError(
            [f"{file.path.name}: config is no mapping: write `config:` and keys below"]
        )
    if content.get("environment"):
        place = Place(file.path.name, document.line_of(("environment",)))
        raise SealedConfigError(
            [f"{place}: environment: only the engine can open it: run pulumi preview"]
        )
    yield document, content.get("config") or {}


def _default(value: Any) -> Any:
    """Return the value of a project-wide key, which may stand below `value` or `default`."""
    if isinstance(value, dict) and len(value) <= 3:
        for key in ("value", "default"):
            if key in value:
                return value[key]
    return value


def _sealed_lines(key: str, entry: Entry) -> Iterator[str]:
    """Yield a line for each encrypted value below a key that is ours to read."""
    namespace, _, name = key.partition(":")
    if namespace == NAMESPACE or (namespace == "aws" and name in AWS_KEYS):
        for path in _sealed(entry.value, ()):
            where = ".".join(str(part) for part in (key, *path))
            place = entry.origin.place(path)
            yield f"{place}: {where} is encrypted, only the engine can open it: run pulumi preview"


def _sealed(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    """Yield the paths of encrypted values."""
    if isinstance(value, dict):
        if value.keys() == {"secure"} and isinstance(value["secure"], str):
            yield path
            return
        for key, item in value.items():
            yield from _sealed(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _sealed(item, (*path, index))


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


def _project_document(project: Path) -> Document:
    for name in PROJECT_FILES:
        if (project / name).is_file():
            try:
                return read_document(project / name, name)
            except DocumentError as error:
                raise ConfigError([f"{Place(name, error.line)}: {error.message}"]) from None
    return Document(PROJECT_FILES[0])


def _stack_files(directory: Path) -> Iterator[Path]:
    return (path for path in directory.glob("Pulumi.*.yaml") if path.is_file())


def _existing(path: Path, message: str) -> Path:
    if not path.is_file():
        raise ConfigError([message])
    return path
