"""The jobs that the emulator starts with: reading and checking them."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from .errors import SeedError
from .job import Job, JobKey
from .seed_job import SeedJob
from .wording import first_problem, kind_of, suggest
from .yaml_lines import Lines, load_yaml


def load_seed(path: str | Path) -> list[SeedJob]:
    """Read jobs from a YAML file: a top-level ``jobs:`` list, fields named as on the wire.

    Raises `SeedError` with one line when the file cannot be read or used.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SeedError(f"{path}: is not UTF-8 text") from None
    return parse_document(load_yaml(text, str(path)), source=str(path))


def parse_document(document: object, *, source: str) -> list[SeedJob]:
    """Return the jobs of ``{"jobs": [...]}``; `source` starts the message of a `SeedError`."""
    if not isinstance(document, dict):
        raise SeedError(f"{source}: {kind_of(document)}, where a top-level jobs: list is expected")
    for name in document:
        if name != "jobs":
            where = _place(source, document, name)
            raise SeedError(f"{where}: unknown field {name}: {suggest(str(name), ['jobs'])}")
    if "jobs" not in document:
        raise SeedError(f"{source}: jobs is missing")
    jobs = document["jobs"]
    if not isinstance(jobs, list):
        where = _place(source, document, "jobs")
        raise SeedError(f"{where}: jobs is {kind_of(jobs)}: a list is expected")
    return parse_jobs(jobs, source=source)


def parse_jobs(jobs: Iterable[object], *, source: str = "seed") -> list[SeedJob]:
    """Return the jobs, each given as a `Job` or as a mapping by the wire's field names.

    Raises `SeedError`, its one line starting with `source`, for the first job that is
    wrong, or that is there twice.
    """
    found: dict[JobKey, int] = {}
    parsed = []
    for index, value in enumerate(jobs):
        job = _parse_job(value, source, index)
        if job.key in found:
            where = _place(source, value)
            raise SeedError(f"{where}: jobs[{index}]: the same job as jobs[{found[job.key]}]")
        found[job.key] = index
        parsed.append(job)
    return parsed


def _parse_job(value: object, source: str, index: int) -> SeedJob:
    if isinstance(value, SeedJob):
        return value
    if isinstance(value, Job):
        return SeedJob.model_validate(value.wire())
    if not isinstance(value, dict):
        raise SeedError(f"{source}: jobs[{index}]: {kind_of(value)}, where a mapping is expected")
    try:
        return SeedJob.model_validate(value)
    except ValidationError as error:
        field, problem = first_problem(error, SeedJob)
        raise SeedError(f"{_place(source, value, field)}: jobs[{index}]: {problem}") from None


def _place(source: str, mapping: object, field: object = None) -> str:
    """Return the source, with the line of the field or of the mapping where it is known."""
    if not isinstance(mapping, Lines):
        return source
    return f"{source}:{mapping.lines.get(field, mapping.line)}"
