"""The rules of one plugin process: evaluated on the same lists, their jobs brought to the aim."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from ..config.loader import NAMESPACE
from ..config.rule_loader import DeclaredRule
from ..config.stack import StackConfig, known_keys
from ..domain.jobs import ObservedJob
from ..domain.keys import JobKey
from ..domain.rules import Rule, desired
from ..errors import MOST_NAMES, ConfigError, line_for
from ..reconcile.job import Reconciler
from ..reconcile.rule_evaluation import Evaluation, RuleEvaluator
from ..reconcile.waits import ShowLine
from ..services import TARGETS_AT_ONCE, Services
from ..threads import all_at_once
from .job_owners import OWNERS
from .plugin_process import at_exit
from .runtime import config_handed_out, place_of, read_config
from .targets import DeclaredTargets

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
        self._targets: DeclaredTargets | None = None
        self._rules: dict[str, TargetRules] = {}

    def target(self, argument: Any, urn: str) -> str:
        """Return the name of the target that a rule is about.

        The URN, which the program passed, says where the stack is. Raises ConfigError, also for a
        wrong stack config.
        """
        with self._lock:
            if self._targets is None:
                self._targets = self._start(urn)
        return self._targets.named(argument)

    def of(self, target: str) -> TargetRules:
        """Return the rules of a target that `target` has named. Raises ConfigError."""
        assert isinstance(self._config, StackConfig)  # noqa: S101 (a target was named)
        assert self._targets is not None  # noqa: S101
        with self._lock:
            if not self._rules:
                self._begin(self._config, self._targets)
            if target not in self._rules:
                self._add(self._config, self._targets, target)
            return self._rules[target]

    def _begin(self, config: StackConfig, targets: DeclaredTargets) -> None:
        """Begin to evaluate the rules of the config, those of several targets side by side."""
        used = {each.rule.target for each in config.rules.values()}
        if len(used) < 2:
            return
        for target in used:
            with suppress(ConfigError):  # whoever asks for one of these rules is told
                self._add(config, targets, target)
        pool = ThreadPoolExecutor(TARGETS_AT_ONCE, thread_name_prefix="amplify-jobs-rules")
        at_exit(lambda: pool.shutdown(wait=False, cancel_futures=True))
        for rules in self._rules.values():
            pool.submit(rules.evaluate_all)

    def _add(self, config: StackConfig, targets: DeclaredTargets, target: str) -> None:
        own = config.by_target.get(target) or config.only(())
        # What a program computes may lead where a target of the config does.
        there = config.by_target.get(targets.place(target)) or own
        # Those that are declared as `latest` stand in the rules' own exceptions.
        declared = frozenset(replace(job.key, target=target) for job in there.jobs.values())
        self._rules[target] = TargetRules(own.rules, declared, targets[target])

    def take(self, jobs: Iterable[ObservedJob], urn: str) -> list[str]:
        """Take jobs for a rule, and say which of them it can't have, as far as people read it."""
        assert self._targets is not None  # noqa: S101 (the rule's target was named)
        return OWNERS.take(map(self._targets.at_place, (job.key for job in jobs)), urn)[:MOST_NAMES]

    def checked(self, urn: str) -> Evaluation | None:
        """Return what a rule came to in its check in this process; None before that.

        So a refresh gets None, and depends on no config: it would be that of the last update.
        """
        with self._lock:
            rules = tuple(self._rules.values())
        return next(filter(None, (each.checked(urn) for each in rules)), None)

    def _start(self, urn: str) -> DeclaredTargets:
        if self._config is None:
            self._config = read_config(lambda: _config(self._values, urn))
        if isinstance(self._config, ConfigError):
            raise ConfigError(self._config.problems)
        return DeclaredTargets(self._config)


class TargetRules:
    """The rules of one target, evaluated on the same lists. May be shared by threads."""

    def __init__(
        self,
        rules: Mapping[str, DeclaredRule],
        declared: frozenset[JobKey],
        services: Services,
    ) -> None:
        """`rules` are those of the config: what is not checked yet may match a job, too.

        `declared` are the jobs that no rule may touch.
        """
        self.reconciler = services.reconciler
        self._evaluator = RuleEvaluator(services.inventory, declared, time.time())
        self._rules = {name: each.rule for name, each in rules.items()}
        """By URN, as below components a program may have several of one name; until it declares
        those of the config, by name."""
        self._evaluated: dict[str, Evaluation] = {}
        self._lock = threading.Lock()

    def evaluate_all(self) -> None:
        """Evaluate the rules of the config, so that they are read when they are asked for."""
        with self._lock:
            self._evaluator.evaluate(self._rules.values())

    def evaluate(self, rule: Rule, urn: str) -> Evaluation:
        """Return what a rule comes to, each list of the account read once in the process."""
        with self._lock:
            self._rules.pop(rule.name, None)
            self._rules[urn] = rule
            evaluations = self._evaluator.evaluate(self._rules.values())
            found = next(each for each in evaluations if each.rule == rule)
            self._evaluated[urn] = found
            return found

    def checked(self, urn: str) -> Evaluation | None:
        """Return what a rule came to in its check; None before that."""
        return self._evaluated.get(urn)


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
