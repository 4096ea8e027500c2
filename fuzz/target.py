"""A reader under test, and what tells that it went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pulumi_amplify_jobs.redaction import PART, learn

HERE = Path(__file__).parent
PARTS = b"\n%%\n"
"""Between the parts of an input that is made of several texts."""

CANARY = "Cn4ry9f3KqZ7wXv2Lm8T"
"""Stands for a credential in use, which no text that leaves may show."""
learn(CANARY)


@dataclass(frozen=True)
class Target:
    """A reader."""

    name: str
    check: Callable[[bytes], None]
    """Has it read an input. Raises what the reader may not, AssertionError for a wrong result."""
    seeds: Callable[[], Iterable[bytes]]
    """Returns inputs to begin with, from samples of the tests and the examples."""
    words: tuple[str, ...]
    """Pieces that inputs are made of."""
    longest: int = 4096
    """Bytes of the longest input that is made."""
    end: Callable[[], None] = lambda: None
    """Removes what trying it has left."""

    @property
    def corpus(self) -> Path:
        """Where inputs that reach far are kept."""
        return HERE / "corpus" / self.name

    @property
    def crashes(self) -> Path:
        """Where inputs that once broke it are kept."""
        return HERE / "crashes" / self.name

    def inputs(self) -> Iterator[bytes]:
        """Yield every input that is kept, and the seeds."""
        for folder in (self.crashes, self.corpus):
            for path in sorted(folder.glob("*")):
                yield path.read_bytes()
        yield from self.seeds()


def parts_of(data: bytes, number: int) -> list[bytes]:
    """Return the parts of an input, exactly so many."""
    parts = data.split(PARTS, number - 1)
    return [*parts, *[b""] * (number - len(parts))]


def nested() -> Iterator[str]:
    """Yield JSON that is nested deeper than Python's own functions go, which no fuzzer comes to."""
    for depth in (60, 150, 500, 950, 1500):
        yield "[" * depth + "]" * depth
        yield '{"a":' * depth + "1" + "}" * depth


def assert_line(text: str, longest: int = 2000) -> None:
    """Check that a text is one line that may be shown: printable, bounded, and without a secret."""
    assert text.isprintable(), f"not one printable line: {text!r}"
    assert len(text) <= longest, f"a line of {len(text)} characters: {text[:200]!r}…"
    assert_no_canary(text)


def assert_no_canary(text: str) -> None:
    """Check that a text gives away no part of the secret."""
    for start in range(len(CANARY) - PART + 1):
        assert CANARY[start : start + PART] not in text, f"a secret is shown: {text!r}"
