"""A stack's whole configuration, from the engine's values or from the project's files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..domain.jobs import DesiredJob, LatestJob
from ..errors import ConfigError
from ..nesting import is_nested_deeper
from ..settings import SHARD_VARIABLE, Settings, Target
from . import aws
from .diagnostics import Entry, Origin, Problems, in_a_list, suggestion
from .document import MAX_DEPTH, Document, DuplicateKeyError, json_value
from .includes import read_includes
from .loader import NAMESPACE, Declarations, DeclaredJob, Defaults, read_defaults, read_jobs
from .mappings import keys_of
from .misplaced import belongs_below, meant_by
from .models import JobsKeys
from .project import project_name
from .settings import SETTING_KEYS, read_settings

if TYPE_CHECKING:
    from .rule_loader import DeclaredRule

DISABLING_KEY = "pulumi:disable-default-providers"
"""Where it covers dynamic providers, nothing of this can run.

Source: pkg/resource/deploy/default_providers.go (shouldDenyRequest) of Pulumi's engine.
"""

DYNAMIC = "pulumi-python"
"""The package whose default provider runs Python's dynamic resources: there is no other one."""


def disabling_problem(value: Any) -> str | None:
    """Return what is wrong with the key's value, its JSON text parsed, or None."""
    if value in (None, ""):
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return f'{DISABLING_KEY} is not a list of names, and the engine refuses it: write ["aws"]'
    barred = next((name for name in value if name.strip() in ("*", DYNAMIC)), None)
    if barred is None:
        return None
    return (
        f"{DISABLING_KEY} has {barred.strip()}: the engine then refuses every job and rule, as "
        f"they are dynamic resources of {DYNAMIC}; list the other providers instead"
    )


JOBS_KEYS = keys_of(JobsKeys)
RULES_KEY = "rules"
TARGETS_KEY = "targets"
STRUCTURED_KEYS = (
    *JOBS_KEYS,
    RULES_KEY,
    TARGETS_KEY,
    "assumeRoles",
    "allowedAccountIds",
    "forbiddenAccountIds",
)
CONFIG_KEYS = (*JOBS_KEYS, RULES_KEY, TARGETS_KEY, *SETTING_KEYS)
AWS_NAMESPACE = "aws"

UNPLACED = Document("stack config")
"""Of what no file is known to hold."""


@dataclass(frozen=True)
class StackConfig:
    """A valid configuration."""

    declared: Mapping[str, DeclaredJob]
    """By Pulumi resource name, in the order of declaration; so are rules."""
    settings: Settings
    warnings: tuple[str, ...] = ()
    rules: Mapping[str, DeclaredRule] = field(default_factory=dict)
    """A rule with targets is one for each of them."""
    targets: Mapping[str, Target] = field(default_factory=dict)
    """By name, in the order of declaration."""

    @property
    def settings_by_target(self) -> Mapping[str, Settings]:
        """How each target is reached; the one with an empty name is what is at the top."""
        return {"": self.settings, **{name: each.settings for name, each in self.targets.items()}}

    @cached_property
    def by_target(self) -> Mapping[str, StackConfig]:
        """What is declared in each target, by its name: those in which something is."""
        jobs: defaultdict[str, dict[str, DeclaredJob]] = defaultdict(dict)
        rules: defaultdict[str, dict[str, DeclaredRule]] = defaultdict(dict)
        for name, job in self.declared.items():
            jobs[job.target][name] = job
        for name, rule in self.rules.items():
            rules[rule.rule.target][name] = rule
        return {
            name: replace(self, declared=jobs[name], rules=rules[name])
            for name in ("", *self.targets)
            if name in jobs or name in rules
        }

    def only(self, targets: Collection[str]) -> StackConfig:
        """Return what is declared in these targets; all of them stay known."""
        jobs = {n: each for n, each in self.declared.items() if each.target in targets}
        rules = {n: each for n, each in self.rules.items() if each.rule.target in targets}
        return replace(self, declared=jobs, rules=rules)

    @cached_property
    def jobs(self) -> Mapping[str, DesiredJob]:
        """The jobs with an ID."""
        return {n: d.job for n, d in self.declared.items() if isinstance(d.job, DesiredJob)}

    @cached_property
    def latest(self) -> Mapping[str, LatestJob]:
        """The jobs whose ID is to be found."""
        return {n: d.job for n, d in self.declared.items() if isinstance(d.job, LatestJob)}


