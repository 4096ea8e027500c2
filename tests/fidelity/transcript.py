"""Provider calls in a form in which two runs of the same scenario can be compared.

Resources are checked and changed side by side, so only the calls of one resource have an order,
and the parts of a run: the refresh, then the program, then the deletions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CALLS = ("Configure", "Check", "Diff", "Create", "Read", "Update", "Delete", "Cancel")
"""What the SDK's dynamic provider implements. It refuses Handshake, CheckConfig and DiffConfig, and
its GetPluginInfo answers with a constant."""

OF_ONE_RUN = ("randomSeed", "resourceStatusAddress", "resourceStatusToken")
"""What the engine makes up anew in every run, and the dynamic provider does not look at."""

RPC_ERROR = "rpc error: code = Unknown desc = "

Part = dict[str, list[Any]]
"""The calls by resource; those of no resource below the empty name."""


@dataclass(frozen=True)
class Seen:
    """A call as it was seen."""

    method: str
    request: dict[str, Any]
    answer: dict[str, Any] | None
    error: str


def recorded(path: Path) -> Iterator[Seen]:
    """Yield the provider calls of a file that the engine wrote for PULUMI_DEBUG_GRPC."""
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        _, service, method = entry["method"].split("/")
        ended = entry["progress"] == "response_completed"
        if service == "pulumirpc.ResourceProvider" and method in CALLS and ended:
            error = "\n".join(entry.get("errors", [])).removeprefix(RPC_ERROR)
            yield Seen(method, entry["request"], entry.get("response"), error)


def parts(calls: Iterable[Seen], endpoint: str) -> dict[str, Part]:
    """Return the calls by part of the run and by resource."""
    found: dict[str, Part] = {}
    part = "refresh"
    for call in calls:
        if call.method == "Check":
            part = "program"
        elif call.method == "Delete":
            part = "deletions"
        elif call.method in ("Configure", "Cancel"):
            # Processes overlap: the engine ends the first while it starts the second.
            _add(found, "processes", "", _plain(call, endpoint))
            continue
        _add(found, part, call.request["urn"].rsplit("::", 1)[1], _plain(call, endpoint))
    found["processes"] = {"": _used(found.get("processes", {}).get("", []))}
    return found


def _used(calls: list[Any]) -> list[Any]:
    """Return Configure and Cancel of the processes that were used.

    Before a program runs the engine starts a process to have the config checked, which a dynamic
    provider refuses; where a refresh has left one with the same config, the new one is ended again.
    """
    configured = [call for call in calls if "Configure" in call]
    # The engine closes the connection without waiting for the answer to its Cancel.
    cancelled = [{"Cancel": call["Cancel"], "answer": {}} for call in calls if "Cancel" in call]
    return configured + cancelled[: len(configured)]


def _add(found: dict[str, Part], part: str, resource: str, call: dict[str, Any]) -> None:
    found.setdefault(part, {}).setdefault(resource, []).append(call)


def _without_moments(value: Any) -> Any:
    """Return JSON without the moment of a write, which is another one in every run."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key != "settled"}
        return {key: _without_moments(item) for key, item in kept.items()}
    return [_without_moments(item) for item in value] if isinstance(value, list) else value


def _plain(call: Seen, endpoint: str) -> dict[str, Any]:
    request = {key: value for key, value in call.request.items() if key not in OF_ONE_RUN}
    if call.method == "Configure":
        request.pop("id", None)  # a new one for each stack
    text = json.dumps({call.method: request, "answer": call.answer, "error": call.error})
    plain: dict[str, Any] = _without_moments(json.loads(text.replace(endpoint, "http://emulator")))
    return {key: value for key, value in plain.items() if value not in (None, "")}
