"""From `amplify-jobs:rules` to rules: validated, every problem reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..domain.jobs import OPERATIONS, STATUSES, Wait
from ..domain.keys import text_problem
from ..domain.rules import Aim, AppSelector, Criteria, Rule
from ..domain.targets import Tags, TargetSelector, rule_in
from ..domain.times import parse_duration
from ..spelling import camel_keys
from .diagnostics import Origin, Problems, suggestion
from .document import Document
from .indentation import below_names
from .loader import validated
from .rule_models import AppsConfig, RuleConfig, parse_job_pattern
from .target_models import TargetTagsConfig

RULE_ARGUMENTS = (*(name.rstrip("_") for name in RuleConfig.keys if name != "targets"), "target")
"""The arguments of a BackendJobRule, by snake_case names."""


@dataclass(frozen=True)
class DeclaredRule:
    """A valid rule, and what it was made of: the arguments of a BackendJobRule."""

    rule: Rule
    arguments: Mapping[str, Any]
    """By snake_case names at every level; durations as written."""


def read_rules(
    value: Any, origin: Origin, targets: Mapping[str, Tags], problems: Problems
) -> dict[str, DeclaredRule]:
    """Return the good ones of a mapping of rules by name, and note what is wrong.

    A rule with `targets` is one for each of them, named `RULE@TARGET`. `targets` has the tags of
    all by name.
    """
    if not isinstance(value, dict):
        message = "rules is not a mapping: write a name for each rule and its keys below it"
        problems.error(origin.place(), message)
        return {}
    found: dict[str, DeclaredRule] = {}
    for name, given in below_names(value, "rule", RuleConfig, origin, problems).items():
        own = origin.below(name).concerning(_written_targets(given, targets))
        model = _read_rule(name, given, own, problems)
        if model is None:
            continue
        for each in _in_targets(model, name, targets, own, problems):
            if each.rule.name in found:
                message = f"the name {each.rule.name} is declared twice: rename one of the rules"
                problems.error(own.place(), message, name)
            found[each.rule.name] = each
    return found


def _written_targets(given: Any, targets: Mapping[str, Tags]) -> frozenset[str]:
    """Return the targets that a rule names, well or badly declared as it may be."""
    written = given.get("targets") if isinstance(given, dict) else ()
    if written is None:
        return frozenset({""})
    tags = written.get("tags") if isinstance(written, dict) else None
    if isinstance(tags, dict):
        selector = TargetSelector(tags=tuple(tags.items()))
    elif isinstance(written, list) and all(isinstance(each, str) for each in written):
        selector = TargetSelector(names=tuple(written))
    else:
        return frozenset()
    return frozenset(name for name, having in targets.items() if selector.takes(name, having))


def _in_targets(
    model: RuleConfig,
    name: str,
    targets: Mapping[str, Tags],
    origin: Origin,
    problems: Problems,
) -> Iterator[DeclaredRule]:
    """Yield the rule as it is in each of its targets, or without one where it names none."""
    arguments = model.arguments()
    if arguments.pop("targets", None) is None:
        yield DeclaredRule(rule_from(model, name), arguments)
        return
    selector = _target_selector(model.targets)
    for each in selector.idle(targets):
        message = f"targets: {each} matches no target: correct it, or remove it"
        problems.warn(origin.place(("targets",)), message, name)
    for target, tags in targets.items():
        if selector.takes(target, tags):
            rule = rule_from(model, rule_in(name, target), target)
            yield DeclaredRule(rule, {**arguments, "target": target})


def _target_selector(targets: list[str] | TargetTagsConfig | None) -> TargetSelector:
    if isinstance(targets, TargetTagsConfig):
        return TargetSelector(tags=tuple(sorted(targets.tags.items())))
    return TargetSelector(names=tuple(targets or ()))


def _read_model(name: str, given: Any, origin: Origin, problems: Problems) -> RuleConfig | None:
    problem = text_problem(name)
    if problem:
        problems.error(origin.place(), f"a rule's name {problem}", name or None)
        return None
    if not isinstance(given, dict):
        message = "is not a mapping: write apps, environments, match, set and limit below it"
        problems.error(origin.place(), message, name)
        return None
    return validated(RuleConfig, given, origin, problems, name)


def _read_rule(name: str, given: Any, origin: Origin, problems: Problems) -> RuleConfig | None:
    model = _read_model(name, given, origin, problems)
    if model is None:
        return None
    rule = rule_from(model, name)
    reached = rule.aim.is_everywhere_in(rule.match)
    if reached:
        message = f"set asks for what match already requires ({reached})"
        useless = f"{message}, so the rule would never change a job: correct one of them"
        problems.error(origin.place(("set",)), useless, name)
        return None
    _warn_of_unseen(rule, origin, problems)
    return model


def read_rule_arguments(
    values: Mapping[str, Any], name: str, target: str
) -> tuple[DeclaredRule | None, list[tuple[str, str]]]:
    """Return the rule that a BackendJobRule's arguments make, and the problems by argument.

    `target` is the name of what the argument `target` means. The others are checked as a rule of
    the stack config is.
    """
    problems = Problems()
    rest, own = _without_target(values)
    model = _read_rule(name, camel_keys(rest), Origin(Document("arguments")), problems)
    found = _by_argument(problems, values)
    if model is None:
        return None, found
    return DeclaredRule(rule_from(model, name, target), {**model.arguments(), **own}), found


def read_unknown_rule_arguments(
    values: Mapping[str, Any], name: str
) -> tuple[Mapping[str, Any] | None, list[tuple[str, str]]]:
    """Return arguments, UNKNOWN being among them, as those of a DeclaredRule; and the problems.

    What is known is checked, and written as it will be once all is known.
    """
    problems = Problems()
    rest, own = _without_target(values)
    model = _read_model(name, camel_keys(rest), Origin(Document("arguments")), problems)
    found = _by_argument(problems, values)
    return None if model is None else {**model.arguments(), **own}, found


def _without_target(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments that a rule of the stack config has, too, and the target by itself."""
    rest = {key: value for key, value in values.items() if key != "target"}
    return rest, {key: value for key, value in values.items() if key == "target"}


