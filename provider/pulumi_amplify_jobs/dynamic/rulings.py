"""What the rules of one run claim: every rule judged on the same lists and one reading of time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from .. import ending
from ..clock import InterruptibleClock
from ..config import NAMESPACE, StackConfig, engine_config, known_keys
from ..errors import ConfigError
from ..jobs import ObservedJob
from ..judging import Judge, Ruling, judge_now
from ..reconcile import Reconciler
from ..rules import Rule, disputes
from ..skew import ServiceClock
from .process import at_exit
from .runtime import judged, place_of

MOST_DISPUTES = 3
"""Contested jobs that are told of one rule."""


class ContestedError(ConfigError):
    """Two rules claim the same job; each message names both."""


INCLUDE = f"{NAMESPACE}:include"


def _config(values: Mapping[str, Any], urn: str) -> StackConfig:
    """Return the engine's config, with all the jobs that rules are to leave alone.

    Raises ConfigError, also where included jobs can't be seen: a rule might claim one of them.
    """
    project, stack = place_of(urn)
    if project is None and values.get(INCLUDE):
        raise ConfigError(
            [
                f"rules can't see the jobs of {INCLUDE}, as no project here or above says that its "
                "program is this one: move the program below its Pulumi.yaml"
            ]
        )
    # Secrets arrive as plain values, and nothing says which they are: no message shows any.
    return engine_config(values, values.keys(), project, stack)


class Rulings:
    """What the rules of one plugin process come to. May be shared by threads.

    The engine's config is all that counts here: a refresh makes no call for a rule.
    """

    def __init__(self, config_value: Callable[[str], Any]) -> None:
        self._values = {key: config_value(key) for key in known_keys()}
        self._config: StackConfig | ConfigError | None = None
        self._lock = threading.Lock()
        self._judge: Judge | None = None
        self._reconciler: Reconciler | None = None
        self._found: dict[str, Ruling] = {}

    @property
    def now(self) -> float:
        """The run's one reading of the clock, in epoch seconds, after the first `rule`."""
        assert self._judge is not None  # noqa: S101 (a check comes before everything else)
        return self._judge.now

    @property
    def reconciler(self) -> Reconciler:
        """What brings jobs to a rule's aim, after the first `rule`."""
        assert self._reconciler is not None  # noqa: S101 (a check comes before every write)
        return self._reconciler

    def rule(self, rule: Rule, urn: str) -> Ruling:
        """Return what a rule comes to, each list of the account read once in the process.

        The URN, which the program passed, says where the stack is.

        Raises ConfigError for a wrong stack config, ContestedError where another rule claims the
        same job, ServiceError.
        """
        with self._lock:
            if self._config is None:
                self._config = judged(lambda: _config(self._values, urn))
            config = self._config
            if isinstance(config, ConfigError):
                raise ConfigError(config.problems)
            judge = self._judge or self._connect(config)
            known = self._found.get(rule.name)
            if known is None or known.claims.rule != rule:
                self._found[rule.name] = judge.rule(rule)
            # Rules of the config that were not checked yet: they may claim the same job.
            for name, declared in config.rules.items():
                if name not in self._found:
                    self._found[name] = judge.rule(declared.rule)
            self._refuse_contested(rule)
            return self._found[rule.name]

    def claimed(self, name: str) -> tuple[ObservedJob, ...]:
        """Return what a rule claims, as checked in this process; nothing before its check."""
        with self._lock:
            return self._found[name].claims.jobs if name in self._found else ()

    def _connect(self, config: StackConfig) -> Judge:
        # Here, not above: the program's process loads this module too and has no use for boto3.
        from ..client import Census, JobReader, connect, connect_apps

        stop = threading.Event()
        clock = InterruptibleClock(stop)
        service_clock = ServiceClock()
        service = connect(config.settings, clock, service_clock)
        reader = JobReader(service)
        at_exit(stop.set)
        at_exit(reader.close)
        at_exit(ending.end)
        apps = connect_apps(config.settings, clock, service_clock)
        census = Census(apps, service, service_clock)
        self._reconciler = Reconciler(service, reader, clock, wall=service_clock.now)
        # Those that are declared as `latest` stand in the rules' own exceptions.
        self._judge = judge_now(census, frozenset(job.key for job in config.jobs.values()))
        return self._judge

    def _refuse_contested(self, rule: Rule) -> None:
        lines = disputes((each.claims for each in self._found.values()), rule.name)
        if lines:
            raise ContestedError(lines[:MOST_DISPUTES])
