"""What a program's arguments declare: checked as the stack config is, unknown ones too."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_amplify_jobs.config.loader import read_arguments, read_latest_arguments
from pulumi_amplify_jobs.domain.jobs import DesiredJob, Latest, Wait, When
from pulumi_amplify_jobs.domain.keys import JobKey

KEY = {"appId": "d1", "backendEnvironmentName": "prod", "jobId": "1"}
NAMED = JobKey("d1", "prod", "1")


@pytest.mark.parametrize(
    ("values", "names", "expected"),
    [
        (
            {
                **KEY,
                "operation": "Op",
                "status": "FAILED",
                "when": {"status": "RUNNING"},
                "ifMissing": "ignore",
                "wait": {"timeout": "90s"},
                "target": "shop",
            },
            {},
            DesiredJob(
                JobKey("d1", "prod", "1", "shop"),
                "Op",
                "FAILED",
                When(status="RUNNING"),
                if_missing="ignore",
                wait=Wait("90s"),
            ),
        ),
        (
            {**KEY, "status": "FAILED"},
            {NAMED: "push"},
            DesiredJob(NAMED, status="FAILED", name="push"),
        ),
        ({**KEY, "operation": "Op"}, {}, DesiredJob(NAMED, "Op")),
    ],
)
def test_a_job_of_arguments(
    values: dict[str, Any], names: dict[JobKey, str], expected: DesiredJob
) -> None:
    assert read_arguments(values, frozenset(), names) == (expected, [])


NEITHER = ("status", "neither operation nor status is declared: add at least one")


@pytest.mark.parametrize(
    ("values", "unknown", "problems"),
    [
        (
            {**KEY, "status": 3, "when": {"statu": "RUNNING"}},
            set(),
            [
                ("status", 'status 3 is a number: quote it, "3"'),
                ("when", "unknown key when.statu: did you mean status?"),
            ],
        ),
        (
            {"appId": "d1", "status": "F"},
            {"jobId"},
            [("backendEnvironmentName", "backendEnvironmentName is missing")],
        ),
        ({**KEY, "appId": ""}, {"appId"}, [("appId", "appId is empty: write a value")]),
        ({"appId": "d1", "backendEnvironmentName": "p", "status": "F"}, {"jobId"}, []),
        (KEY, set(), [NEITHER]),
        (KEY, {"wait"}, [NEITHER]),
        (KEY, {"status"}, []),
        (KEY, {"operation"}, []),
        ({**KEY, "status": "F"}, {"wait"}, []),
    ],
)
def test_arguments_that_are_wrong_or_not_known_yet(
    values: dict[str, Any], unknown: set[str], problems: list[tuple[str, str]]
) -> None:
    assert read_arguments(values, frozenset(unknown), {}) == (None, problems)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            {"latest": {"status": "F", "operation": "Op"}, "follow": True},
            ((Latest("Op", "F"), True), []),
        ),
        ({"latest": {}}, ((Latest(), False), [])),
        (
            {"latest": {"status": 3}},
            (None, ['jobId.latest.status 3 is a number: quote it, "3"']),
        ),
        (
            {"latest": {"statu": "F"}, "x": 1},
            (
                None,
                [
                    "unknown key jobId.latest.statu: did you mean status?",
                    "unknown key jobId.x: expected one of latest, follow",
                ],
            ),
        ),
        ({"follow": True}, (None, ["jobId.latest is missing"])),
        ({"lates": {}}, (None, ["unknown key jobId.lates: did you mean latest?"])),
    ],
)
def test_a_mapping_in_place_of_an_id(value: dict[str, Any], found: object) -> None:
    assert read_latest_arguments(value) == found
