"""What the provider keeps for the life of its process: settings, one client, what was read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..clock import InterruptibleClock
from ..config import (
    StackConfig,
    engine_config,
    find_project,
    known_keys,
    read_own_stack,
    setting_keys,
)
from ..errors import ConfigError
from ..jobs import JobKey
from ..reconcile import Reconciler, Report
from .plugin import at_exit, engine_log, running_urn


@dataclass
class Runtime:
    """A reconciler for the stack's settings, or the reason why there can be none."""

    names: Mapping[JobKey, str]
    """The names of the jobs that the stack config declares, by key."""
    report: Report
    _reconciler: Reconciler | None
    _problems: tuple[str, ...] = ()
    _told: bool = False
    _reading: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def reconciler(self) -> Reconciler:
        """The reconciler. Raises ConfigError where the stack config is wrong.

        At its first use it begins to read the declared jobs: a run that only deletes, or whose
        inputs are wrong, makes no call.
        """
        if self._reconciler is None:
            raise ConfigError(self._problems)
        with self._lock:
            if not self._reading:
                self._reading = True
                self._reconciler.reader.prefetch(self.names)
        return self._reconciler

    def told_before(self) -> bool:
        """Say whether a wrong config was told to the user already.

        A refresh comes before the program, and asks for many resources at once: the first one
        tells, the others keep quiet.
        """
        with self._lock:
            told, self._told = self._told, True
        return told and self._reconciler is None


def start(config_value: Callable[[str], Any]) -> Runtime:
    """Return the runtime for the stack config."""
    report = engine_log()
    try:
        config = _stack_config(config_value)
    except ConfigError as error:
        return Runtime({}, report, None, error.problems)
    # Here, not above: the program's process loads this module too and has no use for boto3.
    from ..client import JobReader, connect

    stop = threading.Event()
    at_exit(stop.set)
    clock = InterruptibleClock(stop)
    service = connect(config.settings, clock)
    reader = JobReader(service)
    at_exit(reader.close)
    names = {job.key: name for name, job in config.jobs.items()}
    return Runtime(names, report, Reconciler(service, reader, clock))


def _stack_config(config_value: Callable[[str], Any]) -> StackConfig:
    """Return the engine's settings, and the jobs that are declared now. Raises ConfigError.

    For a refresh the engine hands out the config of the last update, and starts the program only
    later. The stack's file has what is declared now, and may be wrong by now: told here, that comes
    before any call.
    """
    project = _project()
    stack = stack_of(running_urn())
    file = read_own_stack(project, stack) if stack is not None else None
    keys = known_keys() if file is None else setting_keys()
    values = {key: config_value(key) for key in keys}
    # Secrets arrive here as plain values, and nothing says which they are: no message shows any.
    config = engine_config(values, values.keys(), project, stack)
    return config if file is None else replace(config, jobs=file.jobs)


def _project() -> Path:
    try:
        return find_project(Path.cwd())
    except ConfigError:
        return Path.cwd()


def stack_of(urn: str | None) -> str | None:
    """Return the stack's name from a resource's URN: `urn:pulumi:<stack>::<project>::…`."""
    return urn.split("::", 1)[0].removeprefix("urn:pulumi:") if urn else None
