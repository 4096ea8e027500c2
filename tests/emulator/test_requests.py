"""Requests that botocore's models describe, and near misses: every answer fits the model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from fuzz.requests import Sent, Trying, requests
from pulumi_amplify_jobs.emulator import Emulator


@pytest.fixture(scope="module")
def trying() -> Iterator[Trying]:
    with Emulator() as emulator, Trying(emulator) as trying:
        yield trying


@settings(max_examples=200)
@given(requests())
def test_every_answer_fits_the_model(trying: Trying, sent: Sent) -> None:
    trying.check(sent)
