"""Which targets lead to the same account and region: a job there would have two names.

Settings alone decide it, so that `validate` can, too: the account that they name, or else the
profile. A rule that knows a job by one name would write what is declared of it by the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from ..settings import Settings, Target
from .diagnostics import Problems
from .targets import WrittenTarget

AT_THE_TOP = "the settings at the top"


@dataclass
class Region:
    """The targets of one region, as they were taken one after the other."""

    by_account: dict[str, str] = field(default_factory=dict)
    by_profile: dict[str | None, str] = field(default_factory=dict)
    """Those without roles."""
    unnamed: dict[str | None, str] = field(default_factory=dict)
    """Those of them of which nothing says which account it is."""

    def same_as(self, settings: Settings) -> str | None:
        """Return the target taken before that surely leads to the same account."""
        account, profile = settings.account, settings.profile
        if account is None:
            return self.by_profile.get(profile)
        found = self.by_account.get(account)
        return found if found or settings.assume_roles else self.unnamed.get(profile)

    def maybe_as(self, settings: Settings) -> str | None:
        """Return a target taken before that may lead to the same account."""
        named = self.by_account if settings.account is None else {}
        return next(chain(named.values(), self.unnamed.values()), None)

    def take(self, settings: Settings, name: str) -> None:
        """Note where a target leads, by its name in messages."""
        if settings.account is None:
            self.unnamed[settings.profile] = name
        else:
            self.by_account[settings.account] = name
        if not settings.assume_roles:
            self.by_profile.setdefault(settings.profile, name)


def refuse_same_places(
    top: Settings | None,
    targets: Mapping[str, Target],
    written: Mapping[str, WrittenTarget],
    problems: Problems,
) -> None:
    """Note each target that leads where another one does, and warn of one that may.

    `top` are the settings at the top if a job or rule uses them.
    """
    regions: dict[tuple[str | None, ...], Region] = {}
    if top is not None:
        _region_of(top, regions).take(top, AT_THE_TOP)
    for name, target in targets.items():
        settings, place = target.settings, written[name].origin.place()
        region = _region_of(settings, regions)
        same = region.same_as(settings)
        if same is not None:
            cure = (
                "give what has no target this one" if same == AT_THE_TOP else "keep one of the two"
            )
            message = f"leads to the same account and region as {same}: {cure}"
            problems.error(place, message, name)
            continue
        maybe = region.maybe_as(settings)
        if maybe is not None:
            message = (
                f"may lead to the same account and region as {maybe}, where rules would write jobs "
                "that are declared by the other name: write the accountId of both"
            )
            problems.warn(place, message, name)
        region.take(settings, f"target {name}")


def _region_of(settings: Settings, regions: dict[tuple[str | None, ...], Region]) -> Region:
    # Where nothing names a region, the profile may.
    where = (settings.region,) if settings.region else (None, settings.profile)
    return regions.setdefault((settings.endpoint, *where), Region())
