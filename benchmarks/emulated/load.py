"""A client that is much cheaper than any server: whole requests as bytes, on kept connections."""

from __future__ import annotations

import re
import socket
import time
from urllib.parse import urlsplit

CONNECTIONS = 8
"""Enough for the server never to wait for the client."""

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Load:
    """Connections to one server, each with at most one request under way."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.host = address.netloc
        self._connections = [
            socket.create_connection((address.hostname, address.port or 80))
            for _ in range(CONNECTIONS)
        ]

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections:
            connection.close()

    def rate(self, request: bytes, count: int) -> float:
        """Send a request `count` times and return the requests answered in a second.

        Raises RuntimeError when an answer is anything but a 200.
        """
        began = time.perf_counter()
        for _ in range(count // CONNECTIONS):
            for connection in self._connections:
                connection.sendall(request)
            for connection in self._connections:
                _take_answer(connection)
        return count // CONNECTIONS * CONNECTIONS / (time.perf_counter() - began)


def _take_answer(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _receive(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"not a 200: {data!r}")
    length = _LENGTH.search(head + b"\r\n")
    left = int(length[1]) - len(body) if length else 0
    while left > 0:
        left -= len(_receive(connection))


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise RuntimeError("the server hung up")
    return data
