"""The request log: a line of JSON for each request, written when its answer goes out."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from .errors import LogError
from .record import RecordedRequest

STDOUT = "-"
"""The path that stands for standard output."""


class RequestLog:
    """Writes requests to a file. It has no headers in it, and no body: nothing secret."""

    def __init__(self, path: str | Path) -> None:
        """Open the file to add to it; ``-`` is standard output. Raises `LogError`."""
        self._path = path
        self._file: TextIO | None = _open(path)

    def write(self, entry: RecordedRequest, seconds: float) -> None:
        """Write one line: the entry, and the milliseconds from the request to its answer."""
        if self._file is None:
            return
        line = {**entry.wire(), "durationMs": round(seconds * 1000, 3)}
        del line["body"]
        try:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Close the file, unless it is standard output."""
        if self._file not in (None, sys.stdout):
            self._file.close()
        self._file = None

    def _give_up(self, error: OSError) -> None:
        """Go on without a log: the requests matter more."""
        with suppress(OSError):
            self.close()
        self._file = None
        sys.stderr.write(f"warning: {self._path}: {error.strerror}; no more requests are logged\n")


def _open(path: str | Path) -> TextIO:
    if str(path) == STDOUT:
        return sys.stdout
    try:
        return Path(path).open("a", encoding="utf-8")
    except OSError as error:
        raise LogError(f"{path}: cannot be written: {error.strerror}") from None
