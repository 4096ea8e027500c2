"""YAML files as plain values that remember where they stand.

PyYAML alone accepts duplicate keys, spends seconds on a small merge-key bomb and raises
RecursionError on deep nesting; here each of these is a problem with a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..errors import one_line

MAX_VALUES = 200_000
"""Values that one file may hold after its aliases and merge keys are expanded."""

MAX_DEPTH = 50
"""How deep a file may be nested; the configuration itself needs five levels."""

ENGINE_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")

MERGE_TAG = "tag:yaml.org,2002:merge"

KeyPath = tuple[str | int, ...]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DocumentError(Exception):
    """The file can't be read as YAML; `line` counts from 1 (None: the file as a whole)."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.message = one_line(message)
        super().__init__(self.message)
        self.line = line


@dataclass
class Document:
    """A file's value, with the place of each key and the spelling of each scalar that is no text.

    Lines and columns count from 1.
    """

    label: str
    """The file's name as messages show it, relative to the project."""
    value: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    columns: dict[KeyPath, int] = field(default_factory=dict)
    spellings: dict[KeyPath, str] = field(default_factory=dict)

    def line_of(self, path: KeyPath) -> int | None:
        """Return the line of this path, or that of the nearest parent that stands in the file."""
        standing = self._standing(path)
        return self.lines[standing] if standing else None

    def column_of(self, path: KeyPath) -> int | None:
        """Return the column of what `line_of` has the line of."""
        standing = self._standing(path)
        return self.columns[standing] if standing else None

    def _standing(self, path: KeyPath) -> KeyPath:
        """Return the path, or its nearest parent, that stands in the file; () where none does."""
        lengths = range(len(path), 0, -1)
        return next((path[:length] for length in lengths if path[:length] in self.lines), ())

    def note_place(self, path: KeyPath, node: yaml.Node) -> None:
        """Note where a path stands: where this node begins."""
        self.lines[path] = _line(node)
        self.columns[path] = int(node.start_mark.column) + 1


def read_document(path: Path, label: str) -> Document:
    """Read a YAML file. Raises DocumentError."""
    try:
        text = path.read_text(encoding="utf-8")
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
        raise _not_valid(error, text) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise DocumentError(f"is not valid YAML: {error}") from None
    finally:
        if loader is not None:
            loader.dispose()
    return document


def _not_valid(error: yaml.MarkedYAMLError, text: str) -> DocumentError:
    mark: Any = error.problem_mark or error.context_mark
    reason = ", ".join(part for part in (error.context, error.problem) if part)
    if mark is None:
        return DocumentError(f"is not valid YAML: {reason}")
    line = text.split("\n")[mark.line : mark.line + 1]
    if any("\t" in each[: len(each) - len(each.lstrip())] for each in line):
        reason = "a tab indents this line: use spaces"
    return DocumentError(f"is not valid YAML: {reason}", mark.line + 1)


def _refuse_depth(text: str) -> None:
    """Raise DocumentError for deep nesting before nodes are composed.

    Composing recurses: in Python that ends in RecursionError, in libyaml's binding in a crash.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise _too_deep(event.start_mark)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.MarkedYAMLError as error:
        # The parser of PyYAML 6.0.4 has a limit of its own, and reads ahead of its events.
        if "nesting depth" not in (error.problem or ""):
            raise
        raise _too_deep(error.problem_mark or error.context_mark) from None


def _too_deep(mark: Any) -> DocumentError:
    return DocumentError(f"is nested deeper than {MAX_DEPTH} levels", mark.line + 1)


class _Builder:
    """Turns nodes into values, noting lines and spellings on the way."""

    def __init__(self, loader: Any, document: Document) -> None:
        self._loader = loader
        self._document = document
        self._count = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self._spend(node, len(path))
        if path not in self._document.lines:
            self._document.note_place(path, node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _spend(self, node: yaml.Node, depth: int) -> None:
        """Count what aliases and merge keys expand to; long text counts more than once."""
        length = len(node.value) if isinstance(node, yaml.ScalarNode) else 0
        self._count += 1 + length // 100
        if self._count > MAX_VALUES:
            raise DocumentError(f"expands to more than {MAX_VALUES:,} values", _line(node))
        if depth > MAX_DEPTH:
            raise DocumentError(f"is nested deeper than {MAX_DEPTH} levels", _line(node))

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, key_node, value_node in self._pairs(node, 0):
            if key not in found:
                here = (*path, key)
                self._document.note_place(here, key_node)
                found[key] = self.value(value_node, here)
        return found

    def _pairs(
        self, node: yaml.MappingNode, merges: int
    ) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Yield each key with its nodes: the mapping's own, then those merged into it."""
        own: dict[str, int] = {}
        for key_node, value_node in node.value:
            self._spend(key_node, merges)
            if key_node.tag == MERGE_TAG:
                continue
            key, line = _key(key_node), _line(key_node)
            if key in own:
                raise DocumentError(f"key {key} stands here again, first in line {own[key]}", line)
            own[key] = line
            yield key, key_node, value_node
        for source in _merged(node):
            yield from self._pairs(source, merges + 1)

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        if node.tag == "tag:yaml.org,2002:str" and not _is_engine_number(node):
            return node.value
        self._document.spellings[path] = str(node.value)
        if node.tag == "tag:yaml.org,2002:str":
            return float(node.value)
        try:
            return self._loader.construct_object(node)
        except (ArithmeticError, AttributeError, LookupError, ValueError):
            # What PyYAML's constructors raise for text that a tag or a pattern only seems to fit.
            written = one_line(str(node.value), 80)
            raise DocumentError(f"{written!r} can't be read: quote it", _line(node)) from None


def _is_engine_number(node: Any) -> bool:
    """Say whether the engine's YAML 1.2 takes this for a number, where PyYAML's 1.1 takes text."""
    return not node.style and ENGINE_NUMBER.fullmatch(node.value) is not None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _key(node: yaml.Node) -> str:
    """Return a key as it is spelt: `on:` and `12:` are names here, no booleans and numbers."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    raise DocumentError("a list or mapping can't be a key", _line(node))


def _merged(node: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """Yield the mappings that `<<` merges into this one, in the order of their precedence."""
    for key_node, value_node in node.value:
        if key_node.tag != MERGE_TAG:
            continue
        sources = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
        for source in sources:
            if not isinstance(source, yaml.MappingNode):
                raise DocumentError("<< takes mappings only", _line(source))
            yield source
