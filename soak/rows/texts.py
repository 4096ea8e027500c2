"""Readers of text from outside get text that nobody would write."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.running import Found, fuzz, unavailable
from fuzz.targets import NAMES

from ..row import Row, Setting
from ..trial import Trial

ROUNDS, SECONDS = 3, 60


def commands(setting: Setting, rounds: int = ROUNDS, seconds: int = SECONDS) -> Iterator[Trial]:
    """Try each reader for some seconds; each round goes on where the last one ended."""
    for _ in range(rounds):
        for name in NAMES:
            yield trial_of(name, fuzz(name, seconds, seed=setting.random.randrange(1, 2**31)))


def trial_of(name: str, found: Found) -> Trial:
    """Return what came of it: every input counts as a fault."""
    said = found.broke or ""
    leaks = int("a secret is shown" in said)
    wrong = not said or leaks or said.startswith("AssertionError")
    return Trial(
        name,
        faults=found.inputs,
        tracebacks=int(not wrong),
        leaks=leaks,
        broken=(said,) if said else (),
    )


ROW = Row(
    name="broken texts",
    fault="Config files, answers, previews and comments that a fuzzer makes (atheris), "
    "to reach as much code as it can",
    promise="Each is read right, or refused in one line: the engine's reading, `validate`, a "
    "second run and the answer itself agree; no secret is shown",
    amount=f"{ROUNDS * SECONDS // 60} minutes for each of {len(NAMES)} readers",
    commands=commands,
    needs=unavailable,
    minutes=12.8,
)
