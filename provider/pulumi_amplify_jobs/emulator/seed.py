"""The jobs that the emulator starts with: reading and checking them."""

from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from .errors import SeedError
from .job import Job, JobKey
from .wording import first_problem, kind_of, suggest


def load_seed(path: str | Path) -> list[Job]:
    """Read jobs from a YAML file: a top-level ``jobs:`` list, fields named as on the wire.

    Raises `SeedError` with one line when the file cannot be read or used.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SeedError(f"{path}: is not UTF-8 text") from None
    return parse_document(_load_yaml(text, str(path)), source=str(path))


def parse_document(document: object, *, source: str) -> list[Job]:
    """Return the jobs of ``{"jobs": [...]}``; `source` starts the message of a `SeedError`."""
    if not isinstance(document, dict):
        raise SeedError(f"{source}: {kind_of(document)}, where a top-level jobs: list is expected")
    for name in document:
        if name != "jobs":
            raise SeedError(f"{source}: unknown field {name}: {suggest(str(name), ['jobs'])}")
    if "jobs" not in document:
        raise SeedError(f"{source}: jobs is missing")
    jobs = document["jobs"]
    if not isinstance(jobs, list):
        raise SeedError(f"{source}: jobs is {kind_of(jobs)}: a list is expected")
    return parse_jobs(jobs, source=source)


def parse_jobs(jobs: Iterable[object], *, source: str = "seed") -> list[Job]:
    """Return the jobs, each given as a `Job` or as a mapping by the wire's field names.

    Raises `SeedError`, its one line starting with `source`, for the first job that is
    wrong, or that is there twice.
    """
    found: dict[JobKey, int] = {}
    parsed = []
    for index, value in enumerate(jobs):
        where = f"{source}: jobs[{index}]"
        job = value if isinstance(value, Job) else _parse_job(value, where)
        if job.key in found:
            raise SeedError(f"{where}: the same job as jobs[{found[job.key]}]")
        found[job.key] = index
        parsed.append(job)
    return parsed


def _parse_job(value: object, where: str) -> Job:
    if not isinstance(value, dict):
        raise SeedError(f"{where}: {kind_of(value)}, where a mapping is expected")
    try:
        return Job.model_validate(value)
    except ValidationError as error:
        raise SeedError(f"{where}: {first_problem(error, Job)}") from None


def _load_yaml(text: str, source: str) -> object:
    try:
        # A subclass of the safe loader: it builds plain data only.
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise SeedError(f"{source}: {line}{error.problem}") from None
    except yaml.YAMLError as error:
        raise SeedError(f"{source}: {' '.join(str(error).split())}") from None
    except ValueError as error:
        # Such as the date 2024-99-99, which YAML reads as one.
        raise SeedError(f"{source}: {error}") from None
    except RecursionError:
        raise SeedError(f"{source}: is nested too deeply") from None


class _Loader(yaml.SafeLoader):
    """The safe loader, except that it does not silently drop what a second key overwrites.

    Not the C one: deep nesting would end the process, not just the loading.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            problem = f"{twice} is there twice"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)
