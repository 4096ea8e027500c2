"""The two that are compared: a stack under the real CLI, and one in the testing host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host, RunFailedError

from ..engine.project import Project
from ..samples import APP, ENVIRONMENT
from .scenarios import Driven, seeds
from .transcript import Part, Seen, parts, recorded

START = 1_763_942_500.0
"""The emulator's time at the first run, in epoch seconds; every run comes a minute later."""

Runs = dict[str, dict[str, Part]]
"""What was called in each run of a scenario."""


class _Driven:
    """Notes the calls of each run, by the run's number and name."""

    def __init__(self, folder: Path, emulator: Emulator, clock: list[float]) -> None:
        self.folder = folder
        self.emulator = emulator
        self.runs: Runs = {}
        self._clock = clock

    def note(self, name: str, calls: list[Seen]) -> None:
        self.runs[f"{len(self.runs) + 1} {name}"] = parts(calls, self.emulator.url)
        self._clock[0] += 60


class UnderEngine(_Driven):
    """A project driven through the CLI, which writes its calls into a file."""

    def __init__(self, folder: Path, emulator: Emulator, clock: list[float]) -> None:
        super().__init__(folder, emulator, clock)
        self._project = Project.create(folder, emulator.url)

    def configure(self, jobs: Mapping[str, Any]) -> None:
        self._project.configure(jobs)

    def program(self, text: str) -> None:
        self._project.program(text)

    def run(self, name: str, command: str, *options: str) -> None:
        path = self.folder / f"calls-{len(self.runs)}.jsonl"
        skip = () if command == "preview" else ("--yes", "--skip-preview")
        self._project.pulumi(command, *skip, *options, PULUMI_DEBUG_GRPC=str(path))
        self.note(name, list(recorded(path)))


class InHost(_Driven):
    """The same project in the testing host."""

    def __init__(self, folder: Path, emulator: Emulator, clock: list[float]) -> None:
        super().__init__(folder, emulator, clock)
        root = Path(__file__).parents[2]
        for name in ("Pulumi.yaml", "__main__.py"):
            (folder / name).write_text((root / name).read_text())
        self.host = Host(folder)

    def configure(self, jobs: Mapping[str, Any]) -> None:
        self.host.config = {
            "aws:region": "eu-west-1",
            "amplify-jobs:endpoint": self.emulator.url,
            "amplify-jobs:defaults": {"appId": APP, "backendEnvironmentName": ENVIRONMENT},
            "amplify-jobs:jobs": dict(jobs),
        }

    def program(self, text: str) -> None:
        (self.folder / "__main__.py").write_text(text)

    def run(self, name: str, command: str, *options: str) -> None:
        arguments = {"refresh": False} if "--refresh=false" in options else {}
        with suppress(RunFailedError):
            getattr(self.host, command)(**arguments)
        calls = [Seen(c.method, c.request, c.answer, c.error) for c in self.host.calls]
        self.note(name, calls)


def under_engine(scenario: Callable[[Driven], None], folder: Path) -> Runs:
    """Return what the engine called."""
    clock = [START]
    with Emulator(seed=seeds(), clock=lambda: clock[0]) as emulator:
        driven = UnderEngine(folder, emulator, clock)
        scenario(driven)
    return driven.runs


def in_host(scenario: Callable[[Driven], None], folder: Path) -> Runs:
    """Return what the testing host called."""
    clock = [START]
    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator(seed=seeds(), clock=lambda: clock[0]))
        driven = InHost(folder, emulator, clock)
        stack.enter_context(driven.host)
        scenario(driven)
    return driven.runs
