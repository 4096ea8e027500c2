"""YAML files as plain values that remember where they stand, read as Pulumi's engine reads them.

PyYAML alone accepts duplicate keys, spends seconds on a small merge-key bomb and raises
RecursionError on deep nesting; here each of these is a problem with a line.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from ..disk import LARGEST_CONFIG, UnreadableError, decoded, read_file
from ..errors import one_line
from .scalars import TAG, key_text, plain, tagged

MAX_VALUES = 200_000
"""Values that one file may hold after its aliases and merge keys are expanded."""

MAX_DEPTH = 50
"""How deep a file may be nested; the configuration itself needs five levels."""

JSON_ESCAPE = re.compile(r"\\(u[dD][89a-fA-F][0-9a-fA-F]{2}|.)")
"""An escape in JSON text, halves of characters at their full length."""

NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON's text may have, and YAML's may not, or takes for the end of a line."""

PLAIN = "plain"
"""The tag of a scalar that has neither quotes nor a tag of its own."""

TEXT_TAG = f"{TAG}str"
MERGE_TAG = f"{TAG}merge"

KeyPath = tuple[str | int, ...]

REASONS = (
    ("scanning an alias", 'quote text that begins with *, as in "*"'),
    ("undefined alias", 'quote text that begins with *, as in "*"'),
    ("scanning a quoted scalar, found unexpected end", "a quote is not closed"),
    ("expected ',' or", "a [ or { is not closed, or a comma is missing"),
    ("parsing a flow node", "a [ or { is not closed, or a comma is missing"),
    (
        "mapping values are not allowed",
        "no key can stand here: indent it as the lines around it, write a blank behind each colon, "
        "and quote text with a colon in it",
    ),
    ("find expected key", "indent this line as those around it, or quote the whole text"),
    ("cannot start any token", "quote what begins with this character"),
)
"""What libyaml and PyYAML say, in part, and in words what it comes from."""

OPENED = ("while parsing a flow", "while scanning a quoted")
"""Contexts whose place, where something is opened, says more than the place where it is missed."""

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Parser):  # type: ignore[misc]
    """Composes nodes; what a scalar is, PyYAML is not asked."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is not yaml.ScalarNode:
            return super().resolve(kind, value, implicit)
        return PLAIN if implicit[0] else TEXT_TAG


class DocumentError(Exception):
    """The file can't be read as YAML; `line` counts from 1 (None: the file as a whole)."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.message = one_line(message)
        super().__init__(self.message)
        self.line = line


class DuplicateKeyError(Exception):
    """A key stands twice in one object; the message is the key."""


@dataclass
class Document:
    """A file's value, with the place of each key and the spelling of each scalar that is no text.

    Lines and columns count from 1.
    """

    label: str
    """The file's name as messages show it, relative to the project."""
    value: Any = None
    marks: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    """The line and the column of each key and value."""
    spellings: dict[KeyPath, str] = field(default_factory=dict)
    passed_over: int | None = None
    """The line of a second document in the file: the engine reads the first one only."""

    def mark_of(self, path: KeyPath) -> tuple[int | None, int | None]:
        """Return line and column of this path, or of the nearest parent that stands in the file."""
        lengths = range(len(path), 0, -1)
        marks = (self.marks[path[:length]] for length in lengths if path[:length] in self.marks)
        return next(marks, (None, None))

    def note_mark(self, path: KeyPath, node: yaml.Node) -> None:
        """Note where a path stands: where this node begins."""
        self.marks[path] = (_line(node), int(node.start_mark.column) + 1)


def read_document(path: Path, label: str) -> Document:
    """Read a YAML file, or one that ends in .json. Raises DocumentError."""
    try:
        text = decoded(read_file(path, LARGEST_CONFIG))
    except UnreadableError as error:
        raise DocumentError(str(error)) from None
    return parse_json(text, label) if path.suffix == ".json" else parse_document(text, label)


def parse_json(text: str, label: str) -> Document:
    """Parse JSON text, with the limits that YAML has. Raises DocumentError."""
    value = None
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(f"is not valid JSON: {error}", error.lineno) from None
    except ValueError:  # of Python's own limit
        raise DocumentError("has a number with too many digits: quote it") from None
    except RecursionError:
        pass  # YAML's parser says where
    document = parse_document(_as_yaml(text), label)
    document.value = value
    return document


def json_value(text: str) -> Any:
    """Return what JSON text holds. Raises ValueError; DuplicateKeyError for a key set twice."""
    return json.loads(text, object_pairs_hook=_without_duplicates)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise DuplicateKeyError(counts.most_common(1)[0][0])
    return found


def _as_yaml(text: str) -> str:
    """Return JSON text as YAML takes it, its lines as they are.

    Tabs stand between values only. YAML has no escapes for halves of characters: they become text.
    """
    escaped = JSON_ESCAPE.sub(lambda each: f"\\\\{each[1]}" if each[1][1:] else each[0], text)
    return NOT_IN_YAML.sub(lambda each: f"\\u{ord(each[0]):04x}", escaped.replace("\t", " "))


