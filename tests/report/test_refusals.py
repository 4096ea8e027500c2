"""Why a reviewed plan was refused: the engine's notation, in words."""

from __future__ import annotations

import json

import pytest

from pulumi_amplify_jobs.report import ReportError
from pulumi_amplify_jobs.report.refusals import refusal_in
from pulumi_amplify_jobs.report.refused import explained

from .hostile import HOSTILE
from .test_reading import recorded

URN = "urn:pulumi:dev::ops::pulumi-python:dynamic/amplify:BackendJob::unstick"
RUNNING = "{map[operation:{UpdateBackendAPI} status:{RUNNING} update_time:{1763942400000}]}"
FAILED = "{map[operation:{UpdateBackendAPI} status:{FAILED} update_time:{1763946000000}]}"
AGAIN = "{map[operation:{UpdateBackendAPI} status:{RUNNING} update_time:{1763946000000}]}"
OTHER = "{map[operation:{CloneBackend} status:{RUNNING}]}"
R1 = "{map[d2/prod/1:{UpdateBackendAPI RUNNING => FAILED (created 2025-11-24T00:00:00Z)}]}"
R2 = (
    "{map[d2/prod/1:{UpdateBackendAPI RUNNING => FAILED (created 2025-11-24T00:00:00Z)} "
    "d2/prod/2:{UpdateBackendAPI RUNNING => FAILED}]}"
)
R3 = "{map[d2/prod/12:30 x%2Fy:{CloneBackend RUNNING => FAILED} d2/prod/[3]:{absent => FAILED}]}"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            f"~~previous[{RUNNING}!={FAILED}]",
            "moved since the review: status went from RUNNING to FAILED (2025-11-24T01:00:00Z)",
        ),
        (
            f"++previous[{RUNNING}!={OTHER}]",
            "moved since the review: operation went from UpdateBackendAPI to CloneBackend",
        ),
        (
            f"~~previous[{RUNNING}!={AGAIN}]",
            "moved since the review: it was updated, and shows UpdateBackendAPI RUNNING again "
            "(2025-11-24T01:00:00Z)",
        ),
        (
            f"=~previous[{FAILED}]",
            "was as declared in the review, and moved since: UpdateBackendAPI FAILED",
        ),
        (
            f"=+previous[{FAILED}], ++status[{{FAILED}}!={{COMPLETED}}]",
            "was as declared in the review, and moved since: UpdateBackendAPI FAILED; "
            "status is not the reviewed one: the config changed since",
        ),
        (
            f"~=previous[{RUNNING}!={FAILED}]",
            "moved since the review: UpdateBackendAPI RUNNING then, now as declared or left alone",
        ),
        (
            f"+-previous[{RUNNING}]",
            "moved since the review: UpdateBackendAPI RUNNING then, now as declared or left alone",
        ),
        (
            f"=~changes[{{2}}], =~previous[{FAILED}], =~status[{{COMPLETED}}]",
            "was as declared in the review, and moved since: UpdateBackendAPI FAILED",
        ),
        (
            f"~=changes[{{2}}!={{1}}], ~=previous[{RUNNING}!={FAILED}], ~=status[{{FAILED}}]",
            "moved since the review: UpdateBackendAPI RUNNING then, now as declared or left alone",
        ),
        (
            "=~changes[{2}], =~status[{FAILED}]",
            "moved since the review: it is back at what it was before the last change",
        ),
        (
            "~=changes[{2}!={1}]",
            "moved since the review: it is as declared now, or left alone",
        ),
        (
            "=~previous[{&{{map[status:{RUNNING}]}}}]",
            "is not as reviewed; its config is secret, so the engine's own output says how",
        ),
        (
            "=+skipped[{when: status is COMPLETED, not RUNNING}]",
            "is left alone now: when: status is COMPLETED, not RUNNING",
        ),
        ("+-skipped[{when: it is not}]", "is no longer left alone"),
        (f"~~matches[{R1}!={R2}]", "matched since the review: d2/prod/2"),
        (f"~~matches[{R2}!={R1}]", "matched no more since the review: d2/prod/2"),
        (f"=+matches[{R3}]", "matched since the review: d2/prod/12:30 x%2Fy, d2/prod/[3]"),
        (f"=+matches[{R1}]", "matched since the review: d2/prod/1"),
        (f"+-matches[{R1}]", "matched no more since the review: d2/prod/1"),
        (
            "+~job_id[{old}!={new}]",
            "job_id is not the reviewed one: the config changed since",
        ),
        ("in a way that nobody foresaw", "in a way that nobody foresaw"),
    ],
)
def test_each_notation_of_the_engine(change: str, reason: str) -> None:
    refusal = refusal_in(f"error: resource {URN} violates plan: properties changed: {change}\n")
    assert refusal is not None
    assert (refusal.name, refusal.reason) == ("unstick", reason)


def test_a_resource_that_is_gone_from_the_program() -> None:
    refusal = refusal_in(f"expected resource operations for {URN} but none were seen")
    assert refusal is not None
    assert refusal.reason == "was reviewed, and is no longer declared"


@pytest.mark.parametrize("name", ["refused.txt", "refused.json"])
def test_what_a_real_engine_wrote(name: str) -> None:
    assert explained(recorded(name), name) == (
        "**The plan was refused: 1 resource is not as reviewed.**\n\n"
        "- `a`: `moved since the review: status went from RUNNING to COMPLETED "
        "(2026-11-24T20:23:22Z)`\n\n"
        "Preview again with `pulumi preview --save-plan`, review what it shows now, and run "
        "`pulumi up --plan` with the new plan.\n"
    )


def test_a_rule() -> None:
    text = explained(recorded("refused-rule.txt"), "it")
    assert "- `stuck`: `matched since the review: d2abcdefgh1234/prod/r3`\n" in text


def test_an_event_log_and_colours() -> None:
    message = f"error: resource {URN} violates plan: properties changed: =~previous[{FAILED}]"
    event = {"sequence": 1, "timestamp": 1, "diagnosticEvent": {"message": message}}
    assert "- `unstick`: " in explained(json.dumps(event) + "\n" + json.dumps(event), "it")
    assert "- `unstick`: " in explained(f"\x1b[31m{message}\x1b[0m", "it")


def test_output_without_a_refusal_is_an_error() -> None:
    with pytest.raises(ReportError, match="it tells of no refused plan"):
        explained(recorded("first.json"), "it")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_code(text: str) -> None:
    folded = " ".join(text.split())
    value = f"{{map[operation:{{{folded}}} status:{{{folded}}}]}}"
    line = f"resource {URN} violates plan: properties changed: ~~previous[{value}!={RUNNING}]"
    lines = explained(line, "it").splitlines()
    assert lines[2].startswith("- `unstick`: `")
    assert lines[4].startswith("Preview again")
    assert len(lines) == 5
