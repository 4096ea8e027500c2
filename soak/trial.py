"""What came of one run under a fault, and the sum of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

MUST_BE_ZERO = {
    "lost_writes": "lost writes",
    "unreviewed_writes": "unreviewed writes",
    "false_successes": "false successes",
    "tracebacks": "tracebacks",
    "leaks": "leaks",
}
"""The numbers that must be zero in each trial, by their field, in words."""


@dataclass(frozen=True)
class Trial:
    """What came of one run, or of a few that belong together."""

    name: str
    runs: int = 1
    """Commands, or runs of the engine."""
    faults: int = 0
    """Calls that a fault struck, signals that were sent, or whatever else went wrong on purpose."""
    calls: int = 0
    wasted: int = 0
    """Calls that would not have been made without the faults."""
    lost_writes: int = 0
    """Jobs that were said to be written, or whose write was confirmed, and don't show it."""
    unreviewed_writes: int = 0
    """Updates of jobs that nobody declared, or to other values than were declared."""
    false_successes: int = 0
    """Runs that ended well although something was not as declared."""
    tracebacks: int = 0
    leaks: int = 0
    """Runs that printed or kept a part of a secret."""
    broken: tuple[str, ...] = ()
    """What else did not hold, in words."""
    met: Mapping[str, int] = field(default_factory=dict)
    """What is rare and was to happen, and how often it did."""

    @property
    def wrong(self) -> dict[str, int]:
        """How much there was of what may not be, by its name in words."""
        counts = {words: getattr(self, name) for name, words in MUST_BE_ZERO.items()}
        return {**counts, "promises broken": len(self.broken)}

    @property
    def wrong_in_words(self) -> list[str]:
        """What there was of that, each with its count."""
        return [f"{words} ({count})" for words, count in self.wrong.items() if count]

    @property
    def bad(self) -> bool:
        """Whether anything happened that may not."""
        return any(self.wrong.values())


@dataclass
class Figures:
    """What a row's trials came to."""

    trials: int = 0
    total: Trial = field(default_factory=lambda: Trial("all", runs=0))
    """The sum of them."""
    peak: int = 0
    """Bytes of memory that the largest process of this project had."""
    seconds: float = 0.0
    whole: bool = False
    """Whether all was done that the row has, before its time was over."""
    by_name: dict[str, int] = field(default_factory=dict)
    """How many trials there were of each kind."""
    bad: list[str] = field(default_factory=list)
    """The trials in which something happened that may not."""
    absent: dict[str, str] = field(default_factory=dict)
    """Trials that could not be made on this machine, with the reason."""

    def add(self, trial: Trial) -> None:
        """Add what came of one trial."""
        self.trials += 1
        self.total = together(self.total.name, (self.total, trial))
        self.by_name[trial.name] = self.by_name.get(trial.name, 0) + 1
        if trial.bad:
            self.bad.append(said(trial))


def said(trial: Trial) -> str:
    """Return what of a trial may not be, in one line."""
    return f"{trial.name}: {'; '.join((*trial.wrong_in_words, *trial.broken))}"


def together(name: str, trials: Iterable[Trial]) -> Trial:
    """Return several trials as one."""
    given = list(trials)
    numbers = [each.name for each in fields(Trial) if each.name not in ("name", "broken", "met")]
    sums = {number: sum(getattr(trial, number) for trial in given) for number in numbers}
    met: Counter[str] = Counter()
    for each in given:
        met.update(each.met)
    broken = tuple(what for trial in given for what in trial.broken)
    return Trial(name, **sums, broken=broken, met=dict(met))
