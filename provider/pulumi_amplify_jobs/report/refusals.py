"""Why `pulumi up --plan` or `--strict` refused a resource, in words: a function of its message.

The engine compares the inputs of a resource with the reviewed ones and prints both in its own
notation, such as `~~previous[{map[status:{RUNNING}]}!={map[status:{COMPLETED}]}]` (pulumi/pulumi,
pkg/resource/deploy/plan.go: checkDiff, MakeError). `previous` is the live job before the change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import one_line
from ..times import moment_of
from .run import Urn

VIOLATION = re.compile(r"resource (?P<urn>urn:pulumi:\S+) violates plan: (?P<why>.*)", re.DOTALL)
UNSEEN = re.compile(r"expected resource operations for (?P<urn>urn:pulumi:\S+) but none were seen")
CHANGE = re.compile(r"(?:^|, )(?P<planned>[-+~=])(?P<now>[-+~=])(?P<field>[a-z_]+)(?=\[|, |$)")
FIELD = re.compile(
    r"(?P<name>operation|status|update_time):\{(?P<value>.*?)\}"
    r"(?= (?:operation|status|update_time):\{|\]\}|$)",
    re.DOTALL,
)
MATCH = re.compile(r"(?:^|\[|\} )(?P<key>[^/\[]+/[^/]+/[^/]+?):\{")
BOTH = "!="
SECRET_VALUE = "{&{"  # noqa: S105 (a notation)
"""How the engine prints a secret: in the clear."""


@dataclass(frozen=True)
class Refusal:
    """A resource that the engine refused, as it is not what was reviewed."""

    name: str
    reason: str
    """What is not as reviewed, in one line."""


def refusals_in(lines: Iterable[str]) -> list[Refusal]:
    """Return the refusals that lines of the engine's output tell, each once."""
    found = (refusal_in(line) for line in lines)
    return list(dict.fromkeys(each for each in found if each is not None))


def refusal_in(message: str) -> Refusal | None:
    """Return the refusal that a message tells, or None where it tells another thing."""
    violation = VIOLATION.search(message)
    if violation is not None:
        return Refusal(_name(violation["urn"]), _reason(violation["why"].strip()))
    unseen = UNSEEN.search(message)
    if unseen is not None:
        return Refusal(_name(unseen["urn"]), "was reviewed, and is no longer declared")
    return None


def _name(urn: str) -> str:
    parsed = Urn.parse(urn)
    return parsed.name if parsed else urn


def _reason(why: str) -> str:
    """Return the reason; where the engine's notation is another one, its own words."""
    if SECRET_VALUE in why:
        return "is not as reviewed; its config is secret, so the engine's own output says how"
    changes = why.removeprefix("properties changed: ")
    heads = list(CHANGE.finditer(changes))
    ends = [*(head.start() for head in heads), len(changes)][1:]
    found = [
        (head["field"], head["now"], changes[head.end() : end])
        for head, end in zip(heads, ends, strict=False)
    ]
    fields = frozenset(field for field, _, _ in found)
    told = [_changed(*each) for each in found if not _follows(*each, fields)]
    reasons = [reason for reason in dict.fromkeys(told) if reason]
    return one_line("; ".join(reasons) or changes, 2000)


def _follows(field: str, _: str, values: str, fields: frozenset[str]) -> bool:
    """Say whether a change only follows from the move of the live job, which another one tells.

    A refresh has put the live operation and status in place of the declared ones: they differ, or
    do no longer, and the engine prints no other wanted value than before.
    """
    if field == "changes":
        return "previous" in fields
    refreshed = field in ("operation", "status") and BOTH not in values
    return refreshed and not fields.isdisjoint(("previous", "changes"))


def _changed(field: str, now: str, values: str) -> str:
    """Tell of one property; `now` is what the engine would do about it, `values` what it prints."""
    reviewed, both, actual = values.strip("[]").partition(BOTH)
    if not both and now not in "-=":
        reviewed, actual = "", reviewed
    if now in "-=":
        actual = ""  # it stays or goes: nothing is planned for it now
    if field == "changes":
        return (
            "moved since the review: it is as declared now, or left alone"
            if now in "-="
            else "moved since the review: it is back at what it was before the last change"
        )
    if field == "previous":
        return _moved(reviewed, actual)
    if field == "matches":
        return _matches(reviewed, actual)
    if field == "skipped":
        left_alone = f"is left alone now: {actual.strip('{}')}"
        return left_alone if actual else "is no longer left alone"
    return f"{field} is not the reviewed one: the config changed since"


def _moved(reviewed: str, actual: str) -> str:
    """Tell how the live job went from what was reviewed; "" is a job as it is declared."""
    before, after = _fields(reviewed), _fields(actual)
    if not before:
        return f"was as declared in the review, and moved since: {_state(after)}"
    if not after:
        return f"moved since the review: {_state(before)} then, now as declared or left alone"
    moves = [
        f"{field} went from {before.get(field, 'absent')} to {after.get(field, 'absent')}"
        for field in ("operation", "status")
        if before.get(field) != after.get(field)
    ]
    moved = " and ".join(moves) or f"it was updated, and shows {_state(after)} again"
    moment = f" ({moment_of(after['update_time'])})" if "update_time" in after else ""
    return f"moved since the review: {moved}{moment}"


def _fields(text: str) -> dict[str, str]:
    return {match["name"]: match["value"] for match in FIELD.finditer(text)}


def _state(fields: dict[str, str]) -> str:
    shown = " ".join(fields[field] for field in ("operation", "status") if field in fields)
    return shown or "another state"


def _matches(reviewed: str, actual: str) -> str:
    before = {match["key"] for match in MATCH.finditer(reviewed)}
    after = {match["key"] for match in MATCH.finditer(actual)}
    parts = [
        f"{word} since the review: {', '.join(sorted(keys))}"
        for word, keys in (("matched", after - before), ("matched no more", before - after))
        if keys
    ]
    return "; ".join(parts) or "the jobs that match moved since the review"
