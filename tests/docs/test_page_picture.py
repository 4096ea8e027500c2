"""The picture of a report's page shows the page that a run makes now."""

from __future__ import annotations

import struct

from reference.page_picture import PICTURE, SIGNATURE, WIDTH, is_of, page_now


def test_the_picture_is_of_the_page_that_a_run_makes_now() -> None:
    assert is_of(PICTURE.read_bytes(), page_now()), "run make docs, where there is Chromium"


def test_the_picture_is_of_a_modest_size() -> None:
    content = PICTURE.read_bytes()
    assert content.startswith(SIGNATURE)
    assert struct.unpack(">I", content[16:20]) == (WIDTH,)
    assert len(content) < 250_000
