"""Which targets lead to the same account and region: a job there would have two names.

Settings decide it, so that `validate` can, too: the account that they name, or else the profile;
the region that they name, or else the AWS environment. A rule that knows a job by one name would
write what is declared of it by the other.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from ..settings import Settings, Target

if TYPE_CHECKING:
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


@dataclass
class Places:
    """Where the targets lead that were taken one after the other."""

    regions: dict[tuple[str | None, str | None, str | None], Region] = field(default_factory=dict)
    """By endpoint and region; where nothing names a region, the profile may: by that, too."""

    def region_of(self, settings: Settings) -> Region:
        """Return the targets of a target's region."""
        return self.regions.setdefault(_region_key(settings), Region())

    def maybe_at(self, settings: Settings) -> tuple[str, str] | None:
        """Return a target taken before that may lead where another one does.

        Behind it stands the key that would say whether it does.
        """
        own = self.region_of(settings)
        maybe = own.maybe_as(settings)
        if maybe is not None:
            return maybe, "accountId"
        endpoint, named, _ = _region_key(settings)
        for (each, other, _), region in self.regions.items():
            if each == endpoint and region is not own and None in (named, other):
                maybe = region.same_as(settings) or region.maybe_as(settings)
                if maybe is not None:
                    return maybe, "region"
        return None

    def first_at(self, settings: Settings) -> str:
        """Take a target, and return the name of the first that surely leads where it does."""
        region = self.region_of(settings)
        same = region.same_as(settings)
        first = settings.target if same is None else same
        region.take(settings, first)
        return first


def refuse_same_places(
    top: Settings | None,
    targets: Mapping[str, Target],
    written: Mapping[str, WrittenTarget],
    problems: Problems,
) -> None:
    """Note each target that leads where another one does, and warn of one that may.

    `top` are the settings at the top if a job or rule uses them.
    """
    places = Places()
    if top is not None:
        places.region_of(top).take(top, AT_THE_TOP)
    for name, target in targets.items():
        settings, place = target.settings, written[name].origin.place()
        region = places.region_of(settings)
        same = region.same_as(settings)
        if same is not None:
            cure = (
                "give what has no target this one" if same == AT_THE_TOP else "keep one of the two"
            )
            message = f"leads to the same account and region as {same}: {cure}"
            problems.error(place, message, name)
            continue
        maybe = places.maybe_at(settings)
        if maybe is not None:
            other, key = maybe
            message = (
                f"may lead to the same account and region as {other}, where rules would write jobs "
                f"that are declared by the other name: write the {key} of both"
            )
            problems.warn(place, message, name)
        region.take(settings, f"target {name}")


def _region_key(settings: Settings) -> tuple[str | None, str | None, str | None]:
    variables = ("AWS_REGION", "AWS_DEFAULT_REGION")
    named = settings.region or next(filter(None, map(os.environ.get, variables)), None)
    return settings.endpoint, named, None if named else settings.profile
