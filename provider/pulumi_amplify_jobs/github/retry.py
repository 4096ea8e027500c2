"""How long to wait before a call is retried: pure decisions.

Rate limits: docs.github.com, "Rate limits for the REST API" and "Best practices for using the REST
API": after a refusal, wait for Retry-After; else, where nothing remains, until the reset; else, a
minute and more each time.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from ..clock import Backoff
from ..domain.times import http_seconds
from .errors import READ_ONLY

BACKOFF = Backoff(first=1.0, longest=30.0)
LIMITED_PAUSE = 60.0
"""Seconds to wait at least where a limit is reached and nothing says how long it lasts."""

LIMIT_MESSAGES = ("secondary rate limit", "rate limit exceeded", "abuse detection")


def is_limited(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Say whether an answer is a rate limit's; names of headers are lower case."""
    if status == 429:
        return True
    if status != 403 or READ_ONLY in message.lower():
        return False
    limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return limited or any(each in message.lower() for each in LIMIT_MESSAGES)


def limit_pause(
    headers: Mapping[str, str], epoch: float, limits: int, dice: random.Random
) -> float:
    """Return the seconds to wait after a rate limit, the `limits`th one; `epoch` is now.

    A little is added, so that the jobs of one workflow do not all come back together.
    """
    seconds = _retry_after(headers.get("retry-after", ""), epoch)
    reset = headers.get("x-ratelimit-reset", "")
    if seconds is None and headers.get("x-ratelimit-remaining") == "0" and _is_number(reset):
        seconds = max(0.0, float(reset) - epoch)
    if seconds is None:
        seconds = LIMITED_PAUSE * 2.0 ** min(limits - 1, 20)
    return seconds + dice.uniform(0, BACKOFF.first)


def _retry_after(text: str, epoch: float) -> float | None:
    """Return the seconds that a Retry-After names: a number, or a moment (RFC 9110, 10.2.3)."""
    if _is_number(text):
        return float(text)
    moment = http_seconds(text)
    return None if moment is None else max(0.0, moment - epoch)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12
