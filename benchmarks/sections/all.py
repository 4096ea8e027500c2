"""Every section by its name, in the order in which `make bench` runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from ..results import Measurement
from . import emulated_call, ending, one_rule, reports, scale, startup, targets
from .studies import STUDIES, measure

Sections = Mapping[str, Callable[[], Iterable[Measurement]]]

BENCHMARKS: Sections = {
    startup.STUDY: startup.measure,
    reports.STUDY: reports.measure,
    emulated_call.STUDY: emulated_call.measure,
    ending.STUDY: ending.measure,
    **{study.name: partial(measure, study) for study in STUDIES},
    one_rule.STUDY: one_rule.measure,
}
"""Those of docs/benchmarks.md."""
SCALE: Sections = {scale.STUDY: scale.measure, targets.STUDY: targets.measure}
"""Those of docs/scale.md."""
SECTIONS: Sections = {**BENCHMARKS, **SCALE}


def absent() -> dict[str, str]:
    """Return the columns that can't be measured here, with the reason."""
    columns = {column for study in STUDIES for column in study.columns}
    found = ((column.name, column.absent()) for column in columns)
    return {name: reason for name, reason in sorted(found) if reason}
