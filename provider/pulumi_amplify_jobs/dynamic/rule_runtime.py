"""The rules of one plugin process: evaluated on the same lists, their jobs brought to the aim."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..config.loader import NAMESPACE
from ..config.stack import StackConfig, known_keys
from ..domain.jobs import ObservedJob
from ..domain.rules import Rule, desired
from ..errors import ConfigError, line_for
from ..reconcile.job import Reconciler
from ..reconcile.rule_evaluation import Evaluation, RuleEvaluator
from ..reconcile.waits import ShowLine
from ..services import Services
from ..threads import all_at_once
from .runtime import config_handed_out, place_of, read_config, services_for

INCLUDE = f"{NAMESPACE}:include"


def _config(values: Mapping[str, Any], urn: str) -> StackConfig:
    """Return the engine's config, with all the jobs that rules are to leave alone.

    Raises ConfigError, also where included jobs can't be seen: a rule might match one of them.
    """
    project, stack = place_of(urn)
    if project is None and values.get(INCLUDE):
        raise ConfigError(
            [
                f"rules can't see the jobs of {INCLUDE}: no Pulumi.yaml here or above has this "
                "folder as its program; move the program below its Pulumi.yaml"
            ]
        )
    return config_handed_out(values, project, stack)


class RuleRuntime:
    """Evaluates the rules of one plugin process. May be shared by threads.

    The engine's config is all that counts here: a refresh makes no call for a rule.
    """

    def __init__(self, config_value: Callable[[str], Any]) -> None:
        self._values = {key: config_value(key) for key in known_keys()}
        self._config: StackConfig | ConfigError | None = None
        self._lock = threading.Lock()
        self._services: Services | None = None
        self._evaluator: RuleEvaluator | None = None
        self._rules: dict[str, Rule] = {}
        self._evaluated: dict[str, Evaluation] = {}

    @property
    def reconciler(self) -> Reconciler:
        """What brings jobs to a rule's aim, after the first `evaluate`."""
        assert self._services is not None  # noqa: S101 (a check comes before every write)
        return self._services.reconciler

    def evaluate(self, rule: Rule, urn: str) -> Evaluation:
        """Return what a rule comes to, each list of the account read once in the process.

        The URN, which the program passed, says where the stack is. Rules of the config that were
        not checked yet count, too: they may match the same job. Raises ConfigError for a wrong
        stack config.
        """
        with self._lock:
            evaluator = self._evaluator or self._start(urn)
            self._rules[rule.name] = rule
            evaluations = evaluator.evaluate(self._rules.values())
            found = next(each for each in evaluations if each.rule == rule)
            self._evaluated[rule.name] = found
            return found

    def checked(self, name: str) -> Evaluation | None:
        """Return what a rule came to in its check in this process; None before that."""
        with self._lock:
            return self._evaluated.get(name)

    def _start(self, urn: str) -> RuleEvaluator:
        if self._config is None:
            self._config = read_config(lambda: _config(self._values, urn))
        if isinstance(self._config, ConfigError):
            raise ConfigError(self._config.problems)
        self._rules = {name: declared.rule for name, declared in self._config.rules.items()}
        self._services = services_for(self._config.settings)
        # Those that are declared as `latest` stand in the rules' own exceptions.
        declared = frozenset(job.key for job in self._config.jobs.values())
        self._evaluator = RuleEvaluator(self._services.inventory, declared, time.time())
        return self._evaluator


WRITES = 10
"""Jobs that are brought to the aim at once."""

WAITS = 64
"""Jobs that are waited for at once, which holds a thread each for long."""


@dataclass(frozen=True)
class Settlement:
    """What came of one job that a rule matches."""

    job: ObservedJob
    """As it was listed."""
    written: float | None
    """When it was written, in epoch seconds; None: it was not."""
    left: str | None = None
    """Why it is not as the rule wants it."""


def settle(
    reconciler: Reconciler, rule: Rule, jobs: Sequence[ObservedJob], now: float, report: ShowLine
) -> list[Settlement]:
    """Bring each job to the rule's aim; it is read again immediately before its write.

    A job that the rule no longer matches by then, as it moved or is gone, is left alone.
    """

    def bring(job: ObservedJob) -> Settlement:
        try:
            outcome = reconciler.bring(desired(rule, job, now), job, report)
        except Exception as error:  # noqa: BLE001 (one job's error must not stop the others)
            return Settlement(job, None, line_for(error))
        return Settlement(job, outcome.written, outcome.unsettled)

    return all_at_once(bring, jobs, WRITES if rule.wait is None else WAITS, "rule")
