"""The language of names: text that stands for itself, `*` for any text, `?` for one character.

Nothing else has a meaning: `[prod]` is five letters and two brackets. Upper and lower case are
apart, and a pattern has to fit the whole name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from .keys import Environment, JobKey, key_part_problem, unescaped

EVERYTHING = "*"
WILD = re.compile("([*?])")


def fits(pattern: str, name: str) -> bool:
    """Say whether a name is one that the pattern stands for."""
    return fnmatchcase(name, _literally("[", pattern))


def _literally(special: str, text: str) -> str:
    """Return text in which fnmatch takes these characters for themselves."""
    return "".join(f"[{each}]" if each in special else each for each in text)


def is_pattern(text: str) -> bool:
    """Say whether text may stand for several names."""
    return "*" in text or "?" in text


def name_problem(text: str) -> str | None:
    """Why this text can be no name or pattern, or None when it can."""
    problem = key_part_problem(text)
    if problem is None and text != text.strip():
        return "has whitespace around it: remove it"
    return problem


def in_other_case(pattern: str, names: Iterable[str]) -> str | None:
    """Return the first name that the pattern would fit, were upper and lower case the same."""
    lower = pattern.lower()
    return next((name for name in sorted(names) if fits(lower, name.lower())), None)


@dataclass(frozen=True, order=True)
class JobPattern:
    """Jobs by `app/environment/job`, where each of the three parts is a name or a pattern.

    A part is held against the whole of what it stands for, so no `*` reaches into another part. The
    parts are as they are written, with the escapes of `keys`: `%2A` is a `*` itself.
    """

    app_id: str
    environment: str
    job_id: str

    def __str__(self) -> str:
        return "/".join(self._parts)

    @classmethod
    def parse(cls, text: str) -> JobPattern:
        """Return the jobs that a text names. Raises ValueError, which says what is wrong."""
        key = JobKey.parse(text)
        written = text.split("/")
        meant = (key.app_id, key.backend_environment_name, key.job_id)
        problems = (*map(name_problem, written), *map(key_part_problem, meant))
        for problem in filter(None, problems):
            raise ValueError(problem)
        return cls(*written)

    @property
    def _parts(self) -> tuple[str, str, str]:
        return (self.app_id, self.environment, self.job_id)

    @property
    def key(self) -> JobKey | None:
        """The one job that is meant, or None where a part is a pattern."""
        return None if any(map(is_pattern, self._parts)) else JobKey.parse(str(self))

    def takes(self, key: JobKey) -> bool:
        """Say whether a job is one of those."""
        return self.takes_environment(key.environment) and _stands_for(self.job_id, key.job_id)

    def takes_environment(self, environment: Environment) -> bool:
        """Say whether jobs of an environment, by app ID and name, may be meant."""
        return _stands_for(self.app_id, environment.app_id) and _stands_for(
            self.environment, environment.name
        )


def _stands_for(part: str, name: str) -> bool:
    return fnmatchcase(name, _glob_of(part))


@lru_cache(maxsize=4096)
def _glob_of(part: str) -> str:
    pieces = WILD.split(part)
    return "".join(
        piece if is_pattern(piece) else _literally("[*?", unescaped(piece)) for piece in pieces
    )
