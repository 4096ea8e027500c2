"""A port for a server that ends and comes back."""

from __future__ import annotations

import socket
from contextlib import suppress
from random import SystemRandom

PORTS = range(10_000, 32_768)
"""Below those that Linux gives to who asks for any (`net.ipv4.ip_local_port_range`)."""


def lasting_port() -> int:
    """Return a free port of 127.0.0.1 that nobody is given while its server is away."""
    while True:
        port = SystemRandom().choice(PORTS)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