def parse_document(text: str, label: str) -> Document:
    """Parse YAML text. Raises DocumentError."""
    loader = None
    try:
        document = Document(label, passed_over=_second_document(text))
        loader = _Loader(text)
        node = loader.get_node() if loader.check_node() else None
        document.value = _Builder(document).value(node, ()) if node else None
    except yaml.MarkedYAMLError as error:
        raise _not_valid(error, text) from None
    except yaml.reader.ReaderError as error:
        raise _not_text(error, text) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise DocumentError(f"is not valid YAML: {error}") from None
    finally:
        if loader is not None:
            loader.dispose()
    return document


def _not_valid(error: yaml.MarkedYAMLError, text: str) -> DocumentError:
    mark: Any = error.problem_mark or error.context_mark
    if error.context_mark and (error.context or "").startswith(OPENED):
        mark = error.context_mark
    reason = ", ".join(part for part in (error.context, error.problem) if part)
    reason = next((words for part, words in REASONS if part in reason), reason)
    if mark is None:
        return DocumentError(f"is not valid YAML: {reason}")
    line = text.split("\n")[mark.line : mark.line + 1]
    if any("\t" in each[: len(each) - len(each.lstrip())] for each in line):
        reason = "a tab indents this line: use spaces"
    return DocumentError(f"is not valid YAML: {reason}", mark.line + 1)


def _not_text(error: yaml.reader.ReaderError, text: str) -> DocumentError:
    code = int(error.character)
    advice = "remove it, or save the file as UTF-8"
    message = f"is not valid YAML: character U+{code:04X} is not allowed: {advice}"
    before, found, _ = text.partition(chr(code))
    return DocumentError(message, before.count("\n") + 1 if found else None)


def _second_document(text: str) -> int | None:
    """Return the line of a second document. Raises DocumentError where the first is nested deep.

    Composing recurses: in Python that ends in RecursionError, in libyaml's binding in a crash.
    """
    depth = 0
    ended = None
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if ended is not None:
                more = isinstance(event, yaml.DocumentStartEvent)
                return _line(event) if more else None
            if isinstance(event, yaml.DocumentEndEvent):
                ended = _line(event)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise _too_deep(event.start_mark)
    except yaml.MarkedYAMLError as error:
        if ended is not None:
            return ended
        # The parser of PyYAML 6.0.4 has a limit of its own, and reads ahead of its events.
        if "nesting depth" not in (error.problem or ""):
            raise
        raise _too_deep(error.problem_mark or error.context_mark) from None
    return None


def _too_deep(mark: Any) -> DocumentError:
    return DocumentError(f"is nested deeper than {MAX_DEPTH} levels", mark.line + 1)


class _Builder:
    """Turns nodes into values, noting lines and spellings on the way."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._count = 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self._spend(node, len(path))
        if path not in self._document.marks:
            self._document.note_mark(path, node)
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
                self._document.note_mark(here, key_node)
                found[key] = self.value(value_node, here)
        return found

    def _pairs(
        self, node: yaml.MappingNode, merges: int
    ) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Yield each key with its nodes: the mapping's own, then those merged into it."""
        own: dict[str, int] = {}
        for key_node, value_node in node.value:
            self._spend(key_node, merges)
            if _is_merge(key_node):
                continue
            key, line = _key(key_node), _line(key_node)
            if key in own:
                raise DocumentError(f"key {key} is a duplicate, first set on line {own[key]}", line)
            own[key] = line
            yield key, key_node, value_node
        for source in _merged(node):
            yield from self._pairs(source, merges + 1)

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        value = _scalar(node)
        if value is not node.value:
            self._document.spellings[path] = str(node.value)
        return value


def _scalar(node: yaml.Node) -> Any:
    """Return what a scalar is. Raises DocumentError where the engine refuses it."""
    if node.tag == TEXT_TAG:
        return node.value
    try:
        value = plain(node.value) if node.tag == PLAIN else tagged(node.tag, node.value)
        if isinstance(value, float) and not isfinite(value):
            raise ValueError(value)
    except ValueError:
        written = one_line(str(node.value), 80)
        raise DocumentError(f"{written!r} can't be read: quote it", _line(node)) from None
    return value


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _key(node: yaml.Node) -> str:
    """Return a key as the engine has it: `on:` is text, `0012:` is a number, so "10"."""
    if isinstance(node, yaml.ScalarNode):
        return key_text(_scalar(node))
    raise DocumentError("a list or mapping can't be a key", _line(node))


def _is_merge(node: yaml.Node) -> bool:
    return node.tag == MERGE_TAG or (node.tag == PLAIN and node.value == "<<")


def _merged(node: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """Yield the mappings that `<<` merges into this one, in the order of their precedence."""
    for key_node, value_node in node.value:
        if not _is_merge(key_node):
            continue
        sources = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
        for source in sources:
            if not isinstance(source, yaml.MappingNode):
                raise DocumentError("<< works with mappings only", _line(source))
            yield source
