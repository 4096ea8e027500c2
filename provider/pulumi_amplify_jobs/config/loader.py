"""From config values, or a resource's arguments, to desired jobs: every problem at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import ValidationError

from ..domain.jobs import (
    OPERATIONS,
    STATUSES,
    TO_BE_FOUND,
    DesiredJob,
    Latest,
    LatestJob,
    Wait,
    When,
)
from ..domain.keys import JobKey, text_problem
from .diagnostics import Origin, Place, Problems, nearest, suggestion
from .document import Document
from .indentation import below_names
from .mappings import ConfigModel, keys_of
from .models import DefaultsConfig, JobConfig, LatestIdArgument, LatestIdConfig, LatestJobConfig
from .violations import MISSING, explain

if TYPE_CHECKING:
    from .targets import WrittenTarget

ModelT = TypeVar("ModelT", bound=ConfigModel)

NAMESPACE = "amplify-jobs"
JOB_ARGUMENTS = tuple(JobConfig.keys)
"""The arguments of a BackendJob, by snake_case names."""
JOB_KEYS = keys_of(JobConfig)
REQUIRED_KEYS = tuple(key.name for key in JobConfig.keys.values() if key.required)
"""What a job must have, from its defaults or of its own."""
DEFAULT_KEYS = tuple(key for key in REQUIRED_KEYS if key != "jobId")
"""Those of them that defaults may supply."""


@dataclass(frozen=True)
class DeclaredJob:
    """A valid job, and what it was made of: the arguments of a BackendJob."""

    job: DesiredJob | LatestJob
    arguments: Mapping[str, Any]
    """By snake_case names at every level; durations as written."""
    secret: frozenset[str] = frozenset()
    """Its keys whose value was encrypted, as the YAML spells them."""

    @property
    def target(self) -> str:
        """The target that has it, by name; empty where it names none."""
        return (self.job.declared if isinstance(self.job, LatestJob) else self.job).key.target


@dataclass
class Declarations:
    """The jobs declared so far, and where; names and job keys are unique among them."""

    problems: Problems
    jobs: dict[str, DeclaredJob] = field(default_factory=dict)
    included: list[Path] = field(default_factory=list)
    """The included files that were read."""
    targets: dict[str, WrittenTarget] = field(default_factory=dict)
    """By name."""
    _names: dict[str, Place] = field(default_factory=dict)
    _targeted: dict[str, Place] = field(default_factory=dict)
    """Where the jobs that have a target say so, by the job's name."""
    _keys: dict[JobKey, tuple[str, Place]] = field(default_factory=dict)

    def counts(self, concerned: Callable[[Place], bool] = lambda _: True) -> Counter[str]:
        """Return how many jobs each file declares, good or bad, by the file's label."""
        return Counter(place.label for place in self._names.values() if concerned(place))

    def add(self, name: str, declared: DeclaredJob, origin: Origin) -> None:
        """Add a job, unless its key is declared already: that is an error naming both places.

        What a job clashes with whose ID is to be found, is known only then.
        """
        job, place = declared.job, origin.place()
        if isinstance(job, DesiredJob):
            if job.key in self._keys:
                other, there = self._keys[job.key]
                key = "(secret)" if declared.secret else str(job.key)
                message = f"{key} is declared twice, also by {other} in {there}"
                self.problems.error(place, message, name)
                return
            self._keys[job.key] = (name, place)
        self.jobs[name] = declared
        if declared.target:
            self._targeted[name] = origin.place(("target",))

    def refuse_unknown_targets(self) -> None:
        """Note each job whose target nobody declares, once all files are read."""
        for name, place in self._targeted.items():
            declared = self.jobs[name]
            if declared.target not in self.targets:
                from .targets import unknown_target  # only what is wrong needs it

                shown = "(secret)" if "target" in declared.secret else declared.target
                self.problems.error(place, unknown_target(shown, self.targets), name)

    def take_name(self, name: str, origin: Origin) -> bool:
        """Take the name, unless another job has it already: that is an error naming both places."""
        place = origin.place()
        problem = text_problem(name)
        if problem:
            self.problems.error(place, f"a job's name {problem}", name or None)
            return False
        if name in self._names:
            there = self._names[name]
            self.problems.error(place, f"the name is declared twice, also in {there}", name)
            return False
        self._names[name] = place
        return True


