"""Running the emulator in the foreground, as a command does."""

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from .app import build_app
from .backend import Backend, Seed
from .clock import Clock
from .database import MEMORY
from .faults import Fault
from .server import Server, listen, url_of
from .signatures import Credentials


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    seed: Seed | None = None,
    latency: float = 0.0,
    faults: Iterable[Fault] = (),
    fault_seed: int | None = None,
    clock: Clock = time.time,
    database: str | Path = MEMORY,
    credentials: Credentials | None = None,
    log: str | Path | None = None,
    on_listening: Callable[[str], object] | None = None,
) -> None:
    """Run the emulator until SIGINT or SIGTERM comes, then return. For the main thread.

    `on_listening` is called with the URL as soon as requests are answered. All else is as
    for `Emulator`, and so are the errors, each with one line.
    """
    # First, so that no file is made or seeded for an emulator that can't run.
    with closing(listen(host, port)) as listener:
        url = url_of(listener)
        backend = Backend(
            seed=seed,
            latency=latency,
            faults=faults,
            fault_seed=fault_seed,
            clock=clock,
            database=database,
            credentials=credentials,
            log=log,
        )
        with closing(backend):
            app = build_app(backend)
            Server(app, on_started=lambda: on_listening and on_listening(url)).run([listener])
