"""Which resource of the running program has which job: one job, one resource."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from ..domain.keys import JobKey
from .internal_properties import name_in


class Owners:
    """What the checks of one run have accepted so far. May be shared by threads.

    Only what is declared now counts: a job that another resource had before this run, and has no
    more, is free, whichever of the two is checked first.
    """

    def __init__(self) -> None:
        self._resources: dict[JobKey, str] = {}
        self._keys: dict[str, JobKey] = {}
        self._rules: dict[JobKey, str] = {}
        self._lock = threading.Lock()

    def declare(self, key: JobKey, urn: str) -> str | None:
        """Take a job for a resource, or say why it can't be taken.

        The engine may check a resource twice, for a replacement: what counts is the last time.
        """
        with self._lock:
            owner, rule = self._resources.get(key, urn), self._rules.get(key)
            if owner != urn:
                return (
                    f"{_both(urn, owner)} refer to {key}, and each would undo what the other "
                    "writes: remove one, or correct its key"
                )
            before = self._keys.pop(urn, None)
            if before is not None:
                del self._resources[before]
            self._resources[key], self._keys[urn] = urn, key
            return None if rule is None else _taken(key, urn, rule)

    def take(self, keys: Iterable[JobKey], urn: str) -> list[str]:
        """Note the jobs that a rule is about to write, and say which of them it can't have.

        A resource may be checked after the rule, so the rule asks again before it writes.
        """
        with self._lock:
            return list(filter(None, (self._contest(key, urn) for key in keys)))

    def _contest(self, key: JobKey, urn: str) -> str | None:
        """Take a job for a rule, or say why it can't be taken."""
        rule, owner = self._rules.setdefault(key, urn), self._resources.get(key)
        if rule != urn:
            from ..reconcile.rule_evaluation import contest  # a stack without rules has no use

            return contest(_names(urn, rule), key)
        return None if owner is None else _taken(key, owner, urn)


def _taken(key: JobKey, resource: str, rule: str) -> str:
    return f"{_both(resource, rule)} refer to {key}: add it to the rule's except"


def _both(*urns: str) -> str:
    return f"{' and '.join(_names(*urns))} both"


def _names(*urns: str) -> list[str]:
    """Return the names of resources by their URNs, or the URNs where names are the same.

    In one order, whichever is checked first: the engine leaves that to chance.
    """
    names = set(map(name_in, urns))
    return sorted(names if len(names) == len(urns) else urns)


OWNERS = Owners()
"""Those of this process: the engine runs all providers of a run in one."""
