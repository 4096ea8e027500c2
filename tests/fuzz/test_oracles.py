"""What tells that a reader went wrong does: each of these readers is broken on purpose."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fuzz.target import CANARY, PARTS
from fuzz.targets import answers, comment, config, load, report
from pulumi_amplify_jobs import errors, redaction
from pulumi_amplify_jobs.client import responses, service
from pulumi_amplify_jobs.config import diagnostics, engine_config, stack
from pulumi_amplify_jobs.config.check import Findings
from pulumi_amplify_jobs.config.stack import StackConfig
from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.github import comment_body, decisions
from pulumi_amplify_jobs.report import reading

Break = Callable[[pytest.MonkeyPatch], object]


def believe_any_job(patch: pytest.MonkeyPatch) -> None:
    def job_from(answer: Any, asked: Any, call: str) -> ObservedJob:
        return responses._observed(answer, asked, call)

    patch.setattr(service, "job_from", job_from)


def several_lines(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(diagnostics, "one_line", lambda text, *_: f"{text}\n")
    patch.setattr(errors, "presentable", lambda text: text)


def show_secrets(patch: pytest.MonkeyPatch) -> None:
    for module in (errors, redaction, diagnostics, responses, decisions):
        patch.setattr(module, "redacted", lambda text: text)
    patch.setattr(reading, "redacted_data", lambda value: value)


def lose_jobs_of_the_engine(patch: pytest.MonkeyPatch) -> None:
    def assemble(*arguments: Any) -> StackConfig:
        return replace(stack.assemble(*arguments), declared={})

    patch.setattr(engine_config, "assemble", assemble)


def find_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(config, "check_files", lambda _: Findings())


def no_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(comment_body, "LIMIT", 10**6)


def new_each_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decisions, "unified", lambda _: object())


NAMED = {"appId": "other", "backendEnvironmentName": "prod", "jobId": "4f1c"}
JOB = (
    b"config: {amplify-jobs:jobs: {a: "
    b"{appId: d2, backendEnvironmentName: prod, jobId: x, status: FAILED}}}"
)
BROKEN: list[tuple[str, Break, bytes]] = [
    ("answers", believe_any_job, b"get 200\n" + json.dumps(NAMED).encode()),
    ("answers", believe_any_job, b"get 200\n"),
    ("answers", show_secrets, f'update 400\n{{"message": "{CANARY}"}}'.encode()),
    ("config", several_lines, b"config: {amplify-jobs:jobs: {a: 1}}"),
    ("config", find_nothing, b"config: {amplify-jobs:jobs: {a: 1}}"),
    ("config", lose_jobs_of_the_engine, JOB),
    ("report", show_secrets, json.dumps(report.PLAN).encode()),
    ("comment", new_each_time, PARTS.join((comment.MARK.encode(), b"new", b"new"))),
    ("comment", no_limit, PARTS.join((b"x", b"y" * 70_000, b"new"))),
]


@pytest.mark.parametrize(
    ("name", "broken", "data"), BROKEN, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_broken_reader_is_found(
    name: str, broken: Break, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = load(name)
    target.check(data)
    broken(monkeypatch)
    with pytest.raises(Exception):  # noqa: B017, PT011 (whatever it is that went wrong)
        target.check(data)


def test_all_have_their_oracle_tried() -> None:
    assert {name for name, _, _ in BROKEN} == {
        each.TARGET.name for each in (answers, comment, config, report)
    }
