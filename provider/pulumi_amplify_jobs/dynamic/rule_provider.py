"""The provider of rules: thin, every decision is made elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from ..config.rule_loader import read_rule_arguments, read_unknown_rule_arguments
from ..config.unknown import UNKNOWN
from ..domain.jobs import ObservedJob
from ..errors import MOST_NAMES, ConfigError, ServiceError, plural
from ..reconcile.rule_evaluation import Evaluation, bounded
from . import sdk_internals
from .decisions import Bag, failed, lagging, matches_that_came_back
from .errors import fail_unsettled, one_line_errors, refused, refused_by
from .internal_properties import internal_of, name_of, urn_of
from .plugin_process import begin_process, engine_log, engine_warnings
from .properties import recorded_of
from .rule_properties import (
    age_lines,
    checked_rule,
    history_of,
    left_out,
    named_in,
    rule_changed,
    rule_inputs,
    rule_outputs,
    settled_entry,
    unknown_line,
)
from .rule_runtime import RuleRuntime, Settlement, settle
from .secret_values import SECRET
from .sick_targets import is_unreadable, refuse_unreadable, tell_once
from .unknowns import unknown_fields, with_markers

SHOWN_TO_ALL = (
    "an argument is secret, but every preview shows what a rule matches and sets: "
    "pass apps, environments, match and set as plain text"
)


class RuleProvider(ResourceProvider):
    """Pulumi's dynamic provider for rules. It has no state until `configure` runs."""

    serialize_as_secret_always = False

    _runtime: RuleRuntime

    def configure(self, req: ConfigureRequest) -> None:
        """Read the stack config; no call is made before the first check."""
        begin_process()
        self._runtime = RuleRuntime(req.config.get)

    @one_line_errors
    def check(self, _olds: Bag, news: Bag) -> CheckResult:
        """Validate the inputs, find the jobs that the rule matches, and name them in `matches`."""
        result = self._check(news, urn_of(news))
        result.inputs.update(internal_of(news))
        return result

    def _check(self, news: Bag, urn: str) -> CheckResult:
        declared = rule_inputs(news)
        if "target" in declared:
            sdk_internals.make_room()
        if news.get(SECRET):
            return refused(declared, [f"{name_of(news)}: {SHOWN_TO_ALL}"])
        if unknown_fields(declared):
            return self._check_unknown(declared, news)
        absent = left_out(declared)
        if absent:
            return refused_by(declared, absent.items())
        try:
            target = self._runtime.target(declared.get("target"), urn)
            read, failures = read_rule_arguments(declared, name_of(news), target)
            if read is None:
                return refused_by(declared, failures)
            found = self._runtime.of(target).evaluate(read.rule, urn)
        except ConfigError as error:
            return refused(declared, error.problems)
        self._tell(found, urn)
        if target and isinstance(found.failure, ServiceError):
            [line] = found.error_lines
            tell_once(target, line, urn)
            return CheckResult({**read.arguments, "plan": failed(found.refusals[0].reason)}, [])
        if found.refusals:
            fields = (each.key for each in found.refusals)
            return refused_by(declared, zip(fields, found.error_lines, strict=True))
        taken = self._runtime.take(found.matches.jobs, urn)
        if taken:
            return refused(declared, taken, "except")
        return CheckResult(checked_rule(read, found.matches), [])

    @one_line_errors
    def diff(self, _id: str, _olds: Bag, _news: Bag) -> DiffResult:
        """Compare what is recorded with what is declared, and with what the check found."""
        if is_unreadable(_news):
            return DiffResult(changes=True)
        found = self._runtime.checked(urn_of(_news))
        history = history_of(_olds)
        matching = not_lagging(history, found) if found is not None else ()
        if found is not None:
            lines = matches_that_came_back(history, matching, found.now)
            for line in bounded(lines, "that came back"):
                engine_warnings(urn_of(_news))(line)
        return DiffResult(changes=rule_changed(_olds, _news) or bool(matching))

    @one_line_errors
    def create(self, props: Bag) -> CreateResult:
        """Settle the jobs that the check named."""
        name = name_of(props)
        return CreateResult(name, self._settle(name, props, ()))

    @one_line_errors
    def update(self, _id: str, _olds: Bag, _news: Bag) -> UpdateResult:
        """Settle the jobs that the check named."""
        return UpdateResult(self._settle(_id, _news, history_of(_olds)))

    def read(self, id_: str, props: Bag) -> ReadResult:
        """Return what is recorded: a rule has nothing live of its own."""
        return ReadResult(id_, recorded_of(props))

    def delete(self, _id: str, _props: Bag) -> None:
        """Forget the rule. Jobs stay as they are."""

    @staticmethod
    def _check_unknown(declared: Bag, news: Bag) -> CheckResult:
        """Check what is known, and say what becomes of a rule that is not known as a whole.

        No `matches` are promised: a plan then refuses a run that has some.
        """
        arguments, problems = read_unknown_rule_arguments(
            with_markers(declared, UNKNOWN), name_of(news)
        )
        if arguments is None:
            return refused_by(with_markers(declared), problems)
        engine_warnings(urn_of(news))(unknown_line(unknown_fields(declared)))
        return CheckResult(with_markers(arguments), [])

    @staticmethod
    def _tell(found: Evaluation, urn: str) -> None:
        """Show what is in doubt, and what no property can hold, as it moves by itself.

        These are ages, and the numbers of what the rule's names fit.
        """
        warn, say = engine_warnings(urn), engine_log(urn)
        for line in found.warnings:
            warn(line)
        if found.fits:
            say(f"looked at {'; '.join(map(str, found.fits))}")
        for line in age_lines(found.matches, found.now):
            say(line)

    def _settle(self, resource_id: str, inputs: Bag, history: Sequence[Bag]) -> Bag:
        """Write, and return the outputs; where jobs are left, fail and keep them in the state."""
        refuse_unreadable(inputs)
        urn, declared = urn_of(inputs), rule_inputs(inputs)
        target = self._runtime.target(declared.get("target"), urn)
        read, failures = read_rule_arguments(declared, name_of(inputs), target)
        if read is None:
            raise ConfigError([reason for _, reason in failures])
        rule, rules = read.rule, self._runtime.of(target)
        found = rules.evaluate(rule, urn)
        if found.refusals:
            raise ConfigError(found.error_lines)
        named = named_in(inputs)
        jobs = [job for job in not_lagging(history, found) if job.key.id in named]
        taken = self._runtime.take(jobs, urn)
        if taken:
            raise ConfigError(taken)
        if rule.wait is not None and jobs:
            sdk_internals.make_room()
        results = settle(rules.reconciler, rule, jobs, found.now, engine_log(urn))
        settled = [
            settled_entry(rule.aim, each.job, each.written, each.left and str(each.left))
            for each in results
            if each.written is not None
        ]
        outputs = rule_outputs(inputs, settled, history)
        left = [each for each in results if each.left is not None]
        if left:
            message = left_message(rule.name, len(results), left)
            fail_unsettled(message, resource_id, outputs, inputs)
        return outputs


def not_lagging(history: Iterable[Bag], found: Evaluation) -> tuple[ObservedJob, ...]:
    """Return what a rule matches, without what reads only show as it was before its last write."""
    late = lagging(history, found.matches.jobs, found.now)
    return tuple(job for job in found.matches.jobs if job.key.id not in late)


def left_message(name: str, total: int, left: Sequence[Settlement]) -> str:
    """Return the line about jobs that are not as the rule wants them, at least one."""
    reasons = "; ".join(str(each.left) for each in left[:MOST_NAMES])
    more = len(left) - MOST_NAMES
    rest = f"; and {more} more" if more > 0 else ""
    return (
        f"{name}: {len(left)} of {plural(total, 'job')} not settled yet, the next run takes those "
        f"that still match: {reasons}{rest}"
    )
