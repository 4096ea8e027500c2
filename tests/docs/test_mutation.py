"""docs/mutation.json: every deciding module was tried, and no mutant survives without a reason."""

from __future__ import annotations

import re

import pytest

from mutation.kept import LEAST, load, reasons
from mutation.modules import MODULES

from .blocks import ROOT

RESULTS = load()


def test_each_deciding_module_was_tried() -> None:
    assert list(RESULTS) == list(MODULES)


def test_what_the_page_leaves_out_is_there_and_is_not_tried() -> None:
    page = (ROOT / "docs" / "mutation.md").read_text(encoding="utf-8")
    [listed] = re.findall(r"Not tried so far: (.+?)\. They", page, re.DOTALL)
    left_out = re.findall(r"`([\w/]+)\.py`", listed)
    assert left_out
    for module in left_out:
        assert (ROOT / "provider" / "pulumi_amplify_jobs" / f"{module}.py").is_file()
        assert module not in MODULES


@pytest.mark.parametrize("module", MODULES)
def test_its_tests_are_there_and_notice_nine_mutants_of_ten(module: str) -> None:
    assert (ROOT / "provider" / "pulumi_amplify_jobs" / f"{module}.py").is_file()
    assert all((ROOT / "tests" / each).is_file() for each in MODULES[module])
    assert RESULTS[module].score >= LEAST


@pytest.mark.parametrize("module", MODULES)
def test_each_survivor_has_its_reason(module: str) -> None:
    known = reasons().get(module, {})
    for survivor in RESULTS[module].survivors:
        assert known.get(survivor), survivor


def test_no_reason_is_for_a_mutant_that_is_noticed() -> None:
    found = {module: set(each.survivors) for module, each in RESULTS.items()}
    for module, known in reasons().items():
        assert set(known) <= found[module]
