"""Secret arguments in messages about their own job."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_amplify_jobs.domain.jobs import ObservedJob, When
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.plan import unmet_precondition
from pulumi_amplify_jobs.dynamic.secret_values import VEIL, veiled

TEXT = "push (d1/prod/FAILED-1) was updated, but its status is RUNNING, not FAILED; FAILEDX stays"


@pytest.mark.parametrize(
    "bag",
    [
        {"status": "FAILED"},
        {"status": "DONE", "when": {"status": "FAILED"}},
        {"declared": {"operation": "FAILED"}},
        {"plan": {"from": {"status": "FAILED"}}},
        {"plan": {"to": {"status": "FAILED"}}},
        {"previous": {"status": "FAILED"}},
        {"job_id": {"status": "FAILED"}},
    ],
)
def test_values_of_a_secret_job_are_veiled_as_words(bag: dict[str, Any]) -> None:
    shown = veiled(TEXT, [{}, {**bag, "secret": True}])
    assert shown.endswith("is RUNNING, not (secret); FAILEDX stays")
    assert veiled(TEXT, [bag]) == TEXT


def test_nothing_to_veil_leaves_a_message_alone() -> None:
    assert veiled(TEXT, [{"secret": True, "status": "", "when": {}}]) == TEXT


@pytest.mark.parametrize("value", ["Rotate the key", "Rotate  the key", "Rotate\u00a0the key"])
def test_a_secret_is_hidden_as_messages_fold_it(value: str) -> None:
    bag = {"secret": True, "when": {"operation": value}}
    message = unmet_precondition(When(value), ObservedJob(JobKey("d1", "prod", "1")))
    assert message is not None
    assert veiled(message, [bag]) == f"when: operation is absent, not {VEIL}"
