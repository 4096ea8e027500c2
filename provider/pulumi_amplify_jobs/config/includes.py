"""Included files: more jobs than stack config can hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from ..logs import logger
from .diagnostics import Origin, Place, Problems, in_a_list
from .document import DocumentError, read_document
from .file_patterns import WILDCARDS, files_named
from .loader import Declarations, Defaults, read_defaults, read_jobs, validated
from .models import JobsFile
from .project import PROJECT_FILES, STACK_FILE

log = logger(__name__)

LONGEST_NAME = 255
"""Bytes of a file's name that file systems take."""


def read_includes(
    patterns: Any, origin: Origin, project: Path, defaults: Defaults, into: Declarations
) -> None:
    """Read every file that the `include` patterns name, each once: by pattern, then by name."""
    if patterns is None:
        return
    if not isinstance(patterns, list):
        advice = f"write {in_a_list(origin.spelling((), patterns), patterns)}"
        into.problems.error(origin.place(), f"include is not a list: {advice}")
        return
    seen: set[Path] = set()
    for index, pattern in enumerate(patterns):
        for path in _files(pattern, origin.below(index), project, into.problems):
            if path.resolve() not in seen:
                seen.add(path.resolve())
                into.included.append(path)
                read_jobs_file(path, path.relative_to(project).as_posix(), defaults, into)


def _files(pattern: Any, origin: Origin, project: Path, problems: Problems) -> Iterator[Path]:
    """Yield the files of one pattern; none of them lies outside the project, by a link neither."""
    place = origin.place()
    written = origin.spelling((), pattern)
    no_name = f"include {written} is not a file name: write text such as jobs/*.yaml"
    pure = PurePosixPath(pattern if isinstance(pattern, str) else "")
    if not isinstance(pattern, str) or not _names_files(pure):
        problems.error(place, no_name)
        return
    if ".." in pure.parts or PureWindowsPath(pattern).anchor:
        problems.error(place, f"include {written} leads outside the project: move the file into it")
        return
    try:
        found = files_named(project, pure)
    except (OSError, ValueError):
        problems.error(place, no_name)
        return
    for path, why in sorted(found.unseen.items()):
        shown = "a part can't be read" if origin.secret else f"{_label(path, project)} {why}"
        problems.unread(place, f"include {written}: {shown}")
    if not found.files and not found.unseen:
        _tell_none(written, pattern, place, project, problems)
    for path in sorted(found.files):
        if path.resolve().is_relative_to(project.resolve()):
            yield path
        else:
            link = "(secret)" if origin.secret else path.relative_to(project).as_posix()
            message = f"include {written} leads outside the project through the link {link}"
            problems.error(place, f"{message}: move the file into it")


def _tell_none(written: str, pattern: str, place: Place, project: Path, problems: Problems) -> None:
    """Tell of a pattern that names no file: a file's own name is wrong then, a glob may be."""
    if WILDCARDS.isdisjoint(pattern):
        problems.unread(place, f"include {written}: there is no such file in {project.name}/")
    else:
        problems.warn(place, f"include {written} matches no file")


def _label(path: Path, project: Path) -> str:
    return f"{project.name}/" if path == project else path.relative_to(project).as_posix()


def _names_files(pattern: PurePosixPath) -> bool:
    """Say whether files can be meant. What pathlib takes differs from Python to Python."""
    parts = pattern.parts
    if not parts or parts[-1] == "**":
        return False
    return all(
        len(part.encode(errors="replace")) <= LONGEST_NAME
        and "\0" not in part
        and ("**" not in part or part == "**")
        for part in parts
    )


def read_jobs_file(path: Path, label: str, defaults: Defaults, into: Declarations) -> None:
    """Read one included file, whose own defaults are laid over the given ones."""
    try:
        document = read_document(path, label)
        log.debug("%s: read", label)
    except DocumentError as error:
        into.problems.unread(Place(label, error.line), error.message)
        return
    if document.passed_over is not None:
        message = "a second document begins here: write all jobs below one `jobs:`"
        into.problems.error(Place(label, document.passed_over), message)
    origin = Origin(document)
    content = document.value
    if content is None:
        into.problems.warn(Place(label), "the file is empty")
        return
    if isinstance(content, dict) and not content.keys() & {"jobs", "defaults", "targets"}:
        message = "jobs belong under the key jobs: add `jobs:` at the top and indent the rest"
        if path.name in PROJECT_FILES or STACK_FILE.fullmatch(path.name):
            message = "this is Pulumi's own file: narrow what includes it, as in jobs/*.yaml"
        into.problems.error(Place(label, 1), message)
        return
    if not isinstance(content, dict):
        validated(JobsFile, content, origin, into.problems)
        return
    # Here the top level only: the rest is read below, each problem by its job's or target's name.
    jobs_are_a_mapping = isinstance(content.get("jobs"), dict)
    outline = {**content, "defaults": None, **({"jobs": {}} if jobs_are_a_mapping else {})}
    if content.get("targets") is None:
        validated(JobsFile, outline, origin, into.problems)
    else:
        from .target_models import IncludedFile  # few files have any
        from .targets import read_targets

        validated(IncludedFile, {**outline, "targets": None}, origin, into.problems)
        read_targets(content["targets"], origin.below("targets"), into.problems, into.targets)
    own = read_defaults(content.get("defaults"), origin.below("defaults"), into.problems)
    if jobs_are_a_mapping:
        read_jobs(content["jobs"], origin.below("jobs"), own.under(defaults), into)
