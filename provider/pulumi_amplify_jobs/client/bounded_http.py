"""Connections of botocore's clients: none outlives the wait for it, and no answer fills the memory.

botocore's read timeout is for each read of a socket: an answer that comes a byte at a time never
meets it. So each read asks all the time whether anybody still waits, and each connection before it
is used. Names are looked up and keys exchanged aside, as libraries do that which can't be asked.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from functools import cache
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from botocore.httpsession import create_urllib3_context
from urllib3.exceptions import SSLError

from ..clock import LONGEST_DEAFNESS
from ..limits import LARGEST_ANSWER, READ
from ..threads import aside, check_awaited


class TooLargeError(Exception):
    """An answer is larger than any that can be meant."""


class _Reader(io.RawIOBase):
    """The bytes of one answer, head and body, as they come."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        # Keeps the socket open until the answer is read, as http.client expects.
        self._file = connected.makefile("rb", buffering=0)
        self._patience = connected.gettimeout() or READ
        self._left = LARGEST_ANSWER
        connected.settimeout(LONGEST_DEAFNESS)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        until = time.monotonic() + self._patience
        while True:
            check_awaited()
            try:
                count = self._socket.recv_into(buffer)
            except TimeoutError:
                if time.monotonic() >= until:
                    raise
            else:
                break
        self._left -= count
        if self._left < 0:
            raise TooLargeError
        return count

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()
        super().close()


class _Source:
    """A socket as http.client wants it: something to make a file of."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def makefile(self, *_arguments: object) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._socket))


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(_Source(sock), *arguments, **options)  # type: ignore[arg-type]


class _Awaited:
    """A connection that sends nothing for an attempt that was given up."""

    response_class: Any = _Response
    sock: socket.socket | None
    timeout: float | None

    def connect(self) -> None:
        aside(self._connect)

    def _connect(self) -> None:
        super().connect()  # type: ignore[misc]
        check_awaited()

    def send(self, data: Any) -> None:
        check_awaited()
        if self.sock is not None and self.sock.gettimeout() != self.timeout:
            self.sock.settimeout(self.timeout)  # the last answer's reader had a shorter one
        super().send(data)  # type: ignore[misc]


class _Connection(_Awaited, AWSHTTPConnection):  # type: ignore[misc]
    """Over HTTP."""


class _SecureConnection(_Awaited, AWSHTTPSConnection):  # type: ignore[misc]
    """Over HTTPS, trusting what a bundle of certificates vouches for: it is read once."""

    ca_certs: str | None
    ssl_context: ssl.SSLContext

    def _connect(self) -> None:
        if self.ca_certs:
            self.ssl_context, self.ca_certs = _trusting(self.ca_certs), None
        super()._connect()


@cache
def _trusting(bundle: str) -> ssl.SSLContext:
    """Return what checks certificates by those in this file.

    urllib3 would read it anew for each connection, and keep it for each client: 14 ms and 0.7 MB
    for the usual authorities.
    """
    context: ssl.SSLContext = create_urllib3_context()
    try:
        context.load_verify_locations(bundle)
    except OSError as error:
        raise SSLError(error) from error  # as urllib3 does
    return context


class _Pool(AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(AWSHTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def bound(client: Any) -> None:
    """Bound the connections of a client that has made none yet.

    botocore has no setting for them. The mapping is shared by the client's pools, those for proxies
    included (botocore.httpsession.URLLib3Session).
    """
    session = client._endpoint.http_session
    session._pool_classes_by_scheme.update(http=_Pool, https=_SecurePool)
