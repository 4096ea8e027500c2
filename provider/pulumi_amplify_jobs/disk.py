"""Files as they are read and written everywhere: bounded, regular, and whole or not at all."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

MIB = 1024 * 1024

LARGEST_CONFIG = 4 * MIB
"""Bytes of one YAML file, which may have 200,000 values."""

LARGEST_INPUT = 100 * MIB
"""Bytes of what Pulumi or GitHub wrote, such as a preview."""

MOST_INPUT_VALUES = 4_000_000
"""Values of such JSON. What the engine writes has one in 32 bytes or more."""


class UnreadableError(Exception):
    """A file can't be taken; the message goes behind its name: `is no regular file: …`."""


def is_absent(path: Path) -> bool:
    """Say whether nothing has this name. Of what can't be looked at, `read_file` says why."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def read_file(path: Path, limit: int) -> bytes:
    """Return the content of a regular file of at most so many bytes. Raises UnreadableError.

    Anything else that has a name, such as a pipe or a device, could hang or never end.
    """
    try:
        # Or opening a pipe waits for somebody to write into it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableError("is not a regular file: name one")
            return read_stream(file, limit)
    except OSError as error:
        raise UnreadableError(f"can't be read: {error.strerror}") from None
    except ValueError:
        raise UnreadableError("can't be read: no file has such a name") from None


def read_stream(stream: BinaryIO, limit: int) -> bytes:
    """Return all of a stream, at most so many bytes. Raises UnreadableError."""
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise UnreadableError(f"is larger than {limit // MIB} MiB: use a smaller one")
    return content


def decoded(content: bytes) -> str:
    """Return text in UTF-8, or UTF-16 with its mark, as Windows PowerShell writes it.

    Raises UnreadableError.
    """
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 text (byte {error.start})") from None


def write_file(path: Path, text: str) -> None:
    """Write a file as UTF-8 so that at every moment it is the old or the new one, whole.

    What is no regular file, such as /dev/stdout, is written into. Raises OSError.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        path.write_text(text, encoding="utf-8")
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    try:
        with beside.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        beside.replace(target)
    except BaseException as error:
        if not isinstance(error, FileExistsError):
            with suppress(OSError):
                beside.unlink()
        if isinstance(error, OSError):
            # The name that the user gave, not the one beside it.
            raise type(error)(error.errno, error.strerror, str(path)) from None
        raise
