"""The token: where it comes from, and how it stays out of what is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..redaction import learn
from .errors import TokenError

VARIABLES = ("GITHUB_TOKEN", "GH_TOKEN")
"""In this order, as in GitHub Actions; the second is the name that the gh command knows."""

USABLE = re.compile(r"[!-~]+")
"""What a header can carry."""


@dataclass(frozen=True, repr=False)
class Token:
    """A token; it shows itself to nobody who does not ask for `value`."""

    value: str

    def __post_init__(self) -> None:
        learn(self.value)

    def __repr__(self) -> str:
        return "Token(***)"


def find_token(environment: Mapping[str, str]) -> Token | None:
    """Return the environment's token; an empty variable is none. Raises TokenError."""
    for variable in VARIABLES:
        value = environment.get(variable, "").strip()
        if value and not USABLE.fullmatch(value):
            raise TokenError(
                f"{variable} is not a token: it has whitespace or other invalid characters"
            )
        if value:
            return Token(value)
    return None
