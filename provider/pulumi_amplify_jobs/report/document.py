"""A report as JSON, and the JSON Schema that says what it holds.

The version counts what a reader could stumble over: a key that is gone, or that means another
thing. A new key is no new version.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ..domain.keys import KEY_FIELDS
from ..domain.times import utc
from .model import ACTIONS, Action, Moment, Report, ReportedJob, is_known

VERSION = 2
DRAFT = "http://json-schema.org/draft-07/schema#"


class DocumentModel(BaseModel):
    """A part of the document; its keys are camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class CellDocument(DocumentModel):
    """A field of a job."""

    live: str | None = Field(description="What it is live; null where it is absent or not known.")
    wanted: str | None = Field(description="What it is to become; null where it stays.")


class JobDocument(DocumentModel):
    """One job of the preview."""

    name: str = Field(description="The Pulumi resource name, or that of the rule that matches it.")
    by_rule: bool = Field(description="Whether a rule matches it.")
    app_id: str | None = Field(description="The Amplify app's ID; null where it is not known.")
    backend_environment_name: str | None = Field(description="The backend environment's name.")
    job_id: str | None = Field(description="The backend job's ID.")
    target: str | None = Field(description="The target that it is in; null where it has none.")
    action: Action = Field(
        description="update: to be changed by a call; adopt: recorded for the first time; record: "
        "only its declaration is recorded; forget: no longer declared; skipped: left alone; error: "
        "can't be planned; unchanged: as declared."
    )
    operation: CellDocument = Field(description="The operation.")
    status: CellDocument = Field(description="The status.")
    created: str | None = Field(
        description="When the job was created, in UTC; null where it is not known or in doubt.",
        json_schema_extra={"format": "date-time"},
    )
    updated: str | None = Field(
        description="Since when the live job is as it is, in UTC; null where it is not known or "
        "in doubt.",
        json_schema_extra={"format": "date-time"},
    )
    doubts: list[str] = Field(description="Which times are in doubt, and why.")
    stuck: bool = Field(description="Whether it runs, and is to be ended.")
    reason: str | None = Field(description="Why: in one line.")


class ReportDocument(DocumentModel):
    """A preview of a stack."""

    version: Literal[2] = Field(description="The version of this format.")
    stack: str | None = Field(description="The stack's name.")
    project: str | None = Field(description="The Pulumi project's name.")
    summary: str = Field(description="The report in one line.")
    counts: dict[Action, int] = Field(description="How many jobs there are of each action.")
    pending: bool = Field(description="Whether pulumi up would change a job or the state.")
    jobs: list[JobDocument] = Field(description="The jobs, in a stable order.")
    problems: list[str] = Field(description="Errors that concern no single job.")
    warnings: list[str] = Field(description="Warnings, one line each.")


def document(report: Report) -> dict[str, Any]:
    """Return a report as JSON data."""
    values = {
        **vars(report),
        "version": VERSION,
        "summary": report.summary,
        "counts": {action: report.count(action) for action in ACTIONS},
        "pending": report.pending,
        "jobs": [_job(job) for job in report.jobs],
    }
    return ReportDocument.model_validate(values).model_dump(by_alias=True)


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    schema = ReportDocument.model_json_schema(mode="serialization")
    return {"$schema": DRAFT, "title": "amplify-jobs report, version 2", **schema}


def _job(job: ReportedJob) -> dict[str, Any]:
    values = asdict(job)
    del values["key"]
    parts = job.key.parts if job.key else (None,) * len(KEY_FIELDS)
    key = dict(zip(KEY_FIELDS, parts, strict=True))
    times = {"created": _moment(job.created), "updated": _moment(job.updated)}
    found = {"doubts": job.doubts, "stuck": job.stuck, "target": job.target or None}
    return {**values, **key, **times, **found}


def _moment(time: Moment) -> str | None:
    return utc(time) if is_known(time) else None
