"""How long to pause between two looks at a job."""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 30.0
PAUSE_GROWTH = 1.5


def pauses(dice: random.Random) -> Iterator[float]:
    """Yield the seconds before each look, without end: growing, and between half and all of that.

    The jitter keeps waits that began together from asking together for ever.
    """
    longest = FIRST_PAUSE
    while True:
        yield dice.uniform(longest / 2, longest)
        longest = min(longest * PAUSE_GROWTH, LONGEST_PAUSE)
