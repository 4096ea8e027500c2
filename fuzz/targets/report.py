"""The report's reader: a preview of any of its sources.

Whatever stands there, it is one line of an error, or a report that every format can show: Markdown
within its room, a document that fits its schema, one line for each reason, no secret anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from pulumi_amplify_jobs.report.document import document, report_schema
from pulumi_amplify_jobs.report.markdown import markdown
from pulumi_amplify_jobs.report.model import ReportError
from pulumi_amplify_jobs.report.reading import read_report

from ..target import CANARY, HERE, Target, assert_line, assert_no_canary, nested

ROOM = 20_000
"""Bytes that the Markdown may have."""

SAMPLES = ("tests/report/previews/*.json*", "tests/report/previews/earlier/*")
PLAN = {
    "version": 2,
    "stack": "dev",
    "summary": {},
    "jobs": [
        {
            "name": "push",
            "appId": "d2abcdefgh1234",
            "backendEnvironmentName": "prod",
            "jobId": "4f1c",
            "action": "update",
            "live": {"status": "RUNNING", "createTime": "1763942400000"},
            "changes": [{"field": "status", "from": "RUNNING", "to": "FAILED"}],
        }
    ],
    "rules": [{"name": "stuck", "target": "web", "error": f"no access, token={CANARY}"}],
    "warnings": ["nothing matches"],
}


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(report_schema())


def check(data: bytes) -> None:
    """Read a preview and show it."""
    try:
        report = read_report(data.decode("utf-8", "replace"), "preview.json")
    except ReportError as error:
        assert_line(str(error))
        return
    for line in (*report.problems, *report.warnings, report.summary):
        assert_line(line, 10_000)
    shown = markdown(report, ROOM)
    assert len(shown.encode("utf-8", "replace")) <= ROOM, len(shown)
    assert_no_canary(shown)
    written = document(report)
    _validator().validate(written)
    text = json.dumps(written)
    assert_no_canary(text)
    for job in report.jobs:
        assert job.reason is None or "\n" not in job.reason, job.reason


def seeds() -> Iterator[bytes]:
    """Yield previews of the tests, whole and in parts."""
    root = HERE.parent
    yield json.dumps(PLAN).encode()
    for deep in nested():
        for key in ("jobs", "steps", "config"):
            yield f'{{"summary": 1, "stack": "dev", "{key}": {deep}}}'.encode()
        yield json.dumps({"steps": [], "config": {"amplify-jobs:jobs": deep}}).encode()
    for pattern in SAMPLES:
        for path in sorted(root.glob(pattern)):
            content = path.read_bytes()
            if len(content) <= TARGET.longest:
                yield content
            yield from _parts(content)


def _parts(content: bytes) -> Iterator[bytes]:
    """Yield smaller previews: each step, or event, by itself."""
    try:
        digest: Any = json.loads(content)
    except ValueError:
        lines = content.splitlines(keepends=True)
        yield from (b"".join(lines[at : at + 3]) for at in range(0, len(lines), 3))
        return
    steps = digest.get("steps") if isinstance(digest, dict) else None
    for step in steps or ():
        part = json.dumps({**digest, "steps": [step], "config": {}}).encode()
        if len(part) <= TARGET.longest:
            yield part


TARGET = Target(
    "report",
    check,
    seeds,
    words=(
        *(
            '"steps"',
            '"op"',
            '"urn"',
            '"newState"',
            '"oldState"',
            '"inputs"',
            '"outputs"',
            '"type"',
        ),
        *(
            '"detailedDiff"',
            '"diagnostics"',
            '"message"',
            '"severity"',
            '"changeSummary"',
            '"plan"',
        ),
        *(
            '"action"',
            '"from"',
            '"to"',
            '"reason"',
            '"matches"',
            '"settled"',
            '"previous"',
            '"jobs"',
        ),
        *('"sequence"', '"timestamp"', '"resourcePreEvent"', '"resOutputsEvent"', '"metadata"'),
        *(
            '"diagnosticEvent"',
            '"summaryEvent"',
            '"preludeEvent"',
            '"update"',
            '"create"',
            '"same"',
        ),
        *("urn:pulumi:dev::shop::pulumi-python:dynamic/amplify:BackendJob::", "BackendJobRule"),
        *("null", "[]", "{}", "1e999", "\\ud800", "[secret]", "violates plan", CANARY),
    ),
    longest=8192,
)
