"""What the provider keeps for the life of its process: settings, one client, what was read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..clock import SystemClock
from ..config import StackConfig, check_stack_file, engine_config, find_project, known_keys
from ..errors import ConfigError
from ..jobs import JobKey
from ..reconcile import Reconciler, Report
from .plugin import engine_log, running_urn


@dataclass
class Runtime:
    """A reconciler for the stack's settings, or the reason why there can be none."""

    names: Mapping[JobKey, str]
    """The names of the jobs that the stack config declares, by key."""
    report: Report
    _reconciler: Reconciler | None
    _problems: tuple[str, ...] = ()
    _told: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def reconciler(self) -> Reconciler:
        """The reconciler. Raises ConfigError where the stack config is wrong."""
        if self._reconciler is None:
            raise ConfigError(self._problems)
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
    """Return the runtime for the stack config, and begin to read the declared jobs."""
    report = engine_log()
    try:
        config = _stack_config(config_value)
    except ConfigError as error:
        return Runtime({}, report, None, error.problems)
    # Here, not above: the program's process loads this module too and has no use for boto3.
    from ..client import JobReader, connect

    clock = SystemClock()
    service = connect(config.settings, clock)
    reader = JobReader(service)
    reader.prefetch(job.key for job in config.jobs.values())
    names = {job.key: name for name, job in config.jobs.items()}
    return Runtime(names, report, Reconciler(service, reader, clock))


def _stack_config(config_value: Callable[[str], Any]) -> StackConfig:
    """Return the stack config as the engine hands it to a provider. Raises ConfigError.

    For a refresh the engine hands out the config of the last update, and starts the program only
    later. Where the file as it stands now is wrong, that is told before any call is made.
    """
    values = {key: config_value(key) for key in known_keys()}
    try:
        project = find_project(Path.cwd())
    except ConfigError:
        project = Path.cwd()
    stack = stack_of(running_urn())
    if stack is not None:
        check_stack_file(project, stack)
    return engine_config(values, (), project, stack)


def stack_of(urn: str | None) -> str | None:
    """Return the stack's name from a resource's URN: `urn:pulumi:<stack>::<project>::…`."""
    return urn.split("::", 1)[0].removeprefix("urn:pulumi:") if urn else None
