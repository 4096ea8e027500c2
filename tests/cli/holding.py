"""A write that is under way for as long as a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

from pulumi_amplify_jobs.emulator import Emulator
from soak.hostile import forwarded
from tests.waiting import DEADLINE

from ..client.scripted import Reply, Request, serving
from .conftest import Project


@contextmanager
def held_write(four: Project, emulator: Emulator) -> Iterator[tuple[Project, Event]]:
    """Have the answer to the first update of the four jobs wait for the event."""
    go_on = Event()

    def script(request: Request) -> Reply:
        reply = forwarded(emulator.url, request)
        if emulator.requests("UpdateBackendJob"):
            go_on.wait(DEADLINE)
        return reply

    with serving(script) as server:
        held = replace(four, url=server.url)
        held.declare({f"j{n}": {"jobId": str(n), "status": "FAILED"} for n in range(4)})
        yield held, go_on
