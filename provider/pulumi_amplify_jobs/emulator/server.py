"""Listening: the socket, the HTTP server, and a blocking `serve` for a command."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import HANG_UP, build_app
from .backend import Backend, Seed
from .errors import ListenError
from .faults import Fault
from .store import Clock

_BACKLOG = 1024
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (for URLs, not to listen on)


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    seed: Seed | None = None,
    latency: float = 0.0,
    faults: Iterable[Fault] = (),
    fault_seed: int | None = None,
    clock: Clock = time.time,
    database: str = ":memory:",
    on_listening: Callable[[str], object] | None = None,
) -> None:
    """Run the emulator until SIGINT or SIGTERM comes, then return. For the main thread.

    `on_listening` is called with the URL as soon as requests are answered; port 0 takes
    a free one. `seed` is a YAML file's path or jobs, `latency` the seconds added to each
    answer, `clock` returns epoch seconds; with a `fault_seed` the same requests meet the
    same faults. Raises `SeedError`, `FaultError` or `ListenError`, each with one line.
    """
    backend = Backend(
        seed=seed,
        latency=latency,
        faults=faults,
        fault_seed=fault_seed,
        clock=clock,
        database=database,
    )
    try:
        listener = listen(host, port)
        url = url_of(listener)
        Server(build_app(backend), on_started=lambda: on_listening and on_listening(url)).run(
            [listener]
        )
    finally:
        backend.store.close()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one. Raises `ListenError`."""
    if not 0 <= port <= 65535:  # the resolver would take it modulo 65536
        raise ListenError(f"cannot listen on {host} port {port}: ports go from 0 to 65535")
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = info[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ListenError(f"cannot listen on {host} port {port}: {reason}") from None


def url_of(listener: socket.socket) -> str:
    """Return the URL, without a slash at the end, under which clients reach the socket."""
    host, port = listener.getsockname()[:2]
    host = _ANYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Uvicorn, quiet, ready to hang up on a client, and quick to stop.

    `on_started` is called once requests are answered, in the thread that runs the server.
    Set `should_exit` to stop it.
    """

    def __init__(self, app: ASGIApp, on_started: Callable[[], object]) -> None:
        config = uvicorn.Config(
            app,
            http=_Protocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
        )
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer requests."""
        await super().startup(sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop at once: what is still under way gets no answer."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # Without connections, the requests still under way end by themselves.
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take SIGINT and SIGTERM as the wish to stop, and no more than that."""
        with super().capture_signals():
            yield
            # Uvicorn would raise them again now, and end the process by the signal.
            self._captured_signals.clear()


class _Protocol(H11Protocol):
    """Uvicorn's HTTP, with a way for the app to close the connection without an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer: Any = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {HANG_UP: self.transport.close}
            await answer(scope, receive, send)

        self.app: Any = app

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection."""
        # Or each answer, sent in two pieces, waits some 40 ms for a delayed ACK: asyncio
        # does this by itself only for sockets that it made.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)


class ServerThread:
    """A server in a daemon thread of this process, on a free port of 127.0.0.1 by default."""

    def __init__(self, backend: Backend, host: str = "127.0.0.1", port: int = 0) -> None:
        """Start, and return when requests are answered. Raises `ListenError`."""
        listener = listen(host, port)
        self.url = url_of(listener)
        started = threading.Event()
        self._server = Server(build_app(backend), on_started=started.set)
        self._thread = threading.Thread(
            target=self._run, args=(listener, started), name="emulator", daemon=True
        )
        self._thread.start()
        started.wait()

    def _run(self, listener: socket.socket, started: threading.Event) -> None:
        try:
            self._server.run([listener])
        finally:
            started.set()  # a server that could not start must not leave anyone waiting

    def stop(self) -> None:
        """Stop, and return when the thread has ended."""
        self._server.should_exit = True
        self._thread.join()
