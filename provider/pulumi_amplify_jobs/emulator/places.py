"""Where apps and jobs are: in a region of an account."""

import re
from typing import NamedTuple

ACCOUNT_ID = re.compile(r"[0-9]{12}")


class Place(NamedTuple):
    """A region of an account."""

    account_id: str
    region: str

    def __str__(self) -> str:
        """Return the place as the database has it."""
        return f"{self.account_id}/{self.region}"


DEFAULT = Place("123456789012", "eu-west-1")
"""Where everything is that no account was named for.

While its account is not declared, requests signed for any region find it.
"""
