"""Stack config as the engine hands it out: text values, structured ones as JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .diagnostics import Entry, Origin, PlacedConfigError
from .document import Document, DocumentError, read_document
from .project import own_config_file, project_name
from .stack import UNPLACED, StackConfig, assemble, opened
from .stack_file import full_key, sealed_paths


def engine_config(
    values: Mapping[str, Any], secret_keys: Collection[str], project: Path | None, stack: str | None
) -> StackConfig:
    """Return the configuration that the engine gives a program or provider.

    `values` are by full key. Where the stack's file lies in the project, messages name its lines;
    what counts is always the engine's value. Where the project's directory isn't known (None),
    included files are left out. Raises ConfigError with every problem at once.
    """
    document = _stack_document(project, stack) if project and stack else None
    written = _written_keys(document, project) if project else {}
    entries = {
        key: Entry(value, _origin(document, written.get(key), value, key in secret_keys))
        for key, value in values.items()
        if value is not None
    }
    return assemble(entries, project)


def _written_keys(document: Document | None, project: Path) -> dict[str, str]:
    """Return how each full key is written in the stack's file."""
    config = document.value.get("config") if document and isinstance(document.value, dict) else None
    own = project_name(project)
    return {full_key(key, own): key for key in config} if isinstance(config, dict) else {}


def _origin(document: Document | None, key: str | None, value: Any, secret: bool) -> Origin:
    """Return where a key stands. A provider doesn't learn what is secret: the file says so itself.

    Which parts are secret only the file says, and it may be another one than the engine's: it is
    believed where all that it has in plain text is what the engine handed out.
    """
    if document is None or key is None:
        return Origin(UNPLACED, secret=secret)
    written = document.value["config"][key]
    sealed = frozenset(sealed_paths(written, ()))
    known = sealed and () not in sealed and _unsealed(written, opened(value))
    return Origin(
        document,
        ("config", key),
        secret or bool(sealed),
        sealed=sealed if known else frozenset(),
    )


def _unsealed(written: Any, value: Any) -> bool:
    """Say whether a value is what is written, with a text in place of each encrypted one."""
    if isinstance(written, dict) and list(sealed_paths(written, ())) == [()]:
        return isinstance(value, str)
    if isinstance(written, dict) and isinstance(value, dict):
        return written.keys() == value.keys() and all(
            _unsealed(written[key], value[key]) for key in written
        )
    if isinstance(written, list) and isinstance(value, list):
        return len(written) == len(value) and all(map(_unsealed, written, value))
    return bool(written == value)


def _stack_document(project: Path, stack: str) -> Document | None:
    """Return the stack's file, for its lines only; without it messages are unplaced."""
    try:
        path = own_config_file(project, stack)
        return read_document(path, path.name)
    except (DocumentError, PlacedConfigError):
        return None
