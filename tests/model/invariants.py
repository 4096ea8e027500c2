"""What must hold after each run, whatever has happened: judged by what was seen from outside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from pulumi.runtime import rpc

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.testing.wire import plain, with_secrets_of
from tests.canaries import leaks

from .declared import Live, Yaml, outcome, targets_of, wanted, when
from .program import inputs_of
from .runs import Run, named_by_checks, named_by_plan
from .universe import CANARIES, PLACES, Key, Place
from .witness import Event


class BrokenInvariantError(AssertionError):
    """An invariant does not hold."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"invariant {number} {text}")
        self.number = number


def check(run: Run, judged: Collection[int]) -> None:
    """Raise BrokenInvariantError where one of the judged invariants does not hold of a run."""
    for number, words, problems in INVARIANTS:
        for problem in problems(run) if number in judged else ():
            raise BrokenInvariantError(number, f"({words}): {problem}\n{run.told()}")


def converges(run: Run) -> Iterator[str]:
    """1: what is declared and possible is so after a calm run, or is said not to be."""
    if not run.kind.startswith("up") or not run.is_calm or run.plan is not None:
        return
    if run.declared.unsure(run.start):
        return
    now = time.time()
    impossible = list(run.declared.impossible(run.start, now))
    if run.failed:
        if not impossible:
            yield f"it failed, though all is possible: {run.result.errors}"
        return
    if impossible:
        yield f"it said nothing of what is impossible: {impossible}"
        return
    yield from left_undone(run)


def no_false_success(run: Run) -> Iterator[str]:
    """1: a run that says nothing else has brought what is declared about."""
    unsure = was_misled(run) or run.declared.unsure(run.start)
    if run.kind.startswith("up") and not run.failed and not unsure:
        yield from left_undone(run)


def was_misled(run: Run) -> bool:
    """Say whether jobs moved during a run, or reads showed what was no longer so."""
    return any(each.operation == "move" or each.fault == "stale" for each in run.events)


def left_undone(run: Run) -> Iterator[str]:
    """Yield what is not as declared after a run."""
    for name, (place, key) in run.declared.keys(run.start).items():
        if place is None or key is None:
            yield f"{name} was not reached"
            continue
        before, after = run.start[place].jobs.get(key), run.end[place].jobs.get(key)
        due = outcome(run.declared.jobs[name], before.shown if before else None)
        if due == "error":
            yield f"{name} is missing"
        if due == "update" and not (after and wanted(run.declared.jobs[name]).fits(after.shown)):
            yield f"{name} was to become {wanted(run.declared.jobs[name])}, but is {after}"
    for (name, place), found in run.declared.matching(run.start, time.time()).items():
        aim = wanted(run.declared.rules[name]["set"])
        for key in found if not run.failed and not any(e.fault for e in run.events) else ():
            live = run.end[place].jobs.get(key)
            if live is None or not aim.fits(live.shown):
                yield f"{name} was to bring {key} in {place} to {aim}, but it is {live}"


def is_silent(run: Run) -> Iterator[str]:
    """2: an up after one that was done writes nothing, and says so.

    Rules may set what another one matches: they go on for ever, as they are told to.
    """
    rules_go_on = any(run.declared.matching(run.start, time.time()).values())
    if run.kind != "up again" or rules_go_on:
        return
    if run.writes:
        yield f"it wrote again: {run.writes}"
    if run.result.changes:
        yield f"it reported changes: {run.result.changes}"
    if run.result.refreshed:
        yield f"it reported drift: {run.result.refreshed}"


def writes_what_was_named(run: Run) -> Iterator[str]:
    """3: what is written was named: by the plan where there is one, and by the run's own check."""
    for number, write in enumerate(run.events):
        if write.operation != "UpdateBackendJob":
            continue
        reviews = [named_by_checks(run)]
        if run.plan is not None:
            reviews.append(named_by_plan(run.plan))
        read = last_read(run, number)
        assert write.key is not None
        if read is None:
            yield f"{write} was sent without a read before it"
        before = read.shown if read else None
        for named in reviews:
            if not any(each.allows(write.place, write.key, before) for each in named):
                yield f"{write}, which read {read}, was not named, but {named}"


