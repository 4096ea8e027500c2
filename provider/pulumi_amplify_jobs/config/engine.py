"""Stack config as the engine hands it out: text values, structured ones as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .document import Document, DocumentError, read_document
from .files import config_directory
from .loader import NAMESPACE
from .problems import Origin, Problems
from .stack import STRUCTURED_KEYS, Entry, StackConfig, assemble

UNPLACED = Document("stack config")


def engine_config(
    values: Mapping[str, Any], secret_keys: Collection[str], project: Path, stack: str | None
) -> StackConfig:
    """Return the configuration that the engine gives a program or provider.

    `values` are by full key. Where the stack's file lies in the project, messages name its lines;
    what counts is always the engine's value. Raises ConfigError with every problem at once.
    """
    document = _stack_document(project, stack)
    problems = Problems()
    entries = {
        key: _entry(key, value, _origin(document, key, key in secret_keys), problems)
        for key, value in values.items()
        if value is not None
    }
    return assemble(entries, project, problems)


def _entry(key: str, value: Any, origin: Origin, problems: Problems) -> Entry:
    namespace, _, name = key.partition(":")
    if namespace != NAMESPACE or name not in STRUCTURED_KEYS or not isinstance(value, str):
        return Entry(value, origin)
    try:
        return Entry(json.loads(value), origin)
    except (json.JSONDecodeError, RecursionError):
        shown = origin.spelling((), value)
        problems.error(origin.place(), f"{key} is text, {shown}: write YAML below the key")
        return Entry(None, origin)


def _origin(document: Document | None, key: str, secret: bool) -> Origin:
    root = ("config", key)
    if document is None or root not in document.lines:
        return Origin(UNPLACED, secret=secret)
    return Origin(document, root, secret)


def _stack_document(project: Path, stack: str | None) -> Document | None:
    """Return the stack's file, for its lines only; without it messages are unplaced."""
    if stack is None:
        return None
    path = config_directory(project) / f"Pulumi.{stack}.yaml"
    try:
        return read_document(path, path.name)
    except DocumentError:
        return None
