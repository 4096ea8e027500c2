"""Every input that reached far, or once broke a reader, through its reader, without a fuzzer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fuzz.target import Target
from fuzz.targets import NAMES, load


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    found = load(request.param)
    yield found
    found.end()


each_target = pytest.mark.parametrize("target", NAMES, indirect=True)


@each_target
def test_what_is_kept_and_the_samples_are_read(target: Target) -> None:
    assert list(target.corpus.iterdir())
    broken = {data: said for data in target.inputs() if (said := what_breaks(target, data))}
    assert broken == {}


def what_breaks(target: Target, data: bytes) -> str | None:
    """Return what a target says of an input that it may not say."""
    try:
        target.check(data)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is what breaks it)
        return f"{type(error).__name__}: {error}"
    return None
