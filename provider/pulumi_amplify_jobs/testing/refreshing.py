"""The refresh: every resource is read, and the state follows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from .calls import CallFailed, Live, Provider
from .journal import Journal
from .resources import Resource, Snapshot, hidden
from .results import Problem
from .wire import with_secrets_of

PARALLEL = 16


def refresh(snapshot: Snapshot, provider: Provider, journal: Journal) -> None:
    """Read every resource that has a provider, then ask it of each whether that is a change."""
    resources = [old for old in snapshot.resources.values() if old.goal.custom]
    with ThreadPoolExecutor(PARALLEL) as pool:
        found = list(pool.map(lambda old: _read(provider, old, journal), resources))
    if journal.failed:
        return
    for old, live in zip(resources, found, strict=True):
        if live is None:
            del snapshot.resources[old.urn]
            journal.refreshed[old.urn] = "delete"
            continue
        snapshot.resources[old.urn] = live
        difference = provider.diff(live.urn, live.id, live.outputs, live.inputs, old.inputs)
        if difference.changes:
            journal.refreshed[old.urn] = "update"


def _read(provider: Provider, old: Resource, journal: Journal) -> Resource | None:
    """Return the resource as it is now, or None where it is gone."""
    try:
        live = provider.read(old.urn, old.id, old.outputs, old.inputs)
    except CallFailed as failed:
        journal.problem(Problem("\n".join(failed.reasons), old.name))
        return old
    return _refreshed(old, live) if live.id else None


def _refreshed(old: Resource, live: Live) -> Resource:
    inputs = old.inputs if live.inputs is None else with_secrets_of(live.inputs, old.inputs)
    outputs = hidden(with_secrets_of(live.outputs, inputs), old.goal.additional_secret_outputs)
    return replace(old, id=live.id, inputs=inputs, outputs=outputs, init_errors=())
