"""The rows of docs/reliability.md, each a module."""

from __future__ import annotations

from collections.abc import Mapping

from ..row import Row
from . import (
    broken_builds,
    foreign_writes,
    lost_answers,
    mixed_faults,
    model_requests,
    no_answers,
    outages,
    pairs,
    signals,
    stale_reads,
    stories,
    surroundings,
    texts,
    what_updates_do,
)

_MODULES = (
    mixed_faults,
    outages,
    lost_answers,
    no_answers,
    stale_reads,
    what_updates_do,
    foreign_writes,
    signals,
    pairs,
    surroundings,
    texts,
    model_requests,
    stories,
    broken_builds,
)
ROWS: Mapping[str, Row] = {module.ROW.name: module.ROW for module in _MODULES}
"""By their names, in the page's order."""
