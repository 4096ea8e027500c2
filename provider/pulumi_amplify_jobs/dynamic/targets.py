"""The targets of one plugin process: those of the stack config, and those that programs compute."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .. import ending
from ..clock import InterruptibleClock
from ..config.stack import StackConfig
from ..domain.keys import JobKey
from ..errors import ConfigError, one_line
from ..reconcile.writes import Writes
from ..services import Services, Share, connect
from ..settings import Settings
from ..spelling import camel_keys
from .plugin_process import at_exit
from .properties import as_written

if TYPE_CHECKING:
    from ..config.target_places import Places


class DeclaredTargets:
    """Who reaches which target, by its name; an empty one is what is at the top of the config.

    May be shared by threads.
    """

    def __init__(self, config: StackConfig) -> None:
        self._base = config.settings
        self._settings = {**config.settings_by_target}
        self._declared = tuple(self._settings.values())
        """Those whose place was not asked for yet: they come before what a program computes."""
        self._share = Share.of(len(config.targets))
        self._lock = threading.Lock()
        self.computed = False
        """Whether a program's own target is among them."""

    def named(self, argument: Any) -> str:
        """Return the name that an argument `target` gives, and know the target from now on.

        Raises ConfigError.
        """
        if argument is None:
            return ""
        if isinstance(argument, Mapping):
            return self._take(argument)
        if not isinstance(argument, str):
            written = one_line(json.dumps(as_written(argument)), 80)
            raise ConfigError([f"target {written} is neither a name nor a mapping: write one"])
        if argument not in self._settings:
            from ..config.targets import unknown_target

            raise ConfigError([unknown_target(argument, filter(None, self._settings))])
        return argument

    def knows(self, argument: Any) -> bool:
        """Say whether a target that the state has is known now: it may have another name since."""
        return argument is None or isinstance(argument, Mapping) or argument in self._settings

    def place(self, name: str) -> str:
        """Return the name of the first target that surely leads where this one does.

        A program may compute one that leads where those of the stack config do, or the top.
        """
        if len(self._settings) == 1:
            return name  # the top alone, which is always the first
        with _CONNECTING:
            for settings in self._declared:
                _places().first_at(settings)
            self._declared = ()
            return _places().first_at(self._settings[name])

    def at_place(self, key: JobKey) -> JobKey:
        """Return the one key that a job has, by whichever target it is named."""
        return replace(key, target=self.place(key.target))

    def __getitem__(self, name: str) -> Services:
        """Return what reaches a target. Raises ConfigError where its region has no jobs."""
        settings = self._settings[name]
        if name:
            from ..client.regions import region_problem  # most stacks have no targets

            problem = region_problem(settings)
            if problem is not None:
                raise ConfigError([f"target {name}: {problem}"])
        return services_for(settings, self._share)

    def _take(self, argument: Mapping[str, Any]) -> str:
        from ..config.targets import read_target_argument

        target, problems = read_target_argument(as_written(camel_keys(argument)), self._base)
        if target is None:
            raise ConfigError(problems)
        with self._lock:
            self.computed = True
            if self._settings.setdefault(target.name, target.settings) != target.settings:
                message = f"target {target.name} is given twice, in different ways"
                raise ConfigError([f"{message}: rename one of the two"])
        return target.name


@lru_cache(maxsize=1)
def _places() -> Places:
    """Return where all leads that this process declares."""
    from ..config.target_places import Places  # most stacks have no targets

    return Places()


_SERVICES: dict[Settings, Services] = {}
_CONNECTING = threading.Lock()


def services_for(settings: Settings, share: Share) -> Services:
    """Return the services of this process for these settings; all of its providers share them."""
    with _CONNECTING:
        if settings not in _SERVICES:
            writes = Writes()
            clock = InterruptibleClock(writes.stopped)
            services = connect(settings, clock, writes.guarded, share)
            at_exit(writes.stop)
            at_exit(services.reader.close)
            at_exit(ending.end)
            _SERVICES[settings] = services
        return _SERVICES[settings]
