"""The emulator, on which all else here stands, gets requests that botocore's models describe."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.requests import attempt

from ..row import Row, Setting
from ..trial import Trial
from .texts import trial_of

ROUNDS, EXAMPLES = 20, 1000


def commands(setting: Setting, rounds: int = ROUNDS, examples: int = EXAMPLES) -> Iterator[Trial]:
    """Send so many requests, round after round."""
    for _ in range(rounds):
        yield trial_of("requests", attempt(setting.random.randrange(2**31), examples))


ROW = Row(
    name="requests of the model",
    fault="Requests to the emulator, made from botocore's models, and near misses of them",
    promise="Each answer fits the model, nothing fails within, and only an update changes a job",
    amount=f"{ROUNDS * EXAMPLES:,} requests",
    commands=commands,
    minutes=0.7,
)
