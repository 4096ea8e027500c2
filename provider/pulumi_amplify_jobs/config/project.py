"""Where a project's stacks have their config files, and opening them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from ..errors import ConfigError
from .diagnostics import Place, PlacedConfigError, Problem
from .document import Document, DocumentError, read_document

PROJECT_FILES = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")
"""In the order in which Pulumi looks for them."""

STACK_FILE = re.compile(r"Pulumi\..+\.(ya?ml|json)")
"""What the file of a stack is called."""

CONFIG_FILE_VARIABLE = "AMPLIFY_JOBS_CONFIG_FILE"
"""Names the file that `pulumi --config-file` was given: a refresh can't know it otherwise."""


@dataclass(frozen=True)
class StackFile:
    """Where a stack's config stands."""

    project: Path
    """The directory of Pulumi.yaml."""
    path: Path
    """The stack's file, such as Pulumi.dev.yaml."""
    selected_by: str | None = None
    """What selected the stack, where the caller named none and there is a choice."""


def find_project(start: Path) -> Path:
    """Return the nearest directory from `start` upwards that has a Pulumi.yaml.

    Raises ConfigError where there is none.
    """
    here = working_directory() if start == Path() else start.resolve()
    for directory in (here, *here.parents):
        if project_file(directory) is not None:
            return directory
    raise ConfigError([f"{here}: no Pulumi.yaml here or above: change to the project's directory"])


def working_directory() -> Path:
    """Return where the process runs, by the links that the shell came through, as Go does."""
    here = Path.cwd()
    given = Path(os.environ.get("PWD", ""))
    try:
        return given if given.is_absolute() and given.samefile(here) else here
    except OSError:
        return here


def find_project_of(name: str) -> Path | None:
    """Return the directory of the project of this name whose program runs here, if it is found.

    A program may lie below its project, or beside it (`main: ../program`), and another project
    around it: only one that says that its program is here is the one.
    """
    program = Path.cwd()
    shown = working_directory()
    for directory in dict.fromkeys((shown, *shown.parents, *program.parents)):
        if project_name(directory) == name and program_folder(directory) == program:
            return directory
    return None


def program_folder(project: Path) -> Path:
    """Return the folder that the project's program runs in. Raises PlacedConfigError."""
    main = _text(project, "main")
    path = (project / main).resolve() if main else project.resolve()
    return path.parent if path.is_file() else path


def stack_path(project: Path, stack: str) -> Path:
    """Return where a stack's file is kept: beside Pulumi.yaml or in its stackConfigDir.

    It ends as the project's file does, .yaml or .yml.
    """
    document = project_document(project)
    # `config: stacks` is Pulumi's older way to write `stackConfigDir: stacks`.
    given = _text(project, "stackConfigDir") or _text(project, "config")
    directory = project / given if given else project
    return directory / f"Pulumi.{stack}{Path(document.label).suffix}"


def own_config_file(project: Path, stack: str) -> Path:
    """Return the path of a stack's file, which CONFIG_FILE_VARIABLE may move."""
    given = os.environ.get(CONFIG_FILE_VARIABLE)
    return project / given if given else stack_path(project, stack)


def stack_names(project: Path) -> list[str]:
    """Return the names of the project's stacks. Raises PlacedConfigError."""
    pattern = stack_path(project, "*")
    begin, end = pattern.name.split("*")
    try:
        paths = [path for path in pattern.parent.iterdir() if fnmatch(path.name, pattern.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        place = Place(f"{pattern.parent.name}/")
        raise unreadable(place, f"can't be read: {error.strerror}") from None
    # A link that leads nowhere is a stack's file too: reading it says so.
    names = (path.name for path in paths if not os.path.isdir(path))  # noqa: PTH112
    return sorted(name[len(begin) : -len(end)] for name in names)


def project_file(project: Path) -> Path | None:
    """Return the path of the project's own file, or None where a directory has none to be seen."""
    paths = (project / name for name in PROJECT_FILES)
    # Unlike Path.is_file, this says no to a directory that may not be looked into.
    return next((path for path in paths if os.path.isfile(path)), None)  # noqa: PTH113


def project_document(project: Path) -> Document:
    """Return the project's own file. Raises PlacedConfigError."""
    path = project_file(project)
    return document_at(path, path.name) if path else Document("Pulumi.yaml")


def project_name(project: Path) -> str | None:
    """Return the project's name, or None where its file has none or can't be read."""
    try:
        return _text(project, "name")
    except PlacedConfigError:
        return None


def backend_url(project: Path) -> str | None:
    """Return the URL of the backend that the project's file names. Raises PlacedConfigError."""
    content = project_document(project).value
    backend = content.get("backend") if isinstance(content, dict) else None
    url = backend.get("url") if isinstance(backend, dict) else None
    return url if isinstance(url, str) else None


def _text(project: Path, key: str) -> str | None:
    """Return what the project's file says of a key, where that is text."""
    content = project_document(project).value
    value = content.get(key) if isinstance(content, dict) else None
    return value if isinstance(value, str) else None


def document_at(path: Path, label: str) -> Document:
    """Read a YAML file. Raises PlacedConfigError."""
    try:
        return read_document(path, label)
    except DocumentError as error:
        raise unreadable(Place(label, error.line), error.message) from None


def unreadable(place: Place, message: str) -> PlacedConfigError:
    """Return the error of a file that can't be read on."""
    return PlacedConfigError([Problem("error", place, message, unread=True)])
