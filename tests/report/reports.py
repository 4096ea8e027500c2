"""Reports to render."""

from __future__ import annotations

from dataclasses import replace

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.report.model import Cell, Report, ReportedJob

CREATED, UPDATED = 1795500000.0, 1795503600.0
"""2026-11-24, 06:00 and 07:00 UTC."""

KEY = JobKey("d1", "prod", "4f1c")

REPORT = Report(
    stack="dev",
    project="shop",
    jobs=(
        ReportedJob(
            "settled", "unchanged", JobKey("d2", "dev", "1"), status=Cell("FAILED", "FAILED")
        ),
        ReportedJob(
            "push",
            "update",
            KEY,
            Cell("UpdateBackendAPI"),
            Cell("RUNNING", "FAILED"),
            CREATED,
            UPDATED,
        ),
        ReportedJob("gone", "error", reason="the service has no such job"),
        ReportedJob(
            "create",
            "skipped",
            JobKey("d1", "prod", "9e2d"),
            Cell("CreateBackend"),
            Cell("COMPLETED"),
            CREATED,
            UPDATED,
            "when: status is COMPLETED, not RUNNING",
        ),
        ReportedJob(
            "models",
            "update",
            JobKey("d1", "prod", "77"),
            Cell("UpdateBackendAPI", "GenerateBackendAPIModels"),
            Cell(None, "COMPLETED"),
            CREATED,
            by_rule=True,
        ),
    ),
    problems=("Pulumi.dev.yaml:14: no such key",),
    warnings=("status STALLED is not known",),
)


def _in_target(target: str, number: int, live: str = "RUNNING") -> ReportedJob:
    return ReportedJob(
        f"{target}-push-{number}",
        "update" if live == "RUNNING" else "unchanged",
        JobKey("d1", "prod", f"4f1{number}"),
        Cell("UpdateBackendAPI"),
        Cell("RUNNING", "FAILED") if live == "RUNNING" else Cell(live),
        CREATED + number * 300,
        UPDATED,
        target=target,
    )


REFUSED = "access is denied; ask for amplifybackend:GetBackendJob"

FLEET = Report(
    stack="fleet",
    project="ops",
    jobs=(
        replace(_in_target("", 5), name="at-the-top"),
        *(
            ReportedJob(f"pay-{each}", "error", reason=REFUSED, target="pay-eu")
            for each in range(5)
        ),
        _in_target("shop-eu", 1, "FAILED"),
        _in_target("shop-eu", 2),
        _in_target("shop-quiet", 3, "FAILED"),
        replace(_in_target("shop-us", 4), name="stuck@shop-us", by_rule=True),
    ),
)
"""Jobs in several targets: one of them fails, one is as declared, one job has none."""


def many(jobs: int, changes: int) -> Report:
    """Return a report of so many jobs in ten environments; the first ones are to be ended."""
    return Report("dev", "shop", tuple(_job(number, number < changes) for number in range(jobs)))


def _job(number: int, changes: bool) -> ReportedJob:
    created = CREATED - number * 977 % 86400
    return ReportedJob(
        name=f"job-{number:04}",
        action="update" if changes else "unchanged",
        key=JobKey(f"d{number % 5}shop01234567", ("dev", "prod")[number % 2], f"{number:08x}"),
        operation=Cell("UpdateBackendAPI"),
        status=Cell("RUNNING", "FAILED") if changes else Cell("FAILED"),
        created=created,
        updated=created + number % 3600,
    )
