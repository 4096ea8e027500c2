"""At which addresses a process listens, by Linux's `/proc`."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/net/tcp").exists(), reason="no /proc, run it on Linux"
)


def listening(pid: int) -> set[str]:
    """Return the addresses at which a process listens, IPv4 and IPv6."""
    inodes = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()}
    found = set()
    for family, table in ((socket.AF_INET, "tcp"), (socket.AF_INET6, "tcp6")):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and f"socket:[{rest[5]}]" in inodes:
                words = bytes.fromhex(local.partition(":")[0])
                packed = b"".join(
                    struct.pack("=I", word) for (word,) in struct.iter_unpack(">I", words)
                )
                found.add(socket.inet_ntop(family, packed))
    return found
