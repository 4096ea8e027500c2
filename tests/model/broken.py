"""Deliberately broken builds of the provider: each breaks an invariant, which the model has to see.

They are applied in the plugin's process only, before it serves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pulumi_amplify_jobs import errors, redaction
from pulumi_amplify_jobs.client import connect, service
from pulumi_amplify_jobs.domain import plan as decisions
from pulumi_amplify_jobs.domain import rules
from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.domain.name_patterns import JobPattern
from pulumi_amplify_jobs.dynamic import errors as failures
from pulumi_amplify_jobs.dynamic import properties, provider
from pulumi_amplify_jobs.dynamic.job_owners import Owners
from pulumi_amplify_jobs.dynamic.rule_provider import RuleProvider
from pulumi_amplify_jobs.errors import ServiceUnavailableError
from pulumi_amplify_jobs.reconcile import job
from pulumi_amplify_jobs.testing.wire import UNKNOWN


class Build(NamedTuple):
    """A broken build."""

    breaks: int
    """The number of the invariant that has to see it."""
    apply: Callable[[], None]


BUILDS: dict[str, Build] = {}
"""By what is wrong with them."""


def breaking(number: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a build of a function."""

    def register(build: Callable[[], None]) -> Callable[[], None]:
        BUILDS[build.__name__.replace("_", " ")] = Build(number, build)
        return build

    return register


def _put(where: Any, name: str, what: Any) -> None:
    if not hasattr(where, name):
        raise AttributeError(f"{where} has no {name} to break")
    setattr(where, name, what)


@breaking(1)
def drift_is_not_seen() -> None:
    _put(provider, "is_to_do", lambda _olds, _decision: False)


@breaking(1)
def an_update_that_does_not_show_is_a_success() -> None:
    _put(job, "_not_shown", lambda _desired, _answer: None)


@breaking(2)
def everything_is_a_change() -> None:
    _put(provider, "config_changed", lambda _olds, _news, _ignored: True)


@breaking(3)
def what_moved_since_its_check_is_written() -> None:
    _put(job, "moved_since", lambda _seen, _observed: None)


@breaking(4)
def exceptions_are_not_made() -> None:
    _put(JobPattern, "takes", lambda _self, _key: False)


@breaking(4)
def the_account_is_not_checked() -> None:
    _put(connect, "account_guard", lambda _connection, _clock: lambda: None)


@breaking(4)
def when_is_ignored() -> None:
    _put(decisions, "unmet_precondition", lambda _when, _observed: None)


@breaking(4)
def limits_are_not_kept() -> None:
    _put(rules.Matches, "excess", None)


@breaking(4)
def rules_take_declared_jobs() -> None:
    match_jobs = rules.match_jobs
    from pulumi_amplify_jobs.reconcile import rule_evaluation

    def match_all(rule: Any, jobs: Any, _declared: Any, now: float) -> Any:
        return match_jobs(rule, jobs, frozenset(), now)

    _put(rule_evaluation, "match_jobs", match_all)
    _put(Owners, "take", lambda _self, _keys, _urn: [])


@breaking(4)
def ages_are_ignored() -> None:
    _put(rules, "trusted_seconds", lambda _time, _now: 0.0)


@breaking(3)
def a_rule_that_is_not_known_may_match_anything() -> None:
    check_unknown = RuleProvider._check_unknown

    def generous(declared: Any, news: Any) -> Any:
        result = check_unknown(declared, news)
        result.inputs.setdefault("matches", UNKNOWN)
        return result

    _put(RuleProvider, "_check_unknown", staticmethod(generous))


@breaking(3)
def no_plan_is_known() -> None:
    def secretive(declared: Any, olds: Any, _decision: Any, _observed: Any) -> Any:
        return {**declared, **properties.unknown_computed(olds)}

    _put(provider, "checked_inputs", secretive)


@breaking(5)
def a_refresh_records_what_is_declared() -> None:
    refreshed = properties.refreshed

    def hopeful(olds: Any, desired: Any, observed: Any) -> Any:
        outputs, inputs = refreshed(olds, desired, observed)
        return {**outputs, **outputs["declared"]}, inputs

    _put(provider, "refreshed", hopeful)


@breaking(5)
def a_lost_answer_is_a_success() -> None:
    update = service.AmplifyJobsService.update

    def hopeful(self: Any, key: Any, operation: Any, status: Any) -> Any:
        try:
            return update(self, key, operation, status)
        except ServiceUnavailableError:
            return ObservedJob(key, operation, status)

    _put(service.AmplifyJobsService, "update", hopeful)


@breaking(6)
def secrets_are_shown() -> None:
    _put(redaction, "hidden", lambda text, _secrets: text)


@breaking(6)
def a_plan_repeats_what_is_secret() -> None:
    checked_inputs = properties.checked_inputs

    def talkative(declared: Any, olds: Any, decision: Any, observed: Any) -> Any:
        inputs = checked_inputs(declared, olds, decision, observed)
        return {**inputs, "plan": {**inputs["plan"], "wanted": declared.get("status")}}

    _put(provider, "checked_inputs", talkative)


@breaking(7)
def errors_are_tracebacks() -> None:
    _put(failures, "line_for", errors.traceback_of)
