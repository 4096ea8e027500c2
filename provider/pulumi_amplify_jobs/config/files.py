"""Where a project's stacks have their config files, and opening them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigError, one_line
from .document import Document, DocumentError, read_document
from .problems import Place, PlacedConfigError, Problem

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")

CONFIG_FILE_VARIABLE = "AMPLIFY_JOBS_CONFIG_FILE"
"""Names the file that `pulumi --config-file` was given: a refresh can't know it otherwise."""

STACK_NAME = re.compile(r"(?!\.+$)[\w.-]{1,100}", re.ASCII)
"""A part of a stack's name, as Pulumi takes it; dots alone would lead to another file."""


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
    names = stack_names(project)
    if stack is None:
        if len(names) != 1:
            raise ConfigError([_which_stack(project, names)])
        stack = names[0]
    path = stack_path(project, _short_name(stack, project))
    others = f"; known are {', '.join(names)}" if names else ""
    return StackFile(project, _existing(path, f"{path.name}: there is no such stack file{others}"))


def _short_name(stack: str, project: Path) -> str:
    """Return the stack's name without organization and project. Raises ConfigError."""
    parts = stack.split("/")
    if len(parts) > 3 or not all(STACK_NAME.fullmatch(part) for part in parts):
        shown = one_line(stack, 80) or '""'
        advice = "write NAME or ORGANIZATION/PROJECT/NAME"
        raise ConfigError([f"--stack {shown} is no stack's name: {advice}"])
    own = project_name(project)
    if len(parts) == 3 and own is not None and parts[1] != own:
        here = f"the project here is {own}"
        raise ConfigError([f"--stack {stack} is of another project: {here}, change to {parts[1]}"])
    return parts[-1]


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


def own_config_file(project: Path, stack: str) -> Path:
    """Return the path of a stack's file, which CONFIG_FILE_VARIABLE may move."""
    given = os.environ.get(CONFIG_FILE_VARIABLE)
    return project / given if given else stack_path(project, stack)


def stack_files(project: Path) -> list[StackFile]:
    """Return the project's stacks, by name. Raises PlacedConfigError."""
    return [StackFile(project, stack_path(project, name)) for name in stack_names(project)]


def stack_names(project: Path) -> list[str]:
    """Return the names of the project's stacks. Raises PlacedConfigError."""
    pattern = stack_path(project, "*")
    begin, end = pattern.name.split("*")
    found = (path.name for path in pattern.parent.glob(pattern.name) if path.is_file())
    return sorted(name[len(begin) : -len(end)] for name in found)


def project_document(project: Path) -> Document:
    """Return the project's own file. Raises PlacedConfigError."""
    for name in PROJECT_FILES:
        if (project / name).is_file():
            return document_at(project / name, name)
    return Document(PROJECT_FILES[0])


def project_name(project: Path) -> str | None:
    """Return the project's name, or None where its file has none or can't be read."""
    try:
        content = project_document(project).value
    except PlacedConfigError:
        return None
    name = content.get("name") if isinstance(content, dict) else None
    return name if isinstance(name, str) else None


def document_at(path: Path, label: str) -> Document:
    """Read a YAML file. Raises PlacedConfigError."""
    try:
        return read_document(path, label)
    except DocumentError as error:
        raise unreadable(Place(label, error.line), error.message) from None


def unreadable(place: Place, message: str) -> PlacedConfigError:
    """Return the error of a file that can't be read on."""
    return PlacedConfigError([Problem("error", place, message)])


def _existing(path: Path, message: str) -> Path:
    if not path.is_file():
        raise ConfigError([message])
    return path
