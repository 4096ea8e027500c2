"""The pictures of a report show what a run makes now."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from reference import comment_picture, page_picture
from reference.page_picture import SIGNATURE, WIDTH, is_of

PICTURES = [(each.PICTURE, each.page_now) for each in (page_picture, comment_picture)]
paths = pytest.mark.parametrize(("picture", "page_now"), PICTURES, ids=["page", "comment"])


@paths
def test_the_picture_is_of_the_page_that_a_run_makes_now(
    picture: Path, page_now: Callable[[], str]
) -> None:
    assert is_of(picture.read_bytes(), page_now()), "run make docs, where there is Chromium"


@paths
def test_the_picture_is_of_a_modest_size(picture: Path, page_now: Callable[[], str]) -> None:
    content = picture.read_bytes()
    assert content.startswith(SIGNATURE)
    assert struct.unpack(">I", content[16:20]) == (WIDTH,)
    assert len(content) < 250_000
