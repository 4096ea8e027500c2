"""Why a reviewed plan was refused: the engine's notation, in words."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pulumi_amplify_jobs.report.model import ReportError
from pulumi_amplify_jobs.report.refusals import explained, refusal_in

from .hostile import HOSTILE
from .recorded import recorded

URN = "urn:pulumi:dev::ops::pulumi-python:dynamic/amplify:BackendJob::unstick"
SINCE = "2025-11-24T00:00:00Z"
LATER = "2025-11-24T01:00:00Z"


def live(status: str, operation: str = "UpdateBackendAPI", updated: str = "") -> str:
    """Return a live job as the engine prints it."""
    moment = f" updated:{{{updated}}}" if updated else ""
    return f"{{map[operation:{{{operation}}} status:{{{status}}}{moment}]}}"


def plan(before: str, to: str = "FAILED") -> str:
    """Return the plan of an update as the engine prints it."""
    return f"{{map[action:{{update}} from:{before} to:{{map[status:{{{to}}}]}}]}}"


def match(key: str, status: str = "RUNNING", created: str = f"created:{{{SINCE}}} ") -> str:
    """Return a job of a rule as the engine prints it."""
    return f"{key}:{{map[{created}from:{live(status)} to:{{map[status:{{FAILED}}]}}]}}"


RUNNING = plan(live("RUNNING", updated=SINCE))
COMPLETED = plan(live("COMPLETED", updated=LATER))
AGAIN = plan(live("RUNNING", updated=LATER))
OTHER = plan(live("RUNNING", "CloneBackend"))
NOTHING = "{map[action:{nothing}]}"
ADOPT = "{map[action:{adopt}]}"
SKIPPED = "{map[action:{skipped} reason:{when: status is COMPLETED, not RUNNING}]}"
R1 = f"{{map[{match('d2/prod/1')}]}}"
R2 = f"{{map[{match('d2/prod/1')} {match('d2/prod/2', 'a => b', '')}]}}"
R3 = f"{{map[{match('d2/prod/12:30 x%2Fy')} {match('d2/prod/[3]', created='')}]}}"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            f"~~plan[{RUNNING}!={COMPLETED}]",
            f"moved since the review: status went from RUNNING to COMPLETED ({LATER})",
        ),
        (
            f"++plan[{RUNNING}!={OTHER}]",
            "moved since the review: operation went from UpdateBackendAPI to CloneBackend",
        ),
        (
            f"~~plan[{RUNNING}!={AGAIN}]",
            "moved since the review: it was updated, and shows UpdateBackendAPI RUNNING again "
            f"({LATER})",
        ),
        (f"=~plan[{COMPLETED}]", "moved since the review: UpdateBackendAPI COMPLETED now"),
        (
            f"~~plan[{NOTHING}!={COMPLETED}]",
            "was as declared in the review, and moved since: UpdateBackendAPI COMPLETED",
        ),
        (
            f"++plan[{ADOPT}!={COMPLETED}], =~status[{{COMPLETED}}]",
            "was as declared in the review, and moved since: UpdateBackendAPI COMPLETED",
        ),
        (
            f"~~plan[{SKIPPED}!={RUNNING}]",
            "was left alone (when: status is COMPLETED, not RUNNING) in the review, and moved "
            "since: UpdateBackendAPI RUNNING",
        ),
        (
            f"~=plan[{RUNNING}!={NOTHING}], ~=status[{{FAILED}}]",
            "moved since the review: UpdateBackendAPI RUNNING then, as declared now",
        ),
        (
            f"++plan[{RUNNING}!={SKIPPED}]",
            "moved since the review: UpdateBackendAPI RUNNING then, left alone (when: status is "
            "COMPLETED, not RUNNING) now",
        ),
        (f"=~plan[{NOTHING}]", "moved since the review: as declared now"),
        (
            f"++plan[{RUNNING}!={plan(live('RUNNING', updated=SINCE), 'COMPLETED')}], "
            "++status[{FAILED}!={COMPLETED}]",
            "status is not as reviewed: the config has changed since",
        ),
        (
            f"~~plan[{plan(live('} status:{X', 'a}!={b'))}!={RUNNING}]",
            "moved since the review",
        ),
        (
            "=~plan[{&{{map[action:{update}]}}}]",
            "is not as reviewed; its config is secret, so only the engine's own output says how",
        ),
        (
            "~~plan[{map[action:{update} from:{&{{map[]}}} to:{&{{map[]}}}]}!={map[]}]",
            "is not as reviewed; its config is secret, so only the engine's own output says how",
        ),
        (f"~~matches[{R1}!={R2}]", "matched since the review: d2/prod/2"),
        (f"~~matches[{R2}!={R1}]", "no longer matched since the review: d2/prod/2"),
        (f"=+matches[{R3}]", "matched since the review: d2/prod/12:30 x%2Fy, d2/prod/[3]"),
        (f"=+matches[{R1}]", "matched since the review: d2/prod/1"),
        (f"+-matches[{R1}]", "no longer matched since the review: d2/prod/1"),
        (f"~~matches[{R1}!={R1}]", "the jobs that match moved since the review"),
        (
            "+~job_id[{old}!={new}]",
            "job_id is not as reviewed: the config has changed since",
        ),
        (
            f"~~plan[{RUNNING}!={plan('{map[]}')}]",
            "moved since the review: operation went from UpdateBackendAPI to absent and status "
            "went from RUNNING to absent",
        ),
        (
            f"~~plan[{plan('{map[]}')}!={COMPLETED}]",
            "moved since the review: operation went from absent to UpdateBackendAPI and status "
            f"went from absent to COMPLETED ({LATER})",
        ),
        (f"=~plan[{plan('{map[]}')}]", "moved since the review: another state now"),
        ("=~plan[{map[action:{skipped}]}]", "moved since the review: left alone now"),
        (f"~-plan[{RUNNING}]", "moved since the review"),
        (
            f"~~matches[{R1}!={R1.replace('prod/1', 'prod/9')}]",
            "matched since the review: d2/prod/9; no longer matched since the review: d2/prod/1",
        ),
        (
            "~~status[{FAILED}], ~~operation[{A}]",
            "status is not as reviewed: the config has changed since; operation is not as "
            "reviewed: the config has changed since",
        ),
        ("x" * 2001, "x" * 1999 + "…"),
        ("in a way that nobody foresaw", "in a way that nobody foresaw"),
        (
            "~~previous[{map[status:{RUNNING}]}!={map[status:{FAILED}]}], =~changes[{2}]",
            "moved since the review",
        ),
        ("=+skipped[{when: status is COMPLETED, not RUNNING}]", "moved since the review"),
        (
            f"+-previous[{{map[status:{{RUNNING}}]}}], =+plan[{RUNNING}]",
            "was reviewed with an earlier release of pulumi-amplify-jobs",
        ),
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
        "(2026-11-26T00:55:54Z)`\n\n"
        "Preview again with `pulumi preview --save-plan`, review what it shows now, and run "
        "`pulumi up --plan` with the new plan.\n"
    )


def test_a_rule() -> None:
    text = explained(recorded("refused-rule.txt"), "it")
    assert "- `stuck`: `matched since the review: d2abcdefgh1234/prod/r3`\n" in text


def test_an_event_log_and_colours() -> None:
    message = f"error: resource {URN} violates plan: properties changed: =~plan[{COMPLETED}]"
    event = {"sequence": 1, "timestamp": 1, "diagnosticEvent": {"message": message}}
    assert "- `unstick`: " in explained(json.dumps(event) + "\n" + json.dumps(event), "it")
    assert "- `unstick`: " in explained(f"\x1b[31m{message}\x1b[0m", "it")


def test_output_without_a_refusal_is_an_error() -> None:
    with pytest.raises(ReportError, match="it reports no refused plan"):
        explained(recorded("first.json"), "it")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_code(text: str) -> None:
    folded = " ".join(text.split())
    value = plan(live(folded, folded))
    line = f"resource {URN} violates plan: properties changed: ~~plan[{value}!={RUNNING}]"
    lines = explained(line, "it").splitlines()
    assert lines[2].startswith("- `unstick`: `")
    assert lines[4].startswith("Preview again")
    assert len(lines) == 5


QUOTED = '{map[action:{skipped} reason:{when: status is "é", not X}]}'
IN_QUOTES = (
    'moved since the review: UpdateBackendAPI RUNNING then, left alone (when: status is "é", '
    "not X) now"
)


@pytest.mark.parametrize(
    "written",
    [
        lambda said: json.dumps({"sequence": 1, "diagnosticEvent": {"message": said}}),
        lambda said: json.dumps({"steps": [], "diagnostics": [{"message": said}]}, indent=4),
        lambda said: "{broken\n" + json.dumps({"diagnostics": [{}, {"message": said}]}) + "\n}",
        lambda said: f"before {said}behind",
    ],
    ids=["event log", "document", "among other text", "text"],
)
def test_a_refusal_is_told_once_however_it_is_written(written: Callable[[str], str]) -> None:
    message = f"resource {URN} violates plan: properties changed: ~~plan[{RUNNING}!={QUOTED}]\n"
    lines = explained(written(message), "it").splitlines()
    assert lines[0] == "**The plan was refused: 1 resource is not as reviewed.**"
    assert lines[2] == f"- `unstick`: `{IN_QUOTES}`"


def test_nested_without_end_is_no_json() -> None:
    said = f"resource {URN} violates plan: nobody knows"
    assert "- `unstick`: nobody knows\n" in explained('{"a":' + "[" * 100_000 + f"\n{said}", "it")


def test_several_refusals_are_counted_and_listed() -> None:
    gone = f"expected resource operations for {URN} but none were seen"
    other = f"resource {URN.replace('unstick', 'other')} violates plan: \x1b[31mred\x1b[0m"
    assert explained(f"{gone}\n{other}<{{%reset%}}>\n", "it") == (
        "**The plan was refused: 2 resources are not as reviewed.**\n\n"
        "- `unstick`: was reviewed, and is no longer declared\n"
        "- `other`: red\n\n"
        "Preview again with `pulumi preview --save-plan`, review what it shows now, and run "
        "`pulumi up --plan` with the new plan.\n"
    )


def test_what_is_no_urn_of_a_resource_is_named_as_it_is() -> None:
    refusal = refusal_in("expected resource operations for urn:pulumi:odd but none were seen")
    assert refusal is not None
    assert refusal.name == "urn:pulumi:odd"


def test_how_to_give_it_a_refusal() -> None:
    with pytest.raises(ReportError) as caught:
        explained("all is well", "up.txt")
    assert str(caught.value) == (
        "up.txt reports no refused plan: give it the whole output of pulumi up --plan or --strict, "
        "including standard error (2>&1)"
    )


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_a_line_feed_ends_a_message(sign: str) -> None:
    moved = plan(live(f"A{sign}B"))
    text = (
        f"error: resource {URN} violates plan: properties changed: ~~plan[{RUNNING}!={moved}]\r\n"
    )
    assert "status went from RUNNING to A" in explained(text, "x")


@pytest.mark.parametrize("name", ["the push of today", "a::b", "x violates plans"])
def test_a_name_is_told_whatever_it_is(name: str) -> None:
    urn = URN.removesuffix("unstick") + name
    for text in (
        f"resource {urn} violates plan: properties changed: ~~plan[{RUNNING}!={COMPLETED}]",
        f"expected resource operations for {urn} but none were seen",
    ):
        found = refusal_in(text)
        assert found is not None
        assert found.name == name


def test_what_a_refusal_quotes_is_no_refusal() -> None:
    other = URN.replace("unstick", "other")
    quoted = f"resource {other} violates plan: no"
    refusal = refusal_in(f"resource {URN} violates plan: {quoted}")
    assert refusal is not None
    assert (refusal.name, refusal.reason) == ("unstick", quoted)


@pytest.mark.timeout(60)  # what is tried again and again takes minutes
@pytest.mark.parametrize("begin", ["resource urn:pulumi:", "expected resource operations for urn:"])
def test_no_text_of_others_takes_long(begin: str) -> None:
    assert refusal_in(begin * 50_000) is None