def in_shard(config: StackConfig, environment: Mapping[str, str]) -> StackConfig:
    """Return what is declared in the targets of this run's shard; all of it where it has none.

    Raises ConfigError where the environment names something else.
    """
    text = environment.get(SHARD_VARIABLE)
    if not text:
        return config
    from ..domain.targets import Shard  # few runs have one

    try:
        shard = Shard.parse(text)
    except ValueError as error:
        raise ConfigError([f"{SHARD_VARIABLE}: {error}"]) from None
    return config.only({name for name in ("", *config.targets) if shard.has(name)})


def known_keys() -> list[str]:
    """Return every stack config key that counts, with its namespace."""
    return [f"{NAMESPACE}:{key}" for key in CONFIG_KEYS] + [
        f"{AWS_NAMESPACE}:{key}" for key in aws.DECISIVE
    ]


def assemble(
    entries: Mapping[str, Entry], project: Path | None, problems: Problems | None = None
) -> StackConfig:
    """Turn the stack config's entries, by full key, into declarations and settings.

    `problems` may hold what was found before. Where the project's directory isn't known, what it
    includes is left out. Raises ConfigError with every problem at once.
    """
    problems = problems or Problems()
    config, _ = declare(entries, project, Defaults({}), problems)
    problems.raise_errors()
    return replace(config, warnings=tuple(problems.warnings))


def declare(
    entries: Mapping[str, Entry], project: Path | None, base: Defaults, problems: Problems
) -> tuple[StackConfig, Declarations]:
    """Read the stack config's entries, by full key, as far as they are good, and note the rest.

    `base` are defaults below those of the config itself. Behind the config stands how it is
    written.
    """
    ours = _ours(entries, project_name(project) if project else None, problems)
    if ours:
        _refuse_disabled(entries, problems)
    absent = Entry(None, Origin(UNPLACED))
    keys = ("defaults", "jobs", "include", RULES_KEY, TARGETS_KEY)
    written, jobs, include, rule_entry, targets = (ours.get(key, absent) for key in keys)
    found = Declarations(problems)
    _read_targets(targets, found)
    defaults = read_defaults(written.value, written.origin, problems).under(base)
    read_jobs(jobs.value, jobs.origin, defaults, found)
    if project is not None:
        read_includes(include.value, include.origin, project, defaults, found)
    found.refuse_unknown_targets()
    settings = read_settings(ours, _of_aws(entries, problems), problems)
    reached = {name: each.over(settings, name) for name, each in found.targets.items()}
    rules = _rules(rule_entry, reached, problems)
    config = StackConfig(found.jobs, settings, rules=rules, targets=reached)
    if reached:
        _refuse_same_places(config, found)
    return config, found


def _refuse_same_places(config: StackConfig, found: Declarations) -> None:
    from .target_places import refuse_same_places  # most stacks have no targets

    jobs = any(not each.target for each in config.declared.values())
    rules = any(not each.rule.target for each in config.rules.values())
    top = config.settings if jobs or rules else None
    refuse_same_places(top, config.targets, found.targets, found.problems)


def _read_targets(entry: Entry, into: Declarations) -> None:
    if entry.value is not None:
        # Here, not above: most stacks have no targets.
        from .targets import read_targets

        read_targets(entry.value, entry.origin, into.problems, into.targets)


