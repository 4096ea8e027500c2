"""Stack config as the engine hands it out: text values, structured ones as JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .document import Document, DocumentError, read_document
from .files import stack_path
from .problems import Origin
from .source import sealed_paths
from .stack import Entry, StackConfig, assemble

UNPLACED = Document("stack config")


def engine_config(
    values: Mapping[str, Any], secret_keys: Collection[str], project: Path, stack: str | None
) -> StackConfig:
    """Return the configuration that the engine gives a program or provider.

    `values` are by full key. Where the stack's file lies in the project, messages name its lines;
    what counts is always the engine's value. Raises ConfigError with every problem at once.
    """
    document = _stack_document(project, stack)
    entries = {
        key: Entry(value, _origin(document, key, key in secret_keys))
        for key, value in values.items()
        if value is not None
    }
    return assemble(entries, project)


def _origin(document: Document | None, key: str, secret: bool) -> Origin:
    """Return where a key stands. A provider isn't told what is secret: the file says so itself."""
    root = ("config", key)
    if document is None or root not in document.lines:
        return Origin(UNPLACED, secret=secret)
    sealed = list(sealed_paths(document.value["config"][key], ()))
    return Origin(document, root, secret or bool(sealed))


def _stack_document(project: Path, stack: str | None) -> Document | None:
    """Return the stack's file, for its lines only; without it messages are unplaced."""
    if stack is None:
        return None
    path = stack_path(project, stack)
    try:
        return read_document(path, path.name)
    except DocumentError:
        return None
