"""What the emulator starts with: reading and checking jobs and apps."""

from collections.abc import Generator, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from ..disk import MIB, UnreadableError, decoded, read_file
from .entities import App, Job, JobKey, SeedJob
from .errors import EmulatorError
from .validation import first_problem, kind_of, suggest

Entry = TypeVar("Entry", SeedJob, App)

LARGEST = 10 * MIB
"""Bytes of a seed's file."""

_LISTS = ("jobs", "apps")


@dataclass(frozen=True)
class Seed:
    """Jobs and apps to add or replace. The apps that jobs name need not be among them."""

    jobs: tuple[SeedJob, ...] = ()
    apps: tuple[App, ...] = ()

    def __len__(self) -> int:
        """Return how many jobs and apps there are."""
        return len(self.jobs) + len(self.apps)


SeedSource = str | Path | Seed | Mapping[str, object] | Iterable[object]
"""The path of a YAML file, what stands in one, or jobs: each a `Job` or a mapping by the wire's
field names."""


def read_seed(source: SeedSource) -> Seed:
    """Return the seed that is meant. Raises `EmulatorError` with one line."""
    if isinstance(source, Seed):
        return source
    if isinstance(source, str | Path):
        return load_seed(source)
    if isinstance(source, Mapping):
        return parse_document(source, source="seed")
    return Seed(parse_jobs(source))


def load_seed(path: str | Path) -> Seed:
    """Read a YAML file: top-level ``jobs:`` and ``apps:`` lists, fields named as on the wire.

    Raises `EmulatorError` with one line when the file cannot be read or used.
    """
    try:
        text = decoded(read_file(Path(path), LARGEST))
    except UnreadableError as error:
        raise EmulatorError(f"{path}: {error}") from None
    return parse_document(_load_yaml(text, str(path)), source=str(path))


def parse_document(document: object, *, source: str) -> Seed:
    """Return the seed in ``{"jobs": [...], "apps": [...]}``, of which one may be missing.

    `source` starts the message of an `EmulatorError`.
    """
    if not isinstance(document, Mapping):
        raise EmulatorError(
            f"{source}: {kind_of(document)}, where a top-level jobs: list is expected"
        )
    if not document:
        raise EmulatorError(f"{source}: jobs and apps are missing: give one of them")
    for name, entries in document.items():
        where = _place(source, document, name)
        if name not in _LISTS:
            raise EmulatorError(f"{where}: unknown field {name}: {suggest(str(name), _LISTS)}")
        if not isinstance(entries, list):
            raise EmulatorError(f"{where}: {name} is {kind_of(entries)}: a list is expected")
    return Seed(
        jobs=parse_jobs(document.get("jobs", ()), source=source),
        apps=parse_apps(document.get("apps", ()), source=source),
    )


def parse_jobs(jobs: Iterable[object], *, source: str = "seed") -> tuple[SeedJob, ...]:
    """Return the jobs, each given as a `Job` or as a mapping by the wire's field names.

    Raises `EmulatorError`, its one line starting with `source`, for the first job that is
    wrong, or that is there twice.
    """
    return _parse(jobs, SeedJob, source, "jobs")


def parse_apps(apps: Iterable[object], *, source: str = "seed") -> tuple[App, ...]:
    """Return the apps, each given as an `App` or as a mapping; for what is wrong, as for jobs."""
    return _parse(apps, App, source, "apps")


def _parse(
    values: Iterable[object], model: type[Entry], source: str, name: str
) -> tuple[Entry, ...]:
    """Return the entries of a list; `name` is what the list is called."""
    found: dict[JobKey | str, int] = {}
    parsed = []
    for index, value in enumerate(values):
        entry = _parse_entry(value, model, source, f"{name}[{index}]")
        first = found.setdefault(entry.key, index)
        if first != index:
            where = _place(source, value)
            same = f"the same {name[:-1]} as {name}[{first}]"
            raise EmulatorError(f"{where}: {name}[{index}]: {same}")
        parsed.append(entry)
    return tuple(parsed)


def _parse_entry(value: object, model: type[Entry], source: str, label: str) -> Entry:
    if isinstance(value, model):
        return value
    data = value.wire() if isinstance(value, Job) else value
    if not isinstance(data, dict):
        raise EmulatorError(f"{source}: {label}: {kind_of(data)}, where a mapping is expected")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        field, problem = first_problem(error, model)
        raise EmulatorError(f"{_place(source, value, field)}: {label}: {problem}") from None


def _place(source: str, mapping: object, field: object = None) -> str:
    """Return the source, with the line of the field or of the mapping where it is known."""
    if not isinstance(mapping, _Lines):
        return source
    return f"{source}:{mapping.lines.get(field, mapping.line)}"


class _Lines(dict[Hashable, Any]):
    """A mapping that knows the line it starts in, and those of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[object, int] = {}


def _load_yaml(text: str, source: str) -> object:
    """Return what a YAML text holds, its mappings as `_Lines`; it builds plain data only."""
    try:
        # A subclass of the safe loader.
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise EmulatorError(f"{source}{line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise EmulatorError(f"{source}: {' '.join(str(error).split())}") from None
    except ValueError as error:
        # Such as the date 2024-99-99, which YAML reads as one.
        raise EmulatorError(f"{source}: {error}") from None
    except RecursionError:
        raise EmulatorError(f"{source}: is nested too deeply") from None


class _Loader(yaml.SafeLoader):
    """The safe loader, except that it does not silently drop what a second key overwrites.

    Not the C one: deep nesting would end the process, not just the loading.
    """

    def construct_with_lines(self, node: yaml.MappingNode) -> Generator[_Lines, None, None]:
        """Build a mapping in two steps, as one that contains itself could not be in one."""
        mapping = _Lines(node.start_mark.line + 1)
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in mapping.lines:
                problem = f"{key.value} is a duplicate key"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
            mapping.lines[key.value] = key.start_mark.line + 1
        yield mapping
        mapping.update(self.construct_mapping(node))


_Loader.add_constructor(yaml.SafeLoader.DEFAULT_MAPPING_TAG, _Loader.construct_with_lines)
