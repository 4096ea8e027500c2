"""Commands run in a terminal of their own, and what they wrote there."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

LINES = 50
READ_SIZE = 65536


def run_in_terminal(
    command: str, folder: Path, environment: Mapping[str, str], columns: int
) -> str:
    """Run a shell's command line in a terminal, and return its output with colours.

    Only stdout is a terminal: what a command shows while it works goes to stderr.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))
    process = subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    try:
        written = _read_all(ours)
        _, complaints = process.communicate()
    finally:
        process.kill()
        os.close(ours)
    if complaints:
        raise RuntimeError(f"{command}: {complaints.decode()}")
    return written.decode().replace("\r\n", "\n")


def _read_all(descriptor: int) -> bytes:
    chunks = []
    while chunk := _read(descriptor):
        chunks.append(chunk)
    return b"".join(chunks)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, READ_SIZE)
    except OSError:  # so Linux says that the other end is closed
        return b""
