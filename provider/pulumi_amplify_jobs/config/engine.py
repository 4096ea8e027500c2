"""Stack config as the engine hands it out: text values, structured ones as JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .document import Document, DocumentError, read_document
from .files import own_config_file, project_name
from .problems import Origin, PlacedConfigError
from .source import full_key, sealed_paths
from .stack import Entry, StackConfig, assemble

UNPLACED = Document("stack config")


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
        key: Entry(value, _origin(document, written.get(key), key in secret_keys))
        for key, value in values.items()
        if value is not None
    }
    return assemble(entries, project)


def _written_keys(document: Document | None, project: Path) -> dict[str, str]:
    """Return how each full key is written in the stack's file."""
    config = document.value.get("config") if document and isinstance(document.value, dict) else None
    own = project_name(project)
    return {full_key(key, own): key for key in config} if isinstance(config, dict) else {}


def _origin(document: Document | None, written: str | None, secret: bool) -> Origin:
    """Return where a key stands. A provider isn't told what is secret: the file says so itself."""
    if document is None or written is None:
        return Origin(UNPLACED, secret=secret)
    sealed = list(sealed_paths(document.value["config"][written], ()))
    return Origin(document, ("config", written), secret or bool(sealed))


def _stack_document(project: Path, stack: str) -> Document | None:
    """Return the stack's file, for its lines only; without it messages are unplaced."""
    try:
        path = own_config_file(project, stack)
        return read_document(path, path.name)
    except (DocumentError, PlacedConfigError):
        return None
