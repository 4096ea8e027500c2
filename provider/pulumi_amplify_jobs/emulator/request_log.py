"""The requests that came in: kept for tests and admin calls, and written as lines of JSON."""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from pydantic import AliasGenerator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from .errors import EmulatorError

# Old entries go when the emulator runs for days; no test comes near.
_KEPT = 100_000


_SIGNED = {"account_id", "region", "access_key_id", "role_session_name"}


class RecordedRequest(BaseModel):
    """A request to the service, and what became of it.

    `operation` is None when the model knows no such request, and the key's parts are
    None where the request has none (for a listing, `job_id` is what it filters by).
    `path` is as spelled in the URL, `body` the JSON data (text when it is not JSON, None
    when it is empty, for STS the form's parameters that are no secret), `status` the HTTP
    status or None when there was no answer, `fault` the kind of the fault that struck, and
    `time` the epoch milliseconds.

    `account_id`, `region`, `access_key_id` and `role_session_name` say with whose credentials
    the request is signed, and for which region: the name is None without an assumed role, and
    all of them are in an emulator without accounts.
    """

    model_config = ConfigDict(
        alias_generator=AliasGenerator(serialization_alias=to_camel), frozen=True
    )

    operation: str | None
    method: str
    path: str
    app_id: str | None
    backend_environment_name: str | None
    job_id: str | None
    body: Any
    status: int | None
    fault: str | None
    time: int
    account_id: str | None = None
    region: str | None = None
    access_key_id: str | None = None
    role_session_name: str | None = None

    def wire(self) -> dict[str, Any]:
        """Return the entry as JSON data, with the key's parts named as on the wire.

        Without accounts, it has nothing of them.
        """
        return self.model_dump(by_alias=True, exclude=_SIGNED if self.account_id is None else None)


class RequestRecord:
    """The latest requests, oldest first. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[RecordedRequest] = deque(maxlen=_KEPT)

    def add(self, entry: RecordedRequest) -> None:
        """Add an entry."""
        with self._lock:
            self._entries.append(entry)

    def entries(self, operation: str | None = None) -> list[RecordedRequest]:
        """Return the entries, of one operation or of all."""
        with self._lock:
            entries = list(self._entries)
        return [each for each in entries if operation is None or each.operation == operation]

    def clear(self) -> None:
        """Forget all entries."""
        with self._lock:
            self._entries.clear()


STDOUT = "-"
"""The path that stands for standard output."""


class RequestLog:
    """Writes requests to a file. It has no headers in it, and no body: nothing secret."""

    def __init__(self, path: str | Path) -> None:
        """Open the file to add to it; ``-`` is standard output. Raises `EmulatorError`."""
        self._path = path
        self._file: TextIO | None = sys.stdout
        if str(path) != STDOUT:
            try:
                self._file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 - until `close`
            except OSError as error:
                raise EmulatorError(f"{path}: cannot be written: {error.strerror}") from None

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
            # Go on without a log: the requests matter more.
            self.close()
            reason = f"{self._path}: {error.strerror}; no more requests are logged"
            sys.stderr.write(f"warning: {reason}\n")

    def close(self) -> None:
        """Close the file, unless it is standard output."""
        file, self._file = self._file, None
        if file not in (None, sys.stdout):
            with suppress(OSError):
                file.close()
