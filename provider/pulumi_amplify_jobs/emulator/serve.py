"""Running the emulator in the foreground, as a command does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from .app import build_app
from .backend import Backend, Options
from .server import Server, listen, url_of

if TYPE_CHECKING:
    from typing_extensions import Unpack


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    allow_hosts: Iterable[str] = (),
    on_listening: Callable[[str], object] | None = None,
    **options: Unpack[Options],
) -> None:
    """Run the emulator until SIGINT or SIGTERM comes, then return. For the main thread.

    `on_listening` is called with the URL as soon as requests are answered; port 0 takes a
    free one. `allow_hosts` has more names that clients may call it by. The options are those of
    `Options`. Raises an `EmulatorError` with one line.
    """
    # First, so that no file is made or seeded for an emulator that can't run.
    with closing(listen(host, port)) as listener:
        url = url_of(listener)
        with closing(Backend(**options)) as backend:
            app = build_app(backend, allow_hosts)
            started = partial(on_listening, url) if on_listening else lambda: None
            Server(app, started, backend.clock.base).run([listener])
