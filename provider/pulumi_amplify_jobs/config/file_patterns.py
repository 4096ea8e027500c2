"""The files that a pattern such as `jobs/*.yaml` names, as pathlib globs.

pathlib passes over what it can't look at: a link that leads nowhere, a folder that may not be read.
Here each is told, because what is declared there would be taken for not declared.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import dropwhile
from pathlib import Path, PurePosixPath

WILDCARDS = frozenset("*?[")

RECURSIVE = "**"

EDITORS_LOCK = ".#"
"""How the links begin by which Emacs marks a file as being edited; they lead nowhere."""


@dataclass
class Found:
    """What a pattern names below a folder."""

    files: set[Path] = field(default_factory=set)
    """Whatever is there and is no folder."""
    unseen: dict[Path, str] = field(default_factory=dict)
    """What can't be looked at, and why, as the words behind its name."""


def files_named(folder: Path, pattern: PurePosixPath) -> Found:
    """Return the files below a folder that a relative pattern names. Raises ValueError."""
    found = Found()
    _descend(folder, pattern.parts, found)
    return found


def _descend(folder: Path, parts: Sequence[str], found: Found) -> None:
    """Add what the parts of a pattern name below a folder."""
    first, *rest = parts
    if first == RECURSIVE:
        rest = list(dropwhile(RECURSIVE.__eq__, rest))
        for each in _folders_from(folder, found):
            _descend(each, rest, found)
        return
    for path in _named(folder, first, found):
        mode = _mode(path, found)
        if mode is None:
            continue
        if rest and stat.S_ISDIR(mode):
            _descend(path, rest, found)
        elif not rest and not stat.S_ISDIR(mode):
            found.files.add(path)


def _named(folder: Path, part: str, found: Found) -> Iterable[Path]:
    if WILDCARDS.isdisjoint(part):
        return (folder / part,)
    return (path for path in _content(folder, found) if fnmatch(path.name, part))


def _folders_from(folder: Path, found: Found) -> Iterator[Path]:
    """Yield a folder and all below it, but for links to folders: these could lead in circles."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        yield here
        for path in _content(here, found):
            # Unlike Path.is_symlink, this says no where it may not be asked.
            link = os.path.islink(path)  # noqa: PTH114
            if not link and stat.S_ISDIR(_mode(path, found) or 0):
                waiting.append(path)


def _content(folder: Path, found: Found) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        found.unseen[folder] = _forbidden(error)
        return []


def _forbidden(error: OSError) -> str:
    return f"can't be read: {error.strerror}: allow this user to read it"


def _mode(path: Path, found: Found) -> int | None:
    """Return what kind of thing a path leads to, or None where it leads to nothing."""
    try:
        return path.stat().st_mode
    except OSError as error:
        absent = isinstance(error, FileNotFoundError | NotADirectoryError)
        try:
            link = path.readlink()
        except OSError:
            if not absent:
                found.unseen[path] = _forbidden(error)
            return None
        if not (absent and path.name.startswith(EDITORS_LOCK)):
            found.unseen[path] = f"is a link to {link}: {error.strerror}: mend or remove it"
        return None