def last_read(run: Run, number: int) -> Live | None:
    """Return what the job of an update showed when it was read last before it."""
    key, place = run.events[number].key, run.events[number].place
    for event in reversed(run.events[:number]):
        read = event.operation in ("GetBackendJob", "ListBackendJobs")
        if read and event.place == place and key is not None and key in event.shown:
            return event.shown[key]
    return None


def writes_what_is_declared(run: Run) -> Iterator[str]:
    """4: each write is one that is declared, of a job that is not excepted, in its own account."""
    for number, write in enumerate(run.events):
        if write.operation != "UpdateBackendJob":
            continue
        if not run.kind.startswith("up"):
            yield f"{run.kind} wrote {write}"
        assert write.key is not None
        read = last_read(run, number)
        if not any(_asks_for(run, name, write, read) for name in run.declared.jobs):
            rules = [name for name in run.declared.rules if _claims(run, name, write, read)]
            if len(rules) != 1:
                yield f"{write}, which read {read}, is due to {rules or 'nobody'}"
    for name, rule in run.declared.rules.items():
        for place in (PLACES[target] for target in targets_of(rule)):
            found = {e.key for e in run.writes if e.place == place and _claims(run, name, e, None)}
            if len(found) > rule["limit"]:
                yield f"{name} wrote {len(found)} jobs in {place}"


def _asks_for(run: Run, name: str, write: Event, read: Live | None) -> bool:
    job = run.declared.jobs[name]
    keys = {run.declared.keys(world)[name] for world in (run.start, run.end)}
    where = (PLACES[job.get("target", "")], job["appId"], job["backendEnvironmentName"])
    assert write.key is not None
    # Which is the latest was another one for a moment, or seemed to be.
    any_latest = isinstance(job["jobId"], dict) and was_misled(run)
    return (
        (
            (write.place, write.key) in keys
            or (any_latest and (write.place, *write.key[:2]) == where)
        )
        and write.sent == wanted(job)
        and read is not None
        and when(job).fits(read.shown)
        and not wanted(job).fits(read.shown)
    )


def _claims(run: Run, name: str, write: Event, read: Live | None) -> bool:
    rule: Yaml = run.declared.rules[name]
    places: list[Place | None] = [PLACES[target] for target in targets_of(rule)]
    if write.place not in places or write.sent != wanted(rule["set"]) or write.key is None:
        return False
    seen = read or run.start[write.place].jobs.get(write.key)
    if seen is None:
        return False
    return run.declared.matches(rule, write.place, write.key, seen, run.start, time.time())


def records_what_was_shown(run: Run) -> Iterator[str]:
    """5: the state says of each job what the service has shown of it in this run, or before."""
    if run.kind == "preview":
        return  # it leaves the state as it is
    for name, resource in run.after.items():
        outputs = plain(resource.outputs)
        if "match" in outputs:
            yield from _settled_without_answer(run, name, outputs)
            continue
        old = run.before.get(name)
        recorded = _recorded(outputs)
        place, key = _place_and_key(outputs)
        reads = [e.shown[key] for e in run.events if e.place == place and key in e.shown]
        seen = [each and each.shown for each in reads]
        is_read = run.refreshed and not (run.failed or was_misled(run))
        same = not is_read and old is not None and _recorded(plain(old.outputs)) == recorded
        if not same and recorded not in seen and not (recorded == (None, None) and None in seen):
            yield f"{name} is recorded as {recorded}, but the service has shown {seen}"
        if outputs.get("settled") and (
            old is None or outputs["settled"] != old.outputs.get("settled")
        ):
            answers = [e for e in run.writes if (e.place, e.key) == (place, key) and key in e.shown]
            if not answers:
                yield f"{name} is recorded as settled, but no answer said so"


