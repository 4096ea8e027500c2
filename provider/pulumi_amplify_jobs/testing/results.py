"""What a run of the testing host planned or did, as data, and how that is noted down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..errors import AmplifyJobsError
from .resources import labels
from .wire import Bag, plain, shown

Operation = Literal["same", "create", "update", "replace", "delete"]
"""What becomes of a resource, in Pulumi's words."""

Severity = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True)
class Step:
    """What a run planned or did for one resource. Secrets stand in it as plain values."""

    operation: Operation
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """The checked inputs, computed ones too; of a deleted resource, the last ones."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """The outputs after the step. In a preview of a change they are the inputs, as Pulumi has it;
    of a deleted resource, the last ones."""
    old_inputs: Mapping[str, Any] = field(default_factory=dict)
    """The inputs before the step, and after the refresh if there was one: where a job drifted, they
    hold the live values."""

    @property
    def diff(self) -> dict[str, tuple[Any, Any]]:
        """The inputs that differ, as (before, after); None is absent."""
        names = sorted({*self.inputs, *self.old_inputs})
        pairs = {name: (self.old_inputs.get(name), self.inputs.get(name)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True)
class Line:
    """A line that the program or a provider logged."""

    severity: Severity
    message: str
    resource: str = ""
    """The resource's name, or empty."""


@dataclass(frozen=True)
class Problem:
    """Why a run failed."""

    message: str
    resource: str = ""
    """The name of the resource that it is about; empty for the program's own."""
    property: str = ""
    """The input that a provider's check refused, or empty."""

    def __str__(self) -> str:
        """Return the problem as one line."""
        return f"{self.resource}: {self.message}" if self.resource else self.message


@dataclass(frozen=True)
class Result:
    """What came of a preview, an up, a refresh or a destroy."""

    steps: Mapping[str, Step]
    """By the resource's name."""
    refreshed: Mapping[str, Operation]
    """What the refresh found to have moved (update) or gone (delete), by the resource's name."""
    outputs: Mapping[str, Any]
    """The stack's outputs. UNKNOWN stands for what is known only after an up."""
    log: tuple[Line, ...]
    errors: tuple[Problem, ...]
    printed: str = ""
    """What the program wrote to its standard output and standard error."""

    @property
    def changes(self) -> dict[str, Operation]:
        """What changes, by the resource's name; what stays the same is left out."""
        steps = self.steps.items()
        return {name: step.operation for name, step in steps if step.operation != "same"}

    @property
    def warnings(self) -> list[str]:
        """The warnings that the program and the providers logged."""
        return [line.message for line in self.log if line.severity == "warning"]


class HostError(AmplifyJobsError):
    """The testing host can't do what is asked of it; one line."""


class RunFailedError(HostError):
    """A run failed, as `pulumi` would with an exit code; `result` is what was done before."""

    def __init__(self, result: Result) -> None:
        super().__init__("\n".join(str(problem) for problem in result.errors))
        self.result = result

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Why it failed."""
        return self.result.errors


@dataclass
class Journal:
    """What happens in a run, noted as it happens. Every method may be called from any thread."""

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
        """Say once more that the run has failed: a signal may come too early to be heard."""
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
