"""A socket whose users wait no longer than they say, however its own timeout is set."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from pulumi_amplify_jobs.client.bounded_http import _Socket

MUCH = b"0123456789abcdef" * 500_000
"""8 MB: more than the buffers between two sockets hold."""


@pytest.fixture
def ends() -> Iterator[tuple[_Socket, socket.socket]]:
    """Both ends of a connection: ours, and the peer's."""
    ours, peer = socket.socketpair()
    with ours, peer:
        yield _Socket(ours), peer


def test_what_the_peer_takes_in_pieces_arrives_whole(ends: tuple[_Socket, socket.socket]) -> None:
    ours, peer = ends
    taken = bytearray()

    def take() -> None:
        while len(taken) < len(MUCH):
            taken.extend(peer.recv(65536))

    taking = threading.Thread(target=take)
    taking.start()
    ours.sendall(MUCH)
    taking.join()
    assert taken == MUCH


def test_a_peer_that_takes_nothing_is_waited_for_as_long_as_its_user_says(
    ends: tuple[_Socket, socket.socket],
) -> None:
    ours, _ = ends
    ours.settimeout(0.01)
    with pytest.raises(TimeoutError):
        ours.sendall(MUCH)
    with pytest.raises(TimeoutError), ours.makefile("rb") as answer:
        answer.read(1)


def test_an_answer_is_read_to_its_end_after_its_connection_was_closed(
    ends: tuple[_Socket, socket.socket],
) -> None:
    ours, peer = ends
    with ours.makefile("rb") as answer:
        ours.close()
        peer.sendall(b"whole")
        peer.close()
        assert answer.read() == b"whole"