@dataclass(frozen=True)
class Defaults:
    """Valid defaults, and the names of those that were given wrongly and reported already."""

    values: Mapping[str, Any]
    broken: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    """The names of those whose value was encrypted."""

    def under(self, outer: Defaults) -> Defaults:
        """Return these defaults laid over others: a file's over the stack's."""
        return Defaults(
            {**outer.values, **self.values},
            self.broken | outer.broken,
            self.secret | (outer.secret - self.values.keys()),
        )


def read_defaults(value: Any, origin: Origin, problems: Problems) -> Defaults:
    """Validate a `defaults` mapping; what is wrong is reported once, here, and left out."""
    if value is None:
        return Defaults({})
    if not isinstance(value, dict):
        validated(DefaultsConfig, value, origin, problems, "defaults")
        return Defaults({}, frozenset(JOB_KEYS))
    good = {}
    broken = set()
    for key, given in value.items():
        if key == "jobId":
            message = "defaults can't have a jobId: each job declares its own"
            problems.error(origin.place((key,)), message)
        elif validated(DefaultsConfig, {key: given}, origin, problems, "defaults") is None:
            broken.add(nearest(key, JOB_KEYS) or key)
        else:
            good[key] = given
    _warn_of_unseen(good, origin, problems, "defaults")
    return Defaults(good, frozenset(broken), origin.secret_keys(good))


def read_jobs(value: Any, origin: Origin, defaults: Defaults, into: Declarations) -> None:
    """Validate a mapping of jobs by name and add the good ones to `into`."""
    if value is None:
        return
    if not isinstance(value, dict):
        message = "jobs is not a mapping: write a name for each job and its keys below it"
        into.problems.error(origin.place(), message)
        return
    for name, given in below_names(value, "job", JobConfig, origin, into.problems).items():
        job_origin = origin.below(name).concerning(_written_target(given, defaults))
        if into.take_name(name, job_origin):
            declared = _read_job(name, given, job_origin, defaults, into.problems)
            if declared is not None:
                into.add(name, declared, job_origin)


def _written_target(given: Any, defaults: Defaults) -> frozenset[str]:
    """Return the target that a job names, well or badly declared as it may be."""
    target = {**defaults.values, **given}.get("target") if isinstance(given, dict) else ()
    if target is None:
        return frozenset({""})
    return frozenset({target}) if isinstance(target, str) else frozenset()


def _read_job(
    name: str, given: Any, origin: Origin, defaults: Defaults, problems: Problems
) -> DeclaredJob | None:
    if not isinstance(given, dict):
        message = "is not a mapping: write jobId and status, or operation, below it"
        problems.error(origin.place(), message, name)
        return None
    merged = {**defaults.values, **given}
    wanted = LatestJobConfig if isinstance(merged.get("jobId"), dict) else JobConfig
    model = validated(wanted, _present(merged), origin, problems, name, defaults.broken)
    if model is None:
        return None
    job = desired_from(model, name)
    if job.operation is None and job.status is None:
        if not defaults.broken & {"operation", "status"}:
            message = "declares neither operation nor status: add at least one"
            problems.error(origin.place(), message, name)
        return None
    _warn_of_unseen(given, origin, problems, name)
    secret = origin.secret_keys(given) | (defaults.secret - given.keys())
    if isinstance(model, LatestJobConfig):
        return DeclaredJob(LatestJob(job, *latest_from(model.job_id)), model.arguments(), secret)
    return DeclaredJob(job, model.arguments(), secret)


