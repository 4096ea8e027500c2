"""A stand-in that never comes to the end of an answer, on a raw socket."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CLOSE = b"Connection: close\r\n"

Drip = Callable[[], Iterator[bytes]]
"""What is sent, piece by piece; between two pieces passes a moment."""


def slow_body() -> Iterator[bytes]:
    """A body of a thousand bytes, one at a time."""
    yield HEAD + b"Content-Length: 1000\r\n\r\n"
    while True:
        yield b" "


def slow_chunks() -> Iterator[bytes]:
    """A chunked body without end."""
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1\r\n \r\n"


def slow_head() -> Iterator[bytes]:
    """A header line that goes on and on."""
    yield HEAD + b"X-Slow: "
    while True:
        yield b"x"


def slow_status() -> Iterator[bytes]:
    """A status line, byte by byte."""
    yield b"HTTP/1.1 200 "
    while True:
        yield b"O"


def interim_answers() -> Iterator[bytes]:
    """100 Continue, for ever."""
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n"


def silence() -> Iterator[bytes]:
    """Nothing at all."""
    while True:
        yield b""


DRIPS = (slow_body, slow_chunks, slow_head, slow_status, interim_answers)


def flood() -> Iterator[bytes]:
    """As many bytes as are taken."""
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b" " * 0x100000
    while True:
        yield b"100000\r\n" + chunk + b"\r\n"


def kept_answer(document: object) -> bytes:
    """A whole answer, after which the connection may be used again."""
    body = json.dumps(document).encode()
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def answer(document: object) -> bytes:
    """A whole answer, after which the connection is closed."""
    return kept_answer(document).replace(HEAD, HEAD + CLOSE)


def always(_number: int, _asked: bytes) -> bytes | None:
    """Drip to everybody."""
    return None


class Stand:
    """`url` to call; `connections` made so far, and how many of them are `open` still."""

    def __init__(
        self, drip: Drip, pause: float, script: Callable[[int, bytes], bytes | None]
    ) -> None:
        self._drip = drip
        self._pause = pause
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.secure_url = f"https://127.0.0.1:{port}"
        self.connections = 0
        self.taken = 0
        """Bytes that clients took."""
        self.heard = b""
        """What clients sent."""
        self.changed = threading.Condition()
        self.open = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def wait_until_connected(self) -> None:
        """Return once a client has made a connection."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.connections, timeout=240)

    def wait_until_heard(self, words: bytes) -> None:
        """Return once a client has sent these words."""
        with self.changed:
            assert self.changed.wait_for(lambda: words in self.heard, timeout=240)

    def wait_until_all_closed(self) -> None:
        """Return once every client has closed its connection."""
        with self.changed:
            assert self.changed.wait_for(lambda: not self.open, timeout=240)

    def end(self) -> None:
        """Take no more connections, and send no more."""
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with self.changed:
                    number, self.connections = self.connections, self.connections + 1
                    self.open += 1
                    self.changed.notify_all()
                threading.Thread(target=self._talk, args=(connection, number), daemon=True).start()

    def _talk(self, connection: socket.socket, number: int) -> None:
        with self._counted(), suppress(OSError), connection:
            while asked := connection.recv(65536):
                with self.changed:
                    self.heard += asked
                    self.changed.notify_all()
                whole = self._script(number, asked)
                for piece in self._drip() if whole is None else (whole,):
                    connection.sendall(piece)
                    self.taken += len(piece)
                    if self._ended.wait(self._pause):
                        return
                if whole is None or CLOSE in whole:
                    return

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self.changed:
                self.open -= 1
                self.changed.notify_all()


@contextmanager
def dripping(
    drip: Drip, pause: float = 0.02, script: Callable[[int, bytes], bytes | None] = always
) -> Iterator[Stand]:
    """Drip to every connection that the script has no answer for.

    The script gets the connection's number, from 0 on, and what was asked.
    """
    stand = Stand(drip, pause, script)
    try:
        yield stand
    finally:
        stand.end()
