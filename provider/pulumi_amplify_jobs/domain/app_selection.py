"""What a rule's names lead to in one account and region: counted, so that none fits in vain unseen.

Pure functions of the rule, of what the census found, and of the jobs that were listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import one_line, plural
from .jobs import App
from .keys import Environment, JobKey
from .name_patterns import JobPattern, fits, in_other_case, is_pattern
from .rules import Rule


@dataclass(frozen=True)
class Scope:
    """The apps and backend environments that a rule is about."""

    environments: Mapping[str, tuple[str, ...]]
    """All environments of each app that the rule takes, by app ID: more than it may be about."""
    known: tuple[App, ...] = ()
    """Every app, as far as somebody had to look for them."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Why the service refuses to list something, by app or app/environment."""

    def of(self, rule: Rule) -> list[Environment]:
        """Return the environments that the rule is about."""
        return [
            Environment(app_id, name)
            for app_id, names in self.environments.items()
            for name in names
            if rule.takes_environment(name)
        ]


@dataclass(frozen=True)
class Fit:
    """How many a name or pattern fits."""

    key: str
    """The rule's key that it stands in, such as `environments`."""
    text: str
    count: int
    noun: str
    """What is counted, such as `app`."""
    near: str | None = None
    """What it would fit, were upper and lower case the same."""

    @property
    def warning(self) -> str | None:
        """Say that it fits nothing, or return None."""
        if self.count:
            return None
        advice = "correct it, or remove it"
        if self.near is not None:
            advice = f"names are case-sensitive, did you mean {one_line(self.near, 200)}?"
        return f"{self.key}: {one_line(self.text, 200)} matches no {self.noun}: {advice}"

    def __str__(self) -> str:
        return f"{self.key} {one_line(self.text, 200)}: {plural(self.count, self.noun)}"


def fits_of(
    rule: Rule, scope: Scope, excepted: Mapping[JobPattern, int], listed: Iterable[JobKey]
) -> tuple[Fit, ...]:
    """Return what each name and pattern of a rule fits.

    `excepted` has how many jobs each exception is for, `listed` are jobs that it may mean. Where no
    app is found, nothing is said of environments; where no environment is, nothing of exceptions:
    that follows from the first.
    """
    found = _app_fits(rule, scope)
    if scope.environments:
        names = [name for names in scope.environments.values() for name in names]
        found += [fit("environments", text, names, "environment") for text in rule.environments]
    if scope.of(rule):
        near = [*map(str, listed), *(str(each) for each in scope.of(rule))]
        found += [_exception_fit(each, count, near) for each, count in excepted.items()]
    return tuple(found)


def _app_fits(rule: Rule, scope: Scope) -> list[Fit]:
    if rule.apps.ids:
        return [_app_id_fit(app_id, scope) for app_id in rule.apps.ids]
    selector, parts = rule.apps, []
    if selector.name_matches is not None:
        names = [app.name for app in scope.known]
        parts.append(fit("apps.nameMatches", selector.name_matches, names, "app"))
    for key, value in selector.tags:
        having = sum(app.tags.get(key) == value for app in scope.known)
        parts.append(Fit("apps.tags", f"{key}={value}", having, "app"))
    if not scope.environments and len(parts) > 1 and all(part.count for part in parts):
        both = " and ".join(part.text for part in parts)
        parts.append(Fit("apps", both, 0, "app at the same time"))
    return parts


def _app_id_fit(text: str, scope: Scope) -> Fit:
    found = [app_id for app_id in scope.environments if fits(text, app_id)]
    refused = sum(not is_pattern(text) and place == text for place in scope.refused)
    if found or refused:
        return Fit("apps", text, len(found) or refused, "app")
    return fit("apps", text, [app.app_id for app in scope.known], "app")


def _exception_fit(exception: JobPattern, count: int, near: Sequence[str]) -> Fit:
    """Return what an exception fits; `near` are jobs and environments that it may mean."""
    text = str(exception)
    if count:
        return Fit("except", text, count, "job")
    head, _, job_id = text.rpartition("/")
    job = in_other_case(text, near)
    environment = None if any(fits(head, each) for each in near) else in_other_case(head, near)
    meant = f"{environment}/{job_id}" if environment else None
    return Fit("except", text, 0, "job", job or meant)


def fit(key: str, text: str, names: Sequence[str], noun: str) -> Fit:
    """Return how many of the names a name or pattern fits."""
    count = sum(fits(text, name) for name in names)
    return Fit(key, text, count, noun, None if count else in_other_case(text, names))
