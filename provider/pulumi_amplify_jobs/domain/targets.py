"""Which targets are meant, and which machine has which: pure functions of their names and tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .name_patterns import fits

Tags = Mapping[str, str]

TARGET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""It stands in resource names (`RULE@TARGET`), in options, and in a matrix of a pipeline."""

SHARD = re.compile(r"0*([1-9]\d{0,3})/0*([1-9]\d{0,3})", re.ASCII)


def target_name_problem(text: str) -> str | None:
    """Why this text can be no target's name, or None when it can."""
    if TARGET_NAME.fullmatch(text):
        return None
    return "is no target's name: write up to 64 letters, digits, dots, hyphens and underscores"


def rule_in(rule: str, target: str) -> str:
    """Return the name of the Pulumi resource that a rule is in one of its targets."""
    return f"{rule}@{target}"


@dataclass(frozen=True)
class TargetSelector:
    """Targets that fit one of the names, and have all of the tags; what is empty asks nothing."""

    names: tuple[str, ...] = ()
    """Names, or patterns of them."""
    tags: tuple[tuple[str, str], ...] = ()

    def takes(self, name: str, tags: Tags) -> bool:
        """Say whether a target is meant."""
        named = not self.names or any(fits(each, name) for each in self.names)
        return named and all(tags.get(key) == value for key, value in self.tags)

    def idle(self, targets: Mapping[str, Tags]) -> list[str]:
        """Return those of the names, patterns and tags that no target fits."""
        names = [each for each in self.names if not any(fits(each, name) for name in targets)]
        tags = [
            f"{key}={value}"
            for key, value in self.tags
            if not any(having.get(key) == value for having in targets.values())
        ]
        return [*names, *tags]


@dataclass(frozen=True)
class Shard:
    """One of several equal shares of the targets; the first has the number 1."""

    number: int
    total: int

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Return the shard that a text such as `2/16` names. Raises ValueError for another text."""
        found = SHARD.fullmatch(text)
        number, total = map(int, found.groups()) if found else (0, 0)
        if not 1 <= number <= total:
            raise ValueError(f"{text!r} is no shard: write I/N, from 1/N to N/N, such as 2/16")
        return cls(number, total)

    def has(self, target: str) -> bool:
        """Say whether a target belongs to the shard."""
        return shard_of(target, self.total) == self.number


def shard_of(target: str, total: int) -> int:
    """Return the number of the one shard of so many that a target belongs to.

    Its name alone decides, so that a target that is added or removed moves no other.
    """
    import hashlib  # few runs have shards

    return int.from_bytes(hashlib.sha256(target.encode()).digest()[:8], "big") % total + 1


def by_shard(targets: Iterable[str], total: int) -> dict[Shard, list[str]]:
    """Return the targets of each shard that has any."""
    found: dict[Shard, list[str]] = {}
    for name in targets:
        found.setdefault(Shard(shard_of(name, total), total), []).append(name)
    return dict(sorted(found.items(), key=lambda each: each[0].number))
