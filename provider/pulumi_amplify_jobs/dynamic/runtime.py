"""What the provider keeps for the life of its process: settings, one client, what was read."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..config.engine_config import engine_config
from ..config.project import find_project_of
from ..config.stack import StackConfig, in_shard, known_keys
from ..config.stack_file import read_own_stack
from ..domain.keys import JobKey
from ..errors import ConfigError, ServiceError
from ..reconcile.job import Reconciler
from ..reconcile.waits import ShowLine
from ..services import Services
from .decisions import Bag
from .plugin_process import engine_log
from .properties import Declaration, read_declaration
from .sdk_internals import running_urn
from .targets import DeclaredTargets


@dataclass
class Runtime:
    """What serves one config of the stack, or the reason why nothing can."""

    config: StackConfig | ConfigError
    names: dict[JobKey, str]
    """The names of the jobs that the stack config declares, and of latest ones, by key."""
    report: ShowLine
    _targets: DeclaredTargets | ConfigError
    declarations: dict[str, Declaration] = field(default_factory=dict)
    """Declarations that were read before, by their inputs."""
    _reported: bool = False
    _spoken_of: set[str] = field(default_factory=set)
    _reading: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def targets(self) -> DeclaredTargets:
        """The targets of the stack. Raises ConfigError where the stack config is wrong."""
        if isinstance(self._targets, ConfigError):
            raise ConfigError(self._targets.problems)
        return self._targets

    def services(self, key: JobKey) -> Services:
        """Return what reaches a job's target. Raises ConfigError where the config is wrong.

        At the first use it begins to read the declared jobs: a run that only deletes, or whose
        inputs are wrong, makes no call.
        """
        found = self.targets[key.target]
        with self._lock:
            if not self._reading:
                self._reading = True
                self._prefetch()
        return found

    def _prefetch(self) -> None:
        declared: dict[str, list[JobKey]] = defaultdict(list)
        for key in self.names:
            declared[key.target].append(key)
        for target, keys in declared.items():
            with suppress(ConfigError):  # whoever asks for one of these jobs is told
                self.targets[target].reader.prefetch(keys)

    def reconciler(self, key: JobKey) -> Reconciler:
        """Return the reconciler of a job's target. Raises ConfigError."""
        return self.services(key).reconciler

    def find_latest_beside(self, key: JobKey) -> None:
        """Look for the latest jobs of the environment of a job that is about to be written.

        A list that is read afterwards shows what this run has written: another job may be the
        latest by then than the preview has named.
        """
        assert isinstance(self.config, StackConfig)  # noqa: S101 (the job was read)
        for each in self.config.latest.values():
            declared = each.declared.key
            if (declared.target, declared.environment) == (key.target, key.environment):
                with suppress(ServiceError):  # whoever asks for it is told
                    self.services(key).newest.find(declared.environment, each.latest)

    def read(self, declared: Bag, unknown: frozenset[str]) -> Declaration:
        """Return what inputs declare; `unknown` are those whose value only the update knows."""
        if "target" not in declared or "target" in unknown:
            return read_declaration(declared, unknown, self.names)
        try:
            target = self.targets.named(declared["target"])
        except ConfigError as error:
            return Declaration(None, tuple(("target", line) for line in error.problems))
        return read_declaration({**declared, "target": target}, unknown, self.names)

    def other_owner(self, key: JobKey, name: str) -> str | None:
        """Take a job for a resource, or return the name of another one that has it already."""
        with self._lock:
            owner = self.names.setdefault(key, name)
            return None if owner == name else owner

    def first_word_of(self, urn: str) -> bool:
        """Say whether this is the first report on a resource: the engine has it compared twice."""
        with self._lock:
            first = urn not in self._spoken_of
            self._spoken_of.add(urn)
            return first

    def serves(self, config: StackConfig | ConfigError) -> bool:
        """Say whether another config leads to the same calls as this one.

        What a program computes may lead elsewhere than it did when the state was written.
        """
        same = same_for_calls(config, self.config)
        return same and isinstance(self._targets, DeclaredTargets) and not self._targets.computed

    def told_before(self) -> bool:
        """Say whether a wrong config was reported to the user already.

        A refresh comes before the program, and asks for many resources at once: the first one
        reports it, the others keep quiet.
        """
        with self._lock:
            reported, self._reported = self._reported, True
        return reported and isinstance(self._targets, ConfigError)


