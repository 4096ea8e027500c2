"""Finding jobs for `discover`: apps, their environments, and the jobs there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import chain

from ...client.apps import AppsService, enumerate_environments
from ...client.environment_jobs import Selection
from ...domain.app_selection import Fit, fit
from ...domain.clock_skew import clock_refusal, clock_warning
from ...domain.jobs import ObservedJob
from ...domain.keys import Environment, escaped
from ...domain.name_patterns import fits, is_pattern
from ...domain.times import parse_duration
from ...errors import ServiceError
from ...services import Services, Targets
from ..errors import CommandError, said
from ..progress import enumerating_apps, list_shown
from ..side_by_side import side_by_side
from .config import Discovery, left_out, old_enough, unusable
from .search import Search


def discover_jobs(services: Targets, targets: Sequence[str], search: Search) -> Discovery:
    """Return what is found in these targets, by name. What fails in one is part of it.

    Raises ServiceError where there is one target only; CommandError.
    """
    if len(targets) == 1:
        return _discover(services, targets[0], search)
    found = side_by_side(lambda name: _discovered(services, name, search), targets)
    return Discovery(
        jobs=tuple(chain.from_iterable(each.jobs for each in found)),
        now=found[0].now if found else time.time(),
        failures={place: why for each in found for place, why in each.failures.items()},
        warnings=tuple(dict.fromkeys(chain.from_iterable(each.warnings for each in found))),
        apps=sum(each.apps for each in found),
    )


def _discovered(services: Targets, target: str, search: Search) -> Discovery:
    try:
        return _discover(services, target, search)
    except ServiceError as error:
        return Discovery((), time.time(), {target: error})


def _discover(targets: Targets, target: str, search: Search) -> Discovery:
    """Return what is found in one target. Raises ServiceError, CommandError."""
    services, behind = targets[target], f"@{target}" if target else ""
    app_ids, app_fits = _apps(services.apps, search.app_ids)
    with enumerating_apps(len(app_ids)) as on_end:
        environments, failures = _environments(services, app_ids, on_end)
    failures = {f"{place}{behind}": why for place, why in failures.items()}
    chosen, environment_fits = _chosen(environments, search.environments)
    selection = Selection(frozenset(search.operations), frozenset(search.statuses))
    listings = list_shown(targets, {target: chosen}, selection)
    for listing in listings:
        if listing.failure is not None:
            failures[listing.place] = listing.failure
    found = [job for listing in listings for job in listing.jobs]
    now = time.time()
    ahead = services.service_clock.ahead
    jobs, doubts = _declarable(found, search.older_than, now, ahead)
    idle = filter(None, (each.warning for each in (*app_fits, *environment_fits)))
    fits = (f"{target}: {line}" if target else line for line in idle)
    warnings = tuple(filter(None, [clock_warning(ahead), *fits, *doubts]))
    in_order = tuple(sorted(jobs, key=lambda job: job.key))
    return Discovery(in_order, now, failures, warnings=warnings, apps=len(app_ids))


def naming(place: str, failure: Exception) -> str:
    """Return why something is missing, with its place, which a failed call names already."""
    named = isinstance(failure, ServiceError) and failure.call
    return said(failure) if named else f"{place}: {said(failure)}"


def _declarable(
    jobs: Sequence[ObservedJob], older_than: str | None, now: float, ahead: float | None
) -> tuple[list[ObservedJob], list[str]]:
    """Return the jobs that can be declared and are old enough, and why others are left out.

    Raises CommandError where the clock is too wrong to go by ages.
    """
    doubts: list[str] = []
    if older_than is not None:
        wrong_clock = clock_refusal(ahead)
        if wrong_clock is not None:
            raise CommandError(wrong_clock)
        jobs, doubts = old_enough(jobs, now, parse_duration(older_than))
    reasons = [(job, unusable(job)) for job in jobs]
    doubts += [f"{job.key} is left out: {reason}" for job, reason in reasons if reason]
    usable = [job for job, reason in reasons if reason is None]
    doubts += chain.from_iterable(map(left_out, usable))
    return usable, doubts


def _apps(apps: AppsService, given: Sequence[str]) -> tuple[list[str], list[Fit]]:
    """Return the IDs of the apps that are meant, and what each pattern fits."""
    if given and not any(map(is_pattern, given)):
        return list(dict.fromkeys(given)), []
    known = [app.app_id for app in apps.apps()]
    names = [each for each in given if not is_pattern(each)]
    taken = [each for each in known if not given or any(fits(text, each) for text in given)]
    patterns = [fit("APP_ID", text, known, "app") for text in given if is_pattern(text)]
    return list(dict.fromkeys((*names, *taken))), patterns


def _chosen(
    environments: Sequence[Environment], given: Sequence[str]
) -> tuple[list[Environment], list[Fit]]:
    """Return the environments that are meant, and what each name fits."""
    names = [name for _, name in environments]
    chosen = [each for each in environments if not given or any(fits(t, each[1]) for t in given)]
    return chosen, [fit("--environment", text, names, "environment") for text in given]


def _environments(
    services: Services, app_ids: Sequence[str], on_end: Callable[[], None]
) -> tuple[list[Environment], dict[str, Exception]]:
    """Return the environments of apps, and why those of some apps are missing."""
    found: list[Environment] = []
    failures: dict[str, Exception] = {}
    at_once = services.share.lists
    for each in enumerate_environments(services.apps, app_ids, at_once, on_end):
        if each.failure is not None:
            failures[escaped(each.app_id)] = each.failure
        elif each.names is None:
            message = "the service has no such app: check its ID and the region"
            failures[escaped(each.app_id)] = CommandError(message)
        else:
            found += [Environment(each.app_id, name) for name in each.names]
    return found, failures
