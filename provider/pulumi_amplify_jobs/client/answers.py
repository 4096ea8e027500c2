"""Answers of the service as observed jobs. No answer is trusted blindly.

botocore hands a truncated, garbage or empty 200 body back as success with no fields, so an answer
counts only where it names the job that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import MalformedAnswerError, one_line
from ..jobs import JobKey, ObservedJob
from ..redaction import redacted

FIELD_NAMES = {
    "operation": "Operation",
    "status": "Status",
    "create_time": "CreateTime",
    "update_time": "UpdateTime",
    "error": "Error",
}


@dataclass(frozen=True)
class Page:
    """One page of ListBackendJobs; `next_token` None: the last one."""

    jobs: tuple[ObservedJob, ...]
    next_token: str | None = None


def job_from(answer: Mapping[str, Any], asked: JobKey, call: str) -> ObservedJob:
    """Read the answer of GetBackendJob or UpdateBackendJob.

    Raises MalformedAnswerError where it does not name the job that was asked for.
    """
    key = _key_from(answer, call)
    if key != asked:
        said = f"the response is for another job, {one_line(str(key))}"
        raise MalformedAnswerError(said, call)
    return _observed(answer, key, call)


def page_from(answer: Mapping[str, Any], environment: tuple[str, str], call: str) -> Page:
    """Read the answer of ListBackendJobs.

    Raises MalformedAnswerError where it has no list of jobs, or jobs of another environment.
    """
    jobs = answer.get("Jobs")
    if not isinstance(jobs, list):
        raise MalformedAnswerError("the response has no list of jobs", call)
    observed = []
    for entry in jobs:
        key = _key_from(entry, call)
        if key.environment != environment:
            raise MalformedAnswerError("the response is for another environment", call)
        observed.append(_observed(entry, key, call))
    return Page(tuple(observed), token_from(answer, "NextToken", call))


def token_from(answer: Mapping[str, Any], name: str, call: str) -> str | None:
    """Return the token of the next page, None for the last. Raises MalformedAnswerError."""
    token = answer.get(name)
    if not isinstance(token, str | None):
        raise MalformedAnswerError("nextToken is not text in the response", call)
    return token or None


def _key_from(answer: Mapping[str, Any], call: str) -> JobKey:
    parts = [answer.get(part) for part in ("AppId", "BackendEnvironmentName", "JobId")]
    if not all(isinstance(part, str) and part for part in parts):
        raise MalformedAnswerError("the response is empty or truncated: it names no job", call)
    return JobKey(*(str(part) for part in parts))


def _observed(answer: Mapping[str, Any], key: JobKey, call: str) -> ObservedJob:
    fields = {ours: answer.get(theirs) for ours, theirs in FIELD_NAMES.items()}
    for name, value in fields.items():
        if not isinstance(value, str | None):
            raise MalformedAnswerError(f"{name} is not text in the response", call)
    if fields["error"] is not None:
        # Free text, which is recorded and shown: a service may repeat there what it was sent.
        fields["error"] = redacted(fields["error"])
    return ObservedJob(key, **fields)
