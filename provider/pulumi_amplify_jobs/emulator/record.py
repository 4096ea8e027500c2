"""The log of the requests that came in."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

# Old entries go when the emulator runs for days; no test comes near.
_KEPT = 100_000


@dataclass(frozen=True)
class RecordedRequest:
    """A request to the service, and what became of it.

    `operation` is None when the model knows no such request, and the key's parts are
    None where the request has none (for a listing, `job_id` is what it filters by).
    `path` is as spelled in the URL, `body` the JSON data (text when it is not JSON, None
    when it is empty), `status` the HTTP status or None when there was no answer, `fault`
    the kind of the fault that struck, and `time` the epoch milliseconds.
    """

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

    def wire(self) -> dict[str, Any]:
        """Return the entry as JSON data, with the key's parts named as on the wire."""
        return {
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "appId": self.app_id,
            "backendEnvironmentName": self.backend_environment_name,
            "jobId": self.job_id,
            "body": self.body,
            "status": self.status,
            "fault": self.fault,
            "time": self.time,
        }


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
