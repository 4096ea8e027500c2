"""From `amplify-jobs:targets` to targets: validated, every problem reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..domain.targets import target_name_problem
from ..settings import Settings, Target
from .diagnostics import Origin, Place, Problems, suggestion
from .indentation import below_names
from .loader import NAMESPACE, read_argument, validated
from .settings import role
from .target_models import TargetConfig, TargetInArguments

LISTED = f"{NAMESPACE}:targets"


@dataclass(frozen=True)
class WrittenTarget:
    """A valid target as it is written: what it leaves out is at the top of the stack config."""

    model: TargetConfig
    origin: Origin

    def over(self, settings: Settings, name: str) -> Target:
        """Return the target, with these settings for all that it leaves out."""
        return target_over(self.model, settings, name)

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags, by which it is selected."""
        return self.model.tags or {}

    @property
    def region_place(self) -> Place:
        """Where its region stands."""
        return self.origin.place(("region",))


def read_targets(
    value: Any, origin: Origin, problems: Problems, into: dict[str, WrittenTarget]
) -> None:
    """Validate a mapping of targets by name and add the good ones to `into`."""
    if value is None:
        return
    if not isinstance(value, dict):
        message = "targets is not a mapping: write a name for each target and its keys below it"
        problems.error(origin.place(), message)
        return
    for name, given in below_names(value, "target", TargetConfig, origin, problems).items():
        own = origin.below(name)
        problem = target_name_problem(name)
        if problem:
            problems.error(own.place(), f"{own.spelling((), name)} {problem}")
        elif name in into:
            there = into[name].origin.place()
            problems.error(own.place(), f"the target is declared twice, also in {there}", name)
        else:
            model = validated(TargetConfig, {} if given is None else given, own, problems, name)
            into[name] = WrittenTarget(model or TargetConfig.read({}), own)


def target_over(model: TargetConfig, settings: Settings, name: str) -> Target:
    """Return the target that a valid config makes, `settings` being those of the stack."""
    given: dict[str, Any] = {
        "region": model.region,
        "profile": model.profile,
        "max_retries": model.max_retries,
        "retry_mode": model.retry_mode,
        "endpoint": model.endpoint,
        "assume_roles": None
        if model.assume_roles is None
        else tuple(map(role, model.assume_roles)),
    }
    own = {key: each for key, each in given.items() if each is not None}
    for key in ("region", "profile", "endpoint"):
        if key in own:
            own[f"{key}_source"] = f"{key} of the target {name}"
    reached = replace(settings, target=name, account_id=model.account_id, **own)
    return Target(reached, tuple(sorted((model.tags or {}).items())))


def read_target_argument(
    value: Mapping[str, Any], settings: Settings
) -> tuple[Target | None, list[str]]:
    """Return the target that a program's `Target(...)` makes over the stack's settings.

    `value` is by the YAML's keys; behind the target stands what is wrong with it.
    """
    given, problems = read_argument(TargetInArguments, {"target": value})
    return target_over(given.target, settings, given.target.name) if given else None, problems


def unknown_target(name: str, known: Iterable[str]) -> str:
    """Return why a name is no target of the stack."""
    names = list(known)
    if not names:
        return f"target {name} is unknown: declare it below {LISTED}"
    return f"target {name} is unknown: {suggestion(name, names)}"
