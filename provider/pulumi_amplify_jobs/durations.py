"""Durations as people write them: 90s, 30m, 1h30m."""

from __future__ import annotations

import re

PATTERN = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
"""What a duration looks like; one that is all zeros is none."""


def parse_duration(text: str) -> float:
    """Return the seconds of a duration such as 90s, 30m or 1h30m. Raises ValueError."""
    match = PATTERN.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if total == 0:
        raise ValueError(f"{text!r} is no duration: write 90s, 30m or 1h30m")
    return float(total)
