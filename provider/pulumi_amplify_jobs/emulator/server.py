"""Listening: the socket and the HTTP server, which can also keep silent and hang up."""

from __future__ import annotations

import asyncio
import errno
import math
import signal
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .errors import EmulatorError

HANG_UP = "emulator.hang_up"
"""The ASGI extension that closes the connection: a callable."""
_STOPPING = "emulator.stopping"
"""The ASGI extension with the server's end: an `asyncio.Event`."""
_BACKLOG = 1024
_PATIENCE = 1.0
"""Seconds that the answers under way have when the server stops; only a client can be slower."""
_IN_USE = "; stop what is listening there, or use another port (0 picks a free one)"
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (for URLs, not to listen on)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one. Raises `EmulatorError`."""
    if not 0 <= port <= 65535:  # the resolver would take it modulo 65536
        raise EmulatorError(f"cannot listen on {host} port {port}: ports range from 0 to 65535")
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = info[0]
        listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
        # With its protocol named, asyncio sets TCP_NODELAY on each connection. Without, each answer
        # is sent in two pieces, and the second waits some 40 ms for a delayed ACK.
        return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, listener.detach())
    except OSError as error:
        # Without the address, which Python puts behind it.
        reason = (error.strerror or str(error)).partition(" (while attempting")[0]
        advice = _IN_USE if error.errno == errno.EADDRINUSE else ""
        raise EmulatorError(f"cannot listen on {host} port {port}: {reason}{advice}") from None


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

    def __init__(
        self, app: ASGIApp, on_started: Callable[[], object], clock: Callable[[], float] = time.time
    ) -> None:
        """Answers are dated by `clock`, which returns epoch seconds."""
        self._stopping = asyncio.Event()

        async def stoppable(scope: Scope, receive: Receive, send: Send) -> None:
            async def dated(message: Message) -> None:
                if message["type"] == "http.response.start":
                    date = formatdate(clock(), usegmt=True).encode()
                    message["headers"] = [*message["headers"], (b"date", date)]
                await send(message)

            scope["extensions"][_STOPPING] = self._stopping
            await app(scope, receive, dated)

        config = uvicorn.Config(
            stoppable,
            http=_Protocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            date_header=False,
        )
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer requests."""
        await super().startup(sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: what is under way is answered without further delay, or hung up on."""
        for server in self.servers:
            server.close()
        self._stopping.set()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._all_gone(), _PATIENCE)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # Without connections, the requests still under way end by themselves.
        await super().shutdown(sockets)

    async def _all_gone(self) -> None:
        while self.server_state.connections:
            await asyncio.sleep(0.01)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take SIGINT, SIGTERM and SIGHUP as the wish to stop, and no more than that."""
        with super().capture_signals(), self._hang_up_captured():
            yield
            # Uvicorn would raise them again now, and end the process by the signal.
            self._captured_signals.clear()

    @contextmanager
    def _hang_up_captured(self) -> Generator[None, None, None]:
        """Take SIGHUP, which Uvicorn leaves alone; not where it is ignored or unknown."""
        number = signal.Signals.__members__.get("SIGHUP")
        ours = threading.current_thread() is threading.main_thread()
        if number is None or not ours or signal.getsignal(number) is signal.SIG_IGN:
            yield
            return
        before = signal.signal(number, self.handle_exit)
        try:
            yield
        finally:
            signal.signal(number, before)


class _Protocol(H11Protocol):
    """Uvicorn's HTTP, with a way for the app to close the connection without an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer: Any = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {HANG_UP: self.transport.close}
            await answer(scope, receive, send)

        self.app: Any = app


class HangUp(Response):
    """No answer at all: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Close the connection."""
        scope["extensions"][HANG_UP]()
        # The server takes an app that ends before its connection did for a broken one.
        await _hung_up(receive)


async def wait(scope: Scope, receive: Receive, seconds: float) -> None:
    """Let the seconds pass, or fewer when the client hangs up or the server is to stop."""
    stopping: asyncio.Event = scope["extensions"][_STOPPING]
    events = {asyncio.ensure_future(_hung_up(receive)), asyncio.ensure_future(stopping.wait())}
    await asyncio.wait(
        events,
        timeout=None if math.isinf(seconds) else seconds,
        return_when=asyncio.FIRST_COMPLETED,
    )
    for event in events:
        event.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class ServerThread:
    """A server in a daemon thread of this process."""

    def __init__(
        self, app: ASGIApp, listener: socket.socket, clock: Callable[[], float] = time.time
    ) -> None:
        """Start, and return when requests are answered; answers are dated by `clock`."""
        self.url = url_of(listener)
        started = threading.Event()
        self._server = Server(app, started.set, clock)
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
