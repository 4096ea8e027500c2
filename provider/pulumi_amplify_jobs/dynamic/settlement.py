"""Bringing the jobs that a rule claims to its aim: some at once, a failure stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..domain.jobs import ObservedJob
from ..domain.rules import Rule, desired
from ..errors import line_for
from ..reconcile.job import Reconciler
from ..reconcile.wait_lines import Report

WRITES = 10
"""Jobs that are brought to the aim at once."""

WAITS = 64
"""Jobs that are waited for at once, which holds a thread each for long."""


@dataclass(frozen=True)
class Settlement:
    """What came of one job that a rule claims."""

    job: ObservedJob
    """As it was listed."""
    written: float | None
    """When it was written, in epoch seconds; None: it was not."""
    left: str | None = None
    """Why it is not as the rule wants it."""


def settle(
    reconciler: Reconciler, rule: Rule, jobs: Sequence[ObservedJob], now: float, report: Report
) -> list[Settlement]:
    """Bring each job to the rule's aim; it is read again immediately before its write.

    A job that the rule no longer claims by then, as it moved or is gone, is left alone.
    """

    def bring(job: ObservedJob) -> Settlement:
        try:
            outcome = reconciler.bring(desired(rule, job, now), job, report)
        except Exception as error:  # noqa: BLE001 (one job's error must not stop the others)
            return Settlement(job, None, line_for(error))
        return Settlement(job, outcome.written, outcome.unsettled)

    return _in_threads(bring, jobs, WRITES if rule.wait is None else WAITS)


def _in_threads(
    bring: Callable[[ObservedJob], Settlement], jobs: Sequence[ObservedJob], threads: int
) -> list[Settlement]:
    if not jobs:
        return []
    pool = ThreadPoolExecutor(min(threads, len(jobs)), thread_name_prefix="amplify-jobs-rule")
    try:
        return list(pool.map(bring, jobs))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