def _settled_without_answer(run: Run, name: str, outputs: dict[str, Any]) -> Iterator[str]:
    old = run.before.get(name)
    known = plain(old.outputs)["settled"] if old else []
    news = [each for each in outputs.get("settled", ()) if each not in known]
    place = PLACES[outputs.get("target", "")]
    aim = wanted(outputs["set"])
    for entry in news:
        answered = [
            shown
            for event in run.writes
            for key, shown in event.shown.items()
            if (event.place, key) == (place, JobKey.parse(entry["job"]).parts)
        ]
        if not answered:
            yield f"{name} has settled {entry['job']}, but no answer said so"
        elif "unsettled" not in entry and not any(e and aim.fits(e.shown) for e in answered):
            yield f"{name} has settled {entry['job']}, but the answers were {answered}"


def _recorded(outputs: dict[str, Any]) -> tuple[str | None, str | None]:
    return outputs.get("operation") or None, outputs.get("status") or None


def _place_and_key(outputs: dict[str, Any]) -> tuple[Place | None, Key]:
    parts = [outputs[each] for each in ("app_id", "backend_environment_name", "job_id")]
    return PLACES[outputs.get("target", "")], (parts[0], parts[1], parts[2])


def leaks_nothing(run: Run) -> Iterator[str]:
    """6: no secret is in anything that is shown or kept, but where the engine hides it."""
    secrets = (*CANARIES, *run.lent)
    for text in (run.output, json.dumps([*_checked(run), *_kept(run)], ensure_ascii=False)):
        yield from (f"{part} is shown: {text}" for part in leaks(text, secrets)[:1])


def _checked(run: Run) -> Iterator[Any]:
    """Yield the inputs that checks have answered, as the engine shows them in a preview."""
    for call in run.calls:
        if call.method == "Check" and call.answer:
            job = run.declared.jobs.get(call.request["name"])
            declared = inputs_of(job) if job else {}
            yield _in_the_open(with_secrets_of(call.answer.get("inputs", {}), declared))


def _kept(run: Run) -> Iterator[Any]:
    """Yield what the run has changed in the state."""
    for name, resource in run.after.items():
        if resource != run.before.get(name):
            yield _in_the_open([resource.id, resource.inputs, resource.outputs])


def _in_the_open(value: Any) -> Any:
    """Return a value without what the engine hides of it, at any depth."""
    if rpc.is_rpc_secret(value):
        return None
    if isinstance(value, dict):
        return {key: _in_the_open(item) for key, item in value.items()}
    return [_in_the_open(item) for item in value] if isinstance(value, list) else value


def fails_in_words(run: Run) -> Iterator[str]:
    """7: no traceback is in anything that is shown, and an error is a line for each reason."""
    for sign in ("Traceback", "internal error", 'File "'):
        if sign in run.output:
            yield f"{sign} is shown: {run.output}"
    for problem in run.result.errors if not run.was_ended else ():
        if any(not line or line[0].isspace() for line in problem.message.split("\n")):
            yield f"an error is no line of words: {problem.message!r}"


class Invariant(NamedTuple):
    """What must hold, and what says where it does not."""

    number: int
    words: str
    problems: Callable[[Run], Iterator[str]]


INVARIANTS = (
    Invariant(4, "only what is declared is written", writes_what_is_declared),
    Invariant(3, "only what was named is written", writes_what_was_named),
    Invariant(5, "the state is what was shown", records_what_was_shown),
    Invariant(6, "no secret", leaks_nothing),
    Invariant(7, "no traceback", fails_in_words),
    Invariant(2, "a second up is silent", is_silent),
    Invariant(1, "no false success", no_false_success),
    Invariant(1, "converges", converges),
)
"""The most telling first."""

NUMBERS = frozenset(each.number for each in INVARIANTS)
