"""What happens in a run, noted down while it happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .resources import labels
from .results import Line, Operation, Problem, Result, Step
from .wire import Bag, plain, shown


@dataclass
class Journal:
    """Notes by URN. Every method may be called from any thread."""

    steps: dict[str, Step] = field(default_factory=dict)
    refreshed: dict[str, Operation] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _on_failure: Callable[[], None] = lambda: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def failed(self) -> bool:
        """Say whether there was a problem."""
        return bool(self.problems)

    def step(
        self, urn: str, operation: Operation, inputs: Bag, outputs: Bag, old_inputs: Bag
    ) -> None:
        """Note what was planned or done for a resource."""
        self.steps[urn] = Step(operation, shown(inputs), shown(outputs), shown(old_inputs))

    def watch(self, on_failure: Callable[[], None]) -> None:
        """Have a function called at each problem, and now if there was one: the run is to end."""
        self._on_failure = on_failure
        if self.failed:
            on_failure()

    def problem(self, problem: Problem) -> None:
        """Note why the run fails."""
        with self._lock:
            self.problems.append(problem)
        self._on_failure()

    def remind(self) -> None:
        """Tell once more that the run has failed: a signal may come too early to be heard."""
        self._on_failure()

    def result(self, printed: str) -> Result:
        """Return the notes as a result."""
        names = labels({*self.steps, *self.refreshed})
        return Result(
            steps={names[urn]: step for urn, step in self.steps.items()},
            refreshed={names[urn]: found for urn, found in self.refreshed.items()},
            outputs=plain(self.outputs),
            log=tuple(self.lines),
            errors=tuple(self.problems),
            printed=printed,
        )
