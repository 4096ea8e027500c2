"""What becomes of an update. What AWS's service makes of one is not publicly known.

So each way that it may go can be played: a client that trusts none of them trusts what it reads.
"""

from collections.abc import Callable, Mapping

from .entities import Job, JobKey, Then
from .protocol import bad_request
from .store import JobStore, Updates

LATER = "10s"

Fields = Mapping[str, str | None]
Update = Callable[[JobStore, JobKey, Fields], Job | None]
"""Updates a job by the wire's field names and returns the answer's; None where there is no job."""


def _delay(store: JobStore, key: JobKey, fields: Fields) -> Job | None:
    answer = store.get(key)
    if answer is not None:
        store.turn(key, Then.model_validate({"after": LATER, **fields}))
    return answer


def _ignore(store: JobStore, key: JobKey, _fields: Fields) -> Job | None:
    return store.get(key)


def _refuse(store: JobStore, key: JobKey, _fields: Fields) -> Job | None:
    if store.get(key) is None:
        return None
    raise bad_request("The job can't be updated")


def _revert(store: JobStore, key: JobKey, fields: Fields) -> Job | None:
    before = store.get(key)
    if before is None:
        return None
    # What it was to turn into anyhow comes first: an update that is sent again is set back, too. A
    # field that was absent stays as it was set, as what comes later can't take one away.
    given = {**before.wire(), **store.pending(key)}
    earlier = {name: given[name] for name in fields if name in given}
    answer = store.set(key, fields)
    if earlier:
        store.turn(key, Then.model_validate({"after": LATER, **earlier}))
    return answer


UPDATES: Mapping[Updates, Update] = {
    "set": JobStore.set,
    "delay": _delay,
    "ignore": _ignore,
    "refuse": _refuse,
    "revert": _revert,
}