def _by_argument(problems: Problems, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each problem behind the argument that it is about, "" where it is about none."""
    firsts = ((next(iter(each.place.path), ""), each.message) for each in problems.errors)
    return [(str(first) if first in values else "", message) for first, message in firsts]


def rule_from(model: RuleConfig, name: str, target: str = "") -> Rule:
    """Return the rule that a valid config makes."""
    match, aim = model.match, model.set_
    return Rule(
        name=name,
        apps=_selector(model.apps),
        environments=tuple(model.environments),
        match=Criteria(
            statuses=frozenset(match.status),
            operations=frozenset(match.operation or ()),
            older_than=_seconds(match.older_than),
            idle_for=_seconds(match.idle_for),
        ),
        aim=Aim(aim.operation, aim.status),
        limit=model.limit,
        exceptions=tuple(map(parse_job_pattern, dict.fromkeys(model.except_ or ()))),
        wait=Wait(model.wait.timeout) if model.wait else None,
        target=target,
    )


def _selector(apps: list[str] | AppsConfig) -> AppSelector:
    if isinstance(apps, list):
        return AppSelector(ids=tuple(apps))
    tags = tuple(sorted((apps.tags or {}).items()))
    return AppSelector(name_matches=apps.name_matches, tags=tags)


def _seconds(duration: str | None) -> float | None:
    return None if duration is None else parse_duration(duration)


def _warn_of_unseen(rule: Rule, origin: Origin, problems: Problems) -> None:
    if origin.secret:
        return
    asked = (
        (("match", "status"), rule.match.statuses, STATUSES),
        (("match", "operation"), rule.match.operations, OPERATIONS),
        (("set", "operation"), {rule.aim.operation}, OPERATIONS),
        (("set", "status"), {rule.aim.status}, STATUSES),
    )
    for path, values, known in asked:
        for value in sorted(each for each in values if each is not None and each not in known):
            hint = suggestion(value, known)
            message = f"{'.'.join(path)} {value} is not a known value: {hint}"
            problems.warn(origin.place(path), message, rule.name)
