"""What each rule of a run claims, judged on one census and one reading of time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .jobs import JobKey
from .rules import Claims, Rule, claims

if TYPE_CHECKING:
    # Types only: the program's process registers resources without ever loading boto3.
    from .client import Census


class Judge:
    """Judges rules. May be shared by threads."""

    def __init__(self, census: Census, declared: frozenset[JobKey], now: float) -> None:
        """Judge by a moment in epoch seconds; `declared` are the jobs that no rule may touch."""
        self.now = now
        self._census = census
        self._declared = declared

    def claims(self, rule: Rule) -> Claims:
        """Return what a rule claims. Raises ServiceError."""
        environments = self._census.environments_of(rule)
        jobs = self._census.jobs(environments, rule.sent)
        return claims(rule, jobs, self._declared, self.now)


def judge_now(census: Census, declared: frozenset[JobKey]) -> Judge:
    """Return a judge who goes by this moment."""
    return Judge(census, declared, time.time())
