"""docs/reliability.md, from made-up figures."""

from __future__ import annotations

import re

import pytest

from soak.page import PAGE, reliability_page
from soak.report import WITH_ENGINE, WITHOUT_ENGINE, Document, Soak
from soak.row import LANES
from soak.rows import ROWS
from soak.trial import Figures, Trial

VERSIONS = {"Python": "3.11", "pulumi": "3.272", "botocore": "1.44", "Pulumi CLI": "3.260"}


def figures(*trials: Trial, whole: bool = True) -> Figures:
    found = Figures(seconds=61.4, peak=90_000_000, whole=whole)
    for each in trials:
        found.add(each)
    return found


def soak(**rows: Figures) -> Soak:
    return Soak("abc1234", "2026-11-26", 31.2, 30, 7, ("2 cores",), VERSIONS, rows)


GOOD = Trial("apply", runs=2, faults=3, calls=40, wasted=3)
BAD = Trial("apply", false_successes=1, broken=("j1 was overwritten\nby someone",))


def test_each_row_has_its_promise() -> None:
    page = reliability_page(Document())
    assert all(f"| {row.name} | {row.fault} | {row.promise} |" in page for row in ROWS.values())


def test_a_run_has_its_figures_and_how_to_make_it_again() -> None:
    kinds = {WITH_ENGINE: soak(signals=figures(GOOD, GOOD)), WITHOUT_ENGINE: soak(pairs=figures())}
    page = reliability_page(Document(kinds))
    assert "| signals | 2 | 4 | 6 | 80 | 6 | 90 | 61 | 0 | 0 | 0 | 0 | 0 | 0 |" in page
    assert "- signals: apply (2)." in page
    assert '`SOAK_MINUTES=30 make soak ARGS="--seed 7"`' in page
    assert '`SOAK_MINUTES=30 make soak ARGS="--seed 7 --no-engine"`' in page


def test_what_may_not_be_is_named_with_its_trial() -> None:
    page = reliability_page(Document({WITH_ENGINE: soak(pairs=figures(GOOD, BAD, whole=False))}))
    assert "- pairs, as far as its share of the time went: apply (2)." in page
    said = "false successes (1); promises broken (1); j1 was overwritten by someone"
    assert f"  - apply: {said}" in page


def test_what_was_met_is_counted() -> None:
    met = [Trial("500 steps", met={"cancels": count, "kills": 0}) for count in (3, 1_200)]
    page = reliability_page(Document({WITHOUT_ENGINE: soak(stories=figures(*met))}))
    assert "  - In them: cancels (1,203), kills (0)." in page


def test_what_can_not_be_tried_on_this_machine_is_named() -> None:
    found = figures(GOOD)
    found.absent["a clock that jumps"] = "no libfaketime"
    page = reliability_page(Document({WITH_ENGINE: soak(surroundings=found)}))
    assert "  - a clock that jumps: not tried, no libfaketime." in page


def test_the_page_says_how_long_all_that_is_promised_takes() -> None:
    page = reliability_page(Document())
    minutes = sum(row.minutes for row in ROWS.values()) / LANES
    [said] = re.findall(r"minutes with an engine and (\d+) without", page)
    assert abs(int(said) - minutes) < 3


@pytest.mark.skipif(not PAGE.exists(), reason="no soak was published yet, run make soak")
def test_the_page_is_that_of_its_document() -> None:
    assert PAGE.read_text() == reliability_page(Document.read())