class Runtimes:
    """The runtimes of one plugin process: one for its refresh, one for what the program declares.

    For a refresh the engine hands out the config of the last update, and starts the program only
    later. The stack's file has what holds now: other settings, other jobs, or mistakes, which are
    reported before any call. Where that file is not found for sure, or can't be read, what was
    handed out counts, so that a refresh or a destroy never depends on it. From the first check on,
    the engine's config is the program's own, and nothing else counts.
    """

    def __init__(self, config_value: Callable[[str], Any]) -> None:
        self._values = {key: config_value(key) for key in known_keys()}
        self._report = engine_log()
        self._lock = threading.Lock()
        self._declaring: Runtime | None = None
        self._refreshing: Runtime | None = None

    def now(self) -> Runtime:
        """Return the runtime that was started: the program's, as soon as there is one."""
        runtime = self._declaring or self._refreshing
        assert runtime is not None  # noqa: S101 (a check or a read comes before everything else)
        return runtime

    def refreshing(self, urn: str) -> None:
        """Have a runtime for a read, by the URN that the resource's program passed."""
        with self._lock:
            if self._declaring is None and self._refreshing is None:
                place = place_of(urn)
                self._refreshing = self._start(read_config(lambda: self._refresh_config(*place)))

    def declaring(self, urn: str) -> None:
        """Note that the program declares now, by the URN that it passed."""
        with self._lock:
            if self._declaring is not None:
                return
            place = place_of(urn)
            config = read_config(lambda: config_handed_out(self._values, *place))
            if self._refreshing is not None and self._refreshing.serves(config):
                self._declaring = self._refreshing  # what was read for the refresh still serves
            else:
                self._declaring = self._start(config)

    def _start(self, config: StackConfig | ConfigError) -> Runtime:
        if isinstance(config, ConfigError):
            return Runtime(config, {}, self._report, config)
        names = {job.key: name for name, job in config.jobs.items()}
        return Runtime(config, names, self._report, DeclaredTargets(config))

    def _refresh_config(self, project: Path | None, stack: str | None) -> StackConfig:
        file = read_own_stack(project, stack) if project and stack else None
        return file or config_handed_out(self._values, None, stack)


def config_handed_out(
    values: Mapping[str, Any], project: Path | None, stack: str | None
) -> StackConfig:
    """Return the config that the engine handed to the process. Raises ConfigError."""
    # Secrets arrive as plain values, and nothing says which they are: no message shows any.
    return engine_config(values, values.keys(), project, stack)


def read_config(read: Callable[[], StackConfig]) -> StackConfig | ConfigError:
    """Return the config, or what is wrong with it, to be reported when it is needed."""
    try:
        return in_shard(read(), os.environ)
    except ConfigError as error:
        return error


def same_for_calls(one: StackConfig | ConfigError, other: StackConfig | ConfigError) -> bool:
    """Say whether two configs lead to the same calls: the same jobs, reached in the same way."""
    if isinstance(one, ConfigError) or isinstance(other, ConfigError):
        return False
    same = one.jobs == other.jobs and one.latest == other.latest
    return same and one.settings_by_target == other.settings_by_target


def place_of(passed_urn: str) -> tuple[Path | None, str | None]:
    """Return the project's directory and the stack's name, by the URN of a resource.

    A URN begins with `urn:pulumi:<stack>::<project>::`; the one in the state may have the name that
    the stack had before. Each is None where it isn't known for sure: a program may run far from its
    project, and another one may lie around it.
    """
    urn = running_urn() or passed_urn
    if not urn:
        return None, None
    stack, project, *_ = urn.removeprefix("urn:pulumi:").split("::")
    try:
        return find_project_of(project), stack
    except ConfigError:
        return None, stack
