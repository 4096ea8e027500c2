"""Fixtures around the testing host."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host, Result, calls
from pulumi_amplify_jobs.testing.results import Journal
from pulumi_amplify_jobs.testing.services import EngineService, serving
from pulumi_amplify_jobs.testing.wire import Bag

from .launcher import Launcher
from .registering import Registering
from .resources import PROJECT
from .ruled import Ruled
from .stack import Stack

ROOT = Path(__file__).parents[2]
WITHOUT_FRAMES = Path(__file__).parent / "without_frames"
ABOUT_THE_HOST = "differs from the versions that pulumi-amplify-jobs"
WHERE = re.compile(
    r"\A(?:Exception calling application"
    r"|(?:Traceback .*?\n)?pulumi_amplify_jobs\.dynamic\.\w+\.\w+): ",
    re.DOTALL,
)
"""What stands before an error's text where the plugin reports it by itself: gRPC's words with the
oldest SDK that is allowed (3.235), the exception's class with the newest."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have marked tests run twice: with the frames of the SDK's plugin around them, and without."""
    marked = metafunc.definition.get_closest_marker("also_without_frames") is not None
    if marked and not metafunc.config.getoption("without_frames"):
        metafunc.parametrize("frames", [True, False], ids=["frames", "no frames"], indirect=True)


def failure_of(read: Callable[[Any], calls.CallFailed]) -> Callable[[Any], calls.CallFailed]:
    """Return how a failed call is read: without what only says in which class it failed."""

    def failure(error: Any) -> calls.CallFailed:
        found = read(error)
        return calls.CallFailed(WHERE.sub("", found.message).rstrip("\n"), found.partial)

    return failure


def result_of(
    close: Callable[[Journal, str], Result], less_well: list[str]
) -> Callable[[Journal, str], Result]:
    """Return how a journal is closed: with the warnings about the host taken out of it."""

    def result(journal: Journal, printed: str) -> Result:
        found = close(journal, printed)
        own = [line for line in found.log if ABOUT_THE_HOST in line.message]
        less_well.extend(line.message for line in own)
        return replace(found, log=tuple(line for line in found.log if line not in own))

    return result


@pytest.fixture
def less_well() -> list[str]:
    """The warnings of what works less well; in a host without frames no result has them."""
    return []


@pytest.fixture(autouse=True)
def frames(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, less_well: list[str]
) -> bool:
    """Whether the provider finds the frames of the SDK's plugin around it."""
    found: bool = getattr(request, "param", not request.config.getoption("without_frames"))
    if not found:
        monkeypatch.setenv("PYTHONPATH", str(WITHOUT_FRAMES))
        monkeypatch.setattr(calls, "_failure", failure_of(calls._failure))
        monkeypatch.setattr(Journal, "result", result_of(Journal.result, less_well))
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder."""
    (tmp_path / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
    return tmp_path


@pytest.fixture
def settings(emulator: Emulator) -> dict[str, Any]:
    """Stack config that points at the emulator, and fails fast."""
    return {
        "aws:region": "eu-west-1",
        "amplify-jobs:endpoint": emulator.url,
        "amplify-jobs:maxRetries": "0",
    }


@pytest.fixture
def stack(project: Path, settings: dict[str, Any]) -> Iterator[Stack]:
    """A stack without jobs, for the emulator."""
    jobs: dict[str, Bag] = {}
    with Host(project, program=Registering(jobs)) as host:
        yield Stack(host, jobs, settings)


@pytest.fixture
def host(project: Path, emulator: Emulator) -> Iterator[Host]:
    """A project with our own program, on the emulator."""
    shutil.copy(ROOT / "__main__.py", project)
    with Host(project, endpoint=emulator.url) as host:
        yield host


@pytest.fixture
def ruled(host: Host) -> Ruled:
    """Configures the host with rules by name, and with jobs."""
    return Ruled(host)


@pytest.fixture
def journal() -> Journal:
    """What is logged to `engine`."""
    return Journal()


@pytest.fixture
def engine(journal: Journal) -> Iterator[str]:
    """The address of an engine's own service."""
    with serving(EngineService(lambda: journal)) as address:
        yield address


@pytest.fixture
def launch(engine: str, project: Path) -> Iterator[Launcher]:
    """Starts plugin processes; whatever a test does, none is left behind."""
    launcher = Launcher(engine, project)
    yield launcher
    launcher.stop()
