"""Deliberately broken builds of the provider: each breaks an invariant, which the model has to see.

They are applied in the plugin's process only, before it serves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi_amplify_jobs import errors, redaction
from pulumi_amplify_jobs.client import connect, service
from pulumi_amplify_jobs.domain import plan as decisions
from pulumi_amplify_jobs.domain import rules
from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.domain.name_patterns import JobPattern
from pulumi_amplify_jobs.dynamic import errors as failures
from pulumi_amplify_jobs.dynamic import properties, provider
from pulumi_amplify_jobs.dynamic.job_owners import Owners
from pulumi_amplify_jobs.errors import ServiceUnavailableError
from pulumi_amplify_jobs.reconcile import job


def _put(where: Any, name: str, what: Any) -> None:
    if not hasattr(where, name):
        raise AttributeError(f"{where} has no {name} to break")
    setattr(where, name, what)


def drift_is_not_seen() -> None:
    _put(provider, "is_to_do", lambda _olds, _decision: False)


def an_update_that_does_not_show_is_a_success() -> None:
    _put(job, "_not_shown", lambda _desired, _answer: None)


def everything_is_a_change() -> None:
    _put(provider, "config_changed", lambda _olds, _news, _ignored: True)


def what_moved_since_its_check_is_written() -> None:
    _put(job, "moved_since", lambda _seen, _observed: None)


def exceptions_are_not_made() -> None:
    _put(JobPattern, "takes", lambda _self, _key: False)


def the_account_is_not_checked() -> None:
    _put(connect, "account_guard", lambda _connection, _clock: lambda: None)


def when_is_ignored() -> None:
    _put(decisions, "unmet_precondition", lambda _when, _observed: None)


def limits_are_not_kept() -> None:
    _put(rules.Matches, "excess", None)


def rules_take_declared_jobs() -> None:
    match_jobs = rules.match_jobs
    from pulumi_amplify_jobs.reconcile import rule_evaluation

    def match_all(rule: Any, jobs: Any, _declared: Any, now: float) -> Any:
        return match_jobs(rule, jobs, frozenset(), now)

    _put(rule_evaluation, "match_jobs", match_all)
    _put(Owners, "take", lambda _self, _keys, _urn: [])


def a_refresh_records_what_is_declared() -> None:
    refreshed = properties.refreshed

    def hopeful(olds: Any, desired: Any, observed: Any) -> Any:
        outputs, inputs = refreshed(olds, desired, observed)
        return {**outputs, **outputs["declared"]}, inputs

    _put(provider, "refreshed", hopeful)


def a_lost_answer_is_a_success() -> None:
    update = service.AmplifyJobsService.update

    def hopeful(self: Any, key: Any, operation: Any, status: Any) -> Any:
        try:
            return update(self, key, operation, status)
        except ServiceUnavailableError:
            return ObservedJob(key, operation, status)

    _put(service.AmplifyJobsService, "update", hopeful)


def secrets_are_shown() -> None:
    _put(redaction, "hidden", lambda text, _secrets: text)


def errors_are_tracebacks() -> None:
    _put(failures, "line_for", errors.traceback_of)


BUILDS: dict[str, Callable[[], None]] = {
    each.__name__.replace("_", " "): each
    for each in (
        drift_is_not_seen,
        an_update_that_does_not_show_is_a_success,
        limits_are_not_kept,
        everything_is_a_change,
        what_moved_since_its_check_is_written,
        exceptions_are_not_made,
        the_account_is_not_checked,
        when_is_ignored,
        rules_take_declared_jobs,
        a_refresh_records_what_is_declared,
        a_lost_answer_is_a_success,
        secrets_are_shown,
        errors_are_tracebacks,
    )
}
"""By what is wrong with them."""
