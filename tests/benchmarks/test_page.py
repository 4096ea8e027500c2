"""Each page of the benchmarks and its pictures are what the JSON beside it makes of them."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

import pytest

from benchmarks.page.markdown import page
from benchmarks.page.pictures import Bars, Picture, digest, pictures
from benchmarks.page.write import IMAGES, PAGES, Page
from benchmarks.results import Machine, Results

WRITE = "run python -m benchmarks.page.write"
PICTURES = pictures(PAGES[0].read())

each_page = pytest.mark.parametrize("made", PAGES, ids=lambda made: made.name)


@each_page
def test_the_page_is_what_the_document_makes(made: Page) -> None:
    assert made.file.read_text(encoding="utf-8") == made.text(made.read()), WRITE


@each_page
def test_the_document_is_read_and_written_without_loss(made: Page) -> None:
    text = made.document.read_text(encoding="utf-8")
    assert Results.from_json(text).to_json() == text


def test_a_machine_where_little_can_be_measured_has_a_page_too() -> None:
    absent = {"Terraform local-exec": "`terraform` is not installed"}
    text = page(Results(Machine(("a processor",), {"Python": "3.14"}, 1, 0.01), absent, ()))
    assert "not measured" in text
    assert "(**absent here:** `terraform` is not installed)" in text
    assert "images/" not in text


@each_page
def test_it_names_neither_a_host_nor_a_path(made: Page) -> None:
    text = made.document.read_text(encoding="utf-8") + made.file.read_text(encoding="utf-8")
    assert not re.findall(r"(?<![\w./:])/(?:home|root|tmp|opt|usr|work|Users)\b", text)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.file)
class TestEachPicture:
    def test_it_shows_the_documents_figures(self, picture: Picture) -> None:
        svg = (IMAGES / picture.file).read_text(encoding="utf-8")
        assert f"<desc>{digest(picture)}</desc>" in svg, WRITE

    def test_it_makes_no_request(self, picture: Picture) -> None:
        svg = (IMAGES / picture.file).read_text(encoding="utf-8")
        assert not re.findall(r"(?:href|src)=\"(?!#)[^\"]+|@import|url\((?!#)", svg)

    def test_it_is_drawn_the_same_again(self, picture: Picture) -> None:
        pytest.importorskip("matplotlib", reason="no matplotlib, make bench installs it")
        from benchmarks.page.drawing import drawn

        svg = drawn(picture)
        assert svg == drawn(picture)
        assert digest(picture) in svg
        if isinstance(picture, Bars):
            for bar in picture.bars:
                assert escape(bar.label, quote=False) in svg
                assert escape(bar.text, quote=False) in svg


def test_a_section_that_is_measured_again_takes_the_place_of_the_last_one() -> None:
    before = PAGES[0].read()
    again = tuple(each for each in before.measurements if each.study == "plan-5")[:1]
    found = before.replaced(replace(before, measurements=again))
    assert found is not None
    others = tuple(each for each in before.measurements if each.study != "plan-5")
    assert found.measurements == (*others, *again)
    elsewhere = replace(before.machine, hardware=("another",))
    assert before.replaced(replace(before, machine=elsewhere, measurements=again)) is None