def _rules(
    entry: Entry, targets: Mapping[str, Target], problems: Problems
) -> Mapping[str, DeclaredRule]:
    if entry.value is None:
        return {}
    # Here, not above: most stacks have no rules, and their shapes take a while to build.
    from .rule_loader import read_rules

    tags = {name: dict(each.tags) for name, each in targets.items()}
    return read_rules(entry.value, entry.origin, tags, problems)


def _ours(entries: Mapping[str, Entry], own: str | None, problems: Problems) -> dict[str, Entry]:
    """Return the entries of our namespace by their bare key; unknown ones are errors."""
    ours = {}
    valueless = [key for key in STRUCTURED_KEYS if _is_valueless(entries, key)]
    for full_key, entry in entries.items():
        namespace, _, key = full_key.partition(":")
        if namespace == own and (above := belongs_below(key, opened(entry.value), valueless)):
            message = f"{key} stands beside {above}: indent it below that key"
            problems.error(entry.origin.place(), message)
        elif namespace != NAMESPACE:
            _refuse_near_miss(full_key, entry, own, problems)
        elif key in CONFIG_KEYS and entry.value == "":
            continue  # so the engine hands out a key without a value
        elif key in STRUCTURED_KEYS:
            ours[key] = _structured(full_key, entry, problems)
        elif key in CONFIG_KEYS:
            ours[key] = entry
        else:
            hint = suggestion(key, CONFIG_KEYS)
            problems.error(entry.origin.place(), f"unknown key {full_key}: {hint}")
    return ours


def _is_valueless(entries: Mapping[str, Entry], key: str) -> bool:
    entry = entries.get(f"{NAMESPACE}:{key}")
    return entry is not None and entry.value == ""


def _of_aws(entries: Mapping[str, Entry], problems: Problems) -> dict[str, Entry]:
    """Return the entries of the AWS provider's namespace by their bare key."""
    found = {}
    for full_key, entry in entries.items():
        namespace, _, key = full_key.partition(":")
        if namespace == AWS_NAMESPACE:
            structured = key in aws.STRUCTURED and entry.value != ""
            found[key] = _structured(full_key, entry, problems) if structured else entry
    return found


def _refuse_near_miss(full_key: str, entry: Entry, own: str | None, problems: Problems) -> None:
    """Refuse a key that is meant for us and would be passed over: amplify_jobs:jobs, bare jobs."""
    meant = meant_by(full_key, opened(entry.value), own)
    if meant is not None:
        written = entry.origin.written or full_key
        problems.error(entry.origin.place(), f"unknown key {written}: did you mean {meant}?")


def _refuse_disabled(entries: Mapping[str, Entry], problems: Problems) -> None:
    """Refuse to have dynamic providers disabled."""
    entry = entries.get(DISABLING_KEY)
    problem = disabling_problem(opened(entry.value)) if entry else None
    if entry and problem:
        problems.error(entry.origin.place(), problem)


def opened(value: Any) -> Any:
    """Return what a value holds where it is JSON text, or the value itself."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _structured(full_key: str, entry: Entry, problems: Problems) -> Entry:
    """Return the entry with its JSON text parsed: so the engine has it, and `pulumi config set`."""
    if not isinstance(entry.value, str):
        return entry
    origin = entry.origin
    try:
        value = json_value(entry.value)
    except DuplicateKeyError as error:
        key = "a key" if origin.secret else f"key {error}"
        problems.error(origin.place(), f"{full_key}: {key} is a duplicate")
        return Entry(None, origin)
    except (ValueError, RecursionError):
        written = origin.spelling((), entry.value)
        is_list = full_key.endswith(":include")
        advice = in_a_list(written, entry.value) if is_list else "YAML below the key"
        shown = written or '""'
        problems.error(origin.place(), f"{full_key} is text, {shown}: write {advice}")
        return Entry(None, origin)
    if is_nested_deeper(value, MAX_DEPTH):
        problems.error(origin.place(), f"{full_key} is nested deeper than {MAX_DEPTH} levels")
        return Entry(None, origin)
    return Entry(value, origin)
