"""YAML files as plain values that remember where they stand.

PyYAML alone accepts duplicate keys, spends seconds on a small merge-key bomb and raises
RecursionError on deep nesting; here each of these is a problem with a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MAX_VALUES = 500_000
"""Values that one file may hold after its aliases and merge keys are expanded."""

MAX_DEPTH = 50
"""How deep a file may be nested; the configuration itself needs five levels."""

KeyPath = tuple[str | int, ...]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DocumentError(Exception):
    """The file can't be read as YAML; `line` counts from 1 (None: the file as a whole)."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass
class Document:
    """A file's value, with the line of each key and the spelling of each scalar that is no text."""

    label: str
    """The file's name as messages show it, relative to the project."""
    value: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    spellings: dict[KeyPath, str] = field(default_factory=dict)

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line of this path, or that of the nearest parent that stands in the file."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def read_document(path: Path, label: str) -> Document:
    """Read a YAML file. Raises DocumentError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError("is not UTF-8 text") from None
    except OSError as error:
        raise DocumentError(f"can't be read: {error.strerror}") from None
    return parse_document(text, label)


def parse_document(text: str, label: str) -> Document:
    """Parse YAML text. Raises DocumentError."""
    loader = None
    try:
        _refuse_depth(text)
        loader = _Loader(text)
        node = loader.get_single_node()
        document = Document(label)
        document.value = _Builder(loader, document).value(node, ()) if node else None
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        raise DocumentError(
            f"is not valid YAML: {error.problem or error.context}", mark.line + 1 if mark else None
        ) from None
    except yaml.YAMLError as error:
        raise DocumentError(f"is not valid YAML: {' '.join(str(error).split())}") from None
    finally:
        if loader is not None:
            loader.dispose()
    return document


def _refuse_depth(text: str) -> None:
    """Raise DocumentError for deep nesting before nodes are composed.

    Composing recurses: in Python that ends in RecursionError, in libyaml's binding in a crash.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark: Any = event.start_mark
                raise DocumentError(f"is nested deeper than {MAX_DEPTH} levels", mark.line + 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Builder:
    """Turns nodes into values, noting lines and spellings on the way."""

    def __init__(self, loader: Any, document: Document) -> None:
        self._loader = loader
        self._document = document
        self._count = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        line = node.start_mark.line + 1
        self._count += 1
        if self._count > MAX_VALUES:
            raise DocumentError(f"expands to more than {MAX_VALUES:,} values", line)
        if len(path) > MAX_DEPTH:
            raise DocumentError(f"is nested deeper than {MAX_DEPTH} levels", line)
        self._document.lines.setdefault(path, line)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = _key(key_node)
            line = key_node.start_mark.line + 1
            here = (*path, key)
            if key in found:
                first = self._document.lines[here]
                raise DocumentError(f"key {key} stands here again, first in line {first}", line)
            self._document.lines[here] = line
            found[key] = self.value(value_node, here)
        for source in _merged(node):
            for key, value in self._mapping(source, path).items() if self._fits(source) else ():
                found.setdefault(key, value)
        return found

    def _fits(self, source: yaml.MappingNode) -> bool:
        self._count += len(source.value)
        if self._count > MAX_VALUES:
            raise DocumentError(
                f"expands to more than {MAX_VALUES:,} values", source.start_mark.line + 1
            )
        return True

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        if node.tag == "tag:yaml.org,2002:str":
            return node.value
        self._document.spellings[path] = str(node.value)
        try:
            return self._loader.construct_object(node)
        except (ValueError, OverflowError):
            raise DocumentError(
                f"{node.value!r} can't be read: quote it", node.start_mark.line + 1
            ) from None


def _key(node: yaml.Node) -> str:
    """Return a key as it is spelt: `on:` and `12:` are names here, no booleans and numbers."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    raise DocumentError("a list or mapping can't be a key", node.start_mark.line + 1)


def _merged(node: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """Yield the mappings that `<<` merges into this one, in the order of their precedence."""
    for key_node, value_node in node.value:
        if key_node.tag != "tag:yaml.org,2002:merge":
            continue
        sources = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
        for source in sources:
            if not isinstance(source, yaml.MappingNode):
                raise DocumentError("<< takes mappings only", source.start_mark.line + 1)
            yield source
