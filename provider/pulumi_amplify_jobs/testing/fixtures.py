"""The fixtures that pytest finds by itself wherever this package is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..emulator import Emulator
    from .host import Host


@pytest.fixture(scope="session")
def _amplify_jobs_server() -> Iterator[Emulator]:
    """Start one emulator for all tests: a server's start and end take longer than most of them."""
    try:
        from ..emulator import Emulator
    except ModuleNotFoundError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def amplify_jobs_emulator(_amplify_jobs_server: Emulator) -> Emulator:
    """Give an emulator of AmplifyBackend with no jobs, no faults and no requests so far."""
    _amplify_jobs_server.reset()
    _amplify_jobs_server.latency = 0.0
    _amplify_jobs_server.updates = "set"
    return _amplify_jobs_server


@pytest.fixture
def amplify_jobs_host(
    amplify_jobs_emulator: Emulator, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Host]]:
    """Give a function that opens a stack on the test's emulator, until the test ends.

    Its arguments are those of `Host`. Without a project, it is the one around the test's file.
    """
    from .host import Host

    with ExitStack() as hosts:

        def host(project: str | Path | None = None, **options: Any) -> Host:
            folder = request.path.parent if project is None else request.path.parent / project
            opened = Host(folder, endpoint=amplify_jobs_emulator.url, **options)
            return hosts.enter_context(opened)

        yield host
