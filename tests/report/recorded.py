"""What engine 3.260 wrote of previews: the files in `previews`."""

from __future__ import annotations

from pathlib import Path

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.report.model import Cell, Report
from pulumi_amplify_jobs.report.reading import read_report

PREVIEWS = Path(__file__).with_name("previews")
APP = "d2abcdefgh1234"
SEEDED = 1763942400.0
STUCK = Cell("RUNNING", "FAILED")
API = Cell("UpdateBackendAPI")


def recorded(name: str) -> str:
    return (PREVIEWS / name).read_text()


def report(name: str) -> Report:
    return read_report(recorded(name), name)


def key(job_id: str) -> JobKey:
    return JobKey(APP, "prod", job_id)
