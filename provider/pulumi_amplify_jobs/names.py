"""The language of names: text that stands for itself, `*` for any text, `?` for one character.

Nothing else has a meaning: `[prod]` is five letters and two brackets. Upper and lower case are
apart, and a pattern has to fit the whole name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .jobs import JobKey, key_part_problem

EVERYTHING = "*"


def fits(pattern: str, name: str) -> bool:
    """Say whether a name is one that the pattern stands for."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))


def is_pattern(text: str) -> bool:
    """Say whether text may stand for several names."""
    return "*" in text or "?" in text


def name_problem(text: str) -> str | None:
    """Why this text can be no name or pattern, or None when it can."""
    problem = key_part_problem(text)
    if problem is None and text != text.strip():
        return "has blanks around it: take them out"
    return problem


def in_other_case(pattern: str, names: Iterable[str]) -> str | None:
    """Return the first name that the pattern would fit, were upper and lower case the same."""
    lower = pattern.lower()
    return next((name for name in sorted(names) if fits(lower, name.lower())), None)


@dataclass(frozen=True, order=True)
class JobPattern:
    """Jobs by `app/environment/job`, where each of the three parts is a name or a pattern.

    A part is held against the whole of what it stands for, so no `*` reaches into another part.
    """

    app_id: str
    environment: str
    job_id: str

    def __str__(self) -> str:
        return str(JobKey(self.app_id, self.environment, self.job_id))

    @property
    def key(self) -> JobKey | None:
        """The one job that is meant, or None where a part is a pattern."""
        parts = (self.app_id, self.environment, self.job_id)
        return None if any(map(is_pattern, parts)) else JobKey(*parts)

    def takes(self, key: JobKey) -> bool:
        """Say whether a job is one of those."""
        return self.takes_environment(key.environment) and fits(self.job_id, key.job_id)

    def takes_environment(self, environment: tuple[str, str]) -> bool:
        """Say whether jobs of an environment, by app ID and name, may be meant."""
        return fits(self.app_id, environment[0]) and fits(self.environment, environment[1])
