"""The rows of docs/reliability.md, each a module."""

from __future__ import annotations

from collections.abc import Mapping

from ..row import Row
from . import lost_answers, mixed_faults, outages, signals

ROWS: Mapping[str, Row] = {
    module.ROW.name: module.ROW for module in (mixed_faults, outages, lost_answers, signals)
}
"""By their names, in the page's order."""
