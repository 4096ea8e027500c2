"""Connections of botocore's clients: none outlives the wait for it, and no answer fills the memory.

botocore's read timeout is for each read of a socket: an answer that comes a byte at a time never
meets it. So each read asks all the time whether anybody still waits, and each connection before it
is used. Names are looked up and keys exchanged aside, as libraries do that which can't be asked.
"""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from botocore.exceptions import HTTPClientError
from botocore.httpsession import create_urllib3_context
from urllib3.exceptions import SSLError

from ..clock import LONGEST_DEAFNESS
from ..limits import LARGEST_ANSWER, MOST_VALUES, READ
from ..nesting import has_more_values
from ..threads import AbandonedError, aside, check_awaited


class TooLargeError(Exception):
    """An answer is larger than any that can be meant; the message goes behind its name."""


class _Limits(threading.local):
    """What is taken in this thread."""

    most = LARGEST_ANSWER
    values = MOST_VALUES


_here = _Limits()


@contextmanager
def answers_up_to(most: int, values: int) -> Iterator[None]:
    """Take answers of so many bytes and values in this thread, inside the block."""
    _here.most, _here.values = most, values
    try:
        yield
    finally:
        del _here.most, _here.values


def _refuse_many_values(response_dict: Mapping[str, Any], **_: object) -> None:
    """Refuse a body before it is parsed: a few bytes of each value become a few hundred."""
    if has_more_values(response_dict["body"], _here.values):
        error = TooLargeError(f"has more than {_here.values:,} values")
        raise HTTPClientError(error=error)  # as botocore does where an answer can't be read


class _Reader(io.RawIOBase):
    """The bytes of one answer, head and body, as they come."""

    def __init__(self, connected: socket.socket, patience: float) -> None:
        self._socket = connected
        # Keeps the socket open until the answer is read, as http.client expects.
        self._file = connected.makefile("rb", buffering=0)
        self._patience = patience
        self._most = self._left = _here.most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = _patiently(partial(self._socket.recv_into, buffer), self._patience)
        self._left -= count
        if self._left < 0:
            raise TooLargeError(f"is larger than {self._most >> 20} MiB")
        return count

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()
        super().close()


class _Socket:
    """A connected socket, as http.client and urllib3 want it, that hangs only as long as awaited.

    It wakes up by itself all the time. Its users' timeouts are kept here: to set the socket's own
    would be three more turns of the threads in each call.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._patience = READ
        connected.settimeout(LONGEST_DEAFNESS)

    def settimeout(self, seconds: float | None) -> None:
        self._patience = READ if seconds is None else seconds

    def sendall(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            sent = _patiently(partial(self._socket.send, left), self._patience)
            left = left[sent:]

    def makefile(self, *_arguments: object) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._socket, self._patience))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


def _patiently(transfer: Callable[[], int], patience: float) -> int:
    """Return how many bytes a socket that soon times out transferred, as long as that is awaited.

    Raises TimeoutError where there was none for so many seconds.
    """
    until = time.monotonic() + patience
    while True:
        check_awaited()
        try:
            return transfer()
        except TimeoutError:
            if time.monotonic() >= until:
                raise


class _Awaited:
    """A connection that is made aside, and sends nothing for an attempt that was given up."""

    sock: Any
    close: Callable[[], None]

    def connect(self) -> None:
        aside(self._connect)

    def _connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.sock = _Socket(self.sock)
        try:
            check_awaited()
        except AbandonedError:
            self.close()  # whoever waited closed it before there was a socket
            raise


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
    """Bound the connections and answers of a client that has made no call yet.

    botocore has no setting for connections. The mapping is shared by the client's pools, those for
    proxies included (botocore.httpsession.URLLib3Session).
    """
    session = client._endpoint.http_session
    session._pool_classes_by_scheme.update(http=_Pool, https=_SecurePool)
    client.meta.events.register("before-parse", _refuse_many_values)
