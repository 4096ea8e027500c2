"""Arguments that are known only in an update: they stay as they are, the rest is checked."""

from __future__ import annotations


class Unknown:
    """The one value of its kind, in place of one that is not known yet."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