def latest_from(model: LatestIdConfig) -> tuple[Latest, bool]:
    """Return which job is meant in place of an ID, and whether to move on to newer ones."""
    return Latest(model.latest.operation, model.latest.status), bool(model.follow)


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is null: it takes a default away. A jobId has none to take away."""
    return {key: value for key, value in values.items() if value is not None or key == "jobId"}


def validated(
    model: type[ModelT],
    value: Any,
    origin: Origin,
    problems: Problems,
    job: str | None = None,
    forgiven: frozenset[str] = frozenset(),
) -> ModelT | None:
    """Validate a value; report what is wrong and return None, or return the model.

    `forgiven` are keys that may be missing, as a problem with them is reported already.
    """
    try:
        return model.read(value)
    except ValidationError as error:
        for each in explain(error, model, value, origin):
            missing = each.path[0] if each.kind == MISSING else None
            if missing in forgiven:
                continue
            inherited = missing in DEFAULT_KEYS
            cure = f": add it here or under {NAMESPACE}:defaults" if inherited else ""
            problems.error(origin.place(each.path), f"{each.message}{cure}", job)
        return None


def read_arguments(
    values: Mapping[str, Any], unknown: frozenset[str], names: Mapping[JobKey, str]
) -> tuple[DesiredJob | None, list[tuple[str, str]]]:
    """Return the declared job and the problems, as (key, message), by the YAML's keys.

    The job is None where there are problems, or where some values are `unknown` yet. `names` has
    the names of jobs by key, for messages.
    """
    given = dict(values)
    try:
        model = JobConfig.read(given)
    except ValidationError as error:
        found = explain(error, JobConfig, given, Origin(Document("arguments")))
        problems = [
            (str(each.path[0]), each.message)
            for each in found
            if not (each.kind == MISSING and each.path[0] in unknown)
        ]
        return None, problems
    if model.operation is None and model.status is None and not unknown & {"operation", "status"}:
        return None, [("status", "neither operation nor status is declared: add at least one")]
    if unknown:
        return None, []
    desired = desired_from(model, None)
    return replace(desired, name=names.get(desired.key)), []


def read_latest_arguments(
    value: Mapping[str, Any],
) -> tuple[tuple[Latest, bool] | None, list[str]]:
    """Return which job a mapping in place of an ID means, as `latest_from`, and the problems."""
    given, problems = read_argument(LatestIdArgument, {"jobId": value})
    return latest_from(given.job_id) if given else None, problems


def read_argument(model: type[ModelT], given: Mapping[str, Any]) -> tuple[ModelT | None, list[str]]:
    """Return what an argument of a program says, by the YAML's key, or what is wrong with it."""
    problems = Problems()
    found = validated(model, given, Origin(Document("arguments")), problems)
    return found, [each.message for each in problems.errors]


def desired_from(model: JobConfig, name: str | None) -> DesiredJob:
    """Return the declaration that a valid config makes."""
    when = model.when
    job_id = TO_BE_FOUND if isinstance(model, LatestJobConfig) else model.job_id
    return DesiredJob(
        key=JobKey(model.app_id, model.backend_environment_name, job_id, model.target or ""),
        operation=model.operation,
        status=model.status,
        when=When(when.operation, when.status) if when else None,
        if_missing=model.if_missing or "error",
        wait=Wait(model.wait.timeout) if model.wait else None,
        name=name,
    )


def _warn_of_unseen(
    values: Mapping[str, Any], origin: Origin, problems: Problems, job: str
) -> None:
    """Warn of an operation or status, wanted or asked for by `when`, that nobody has seen yet."""
    if origin.secret:
        return
    when = values.get("when") or {}
    for key, known in (("operation", OPERATIONS), ("status", STATUSES)):
        for path, value in (((key,), values.get(key)), (("when", key), when.get(key))):
            if value is not None and value not in known:
                hint = suggestion(value, known)
                message = f"{'.'.join(path)} {value} is not a known value: {hint}"
                problems.warn(origin.place(path), message, job)
