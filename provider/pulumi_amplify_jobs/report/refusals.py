"""Why `pulumi up --plan` or `--strict` refused a plan, in words: a function of its messages.

The engine compares the inputs of a resource with the reviewed ones and prints both in its own
notation, such as `~~plan[{map[action:{update} from:{map[status:{RUNNING}]} to:{map[status:
{FAILED}]}]}!={map[action:{nothing}]}]` (pulumi/pulumi, pkg/resource/deploy/plan.go: checkDiff,
MakeError). The first sign is what was planned, the second what the run would do: add, change,
remove or leave the input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..domain.plan import FIELDS
from ..errors import one_line
from ..redaction import redacted
from .engine_run import COLOUR, URN, Urn
from .markdown import code, prose
from .model import ReportError
from .values import items, mapping

VIOLATION = ("resource ", " violates plan: ")
UNSEEN = ("expected resource operations for ", " but none were seen")
"""What stands before and behind a URN in the messages of a refusal."""
CHANGE = re.compile(r"(?:^|, )(?P<planned>[-+~=])(?P<now>[-+~=])(?P<field>[a-z_]+)(?=\[|, |$)")
PLAN = re.compile(
    r"\{map\[action:\{(?P<action>\w+)\}"
    r"(?: from:\{map\[(?P<live>.*)\]\} to:\{map\[.*\]\})?(?: reason:\{(?P<reason>.*)\})?\]\}",
    re.DOTALL,
)
FIELD = re.compile(
    r"(?P<name>operation|status|updated):\{(?P<value>.*?)\}(?= (?:operation|status|updated):\{|$)",
    re.DOTALL,
)
MATCH = re.compile(
    r"(?:^\{map\[|\]\}\]\} )(?P<key>[^/]+/[^/]+/[^/]+?):\{map\[(?=(?:created|from):\{)"
)
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
JSON_MAPPING = re.compile(r"^\{", re.MULTILINE)

LONGEST = 2000
"""Characters of one reason."""

ADVICE = (
    "Preview again with `pulumi preview --save-plan`, review what it shows now, and run "
    "`pulumi up --plan` with the new plan.\n"
)

BOTH = "}!={"
MOVED = "moved since the review"
OTHER_RELEASE = "was reviewed with an earlier release of pulumi-amplify-jobs"
LAST_RELEASE = frozenset({"previous", "changes", "skipped"})
"""The inputs that said in earlier releases what `plan` says now."""

SECRET_VALUE = "{&{"  # noqa: S105 (a notation)
"""How the engine prints a secret: in the clear."""


@dataclass(frozen=True)
class Refusal:
    """A resource that the engine refused, as it is not what was reviewed."""

    name: str
    reason: str
    """What is not as reviewed, in one line."""


def explained(text: str, name: str) -> str:
    """Return which resources were refused, why, and what to do, as Markdown.

    `text` is the output of `pulumi up --plan` or `--strict`, as text, as JSON, or its event log;
    `name` is how messages call it. Raises ReportError where it has no refusal.
    """
    found = map(refusal_in, _messages(redacted(COLOUR.sub("", ANSI.sub("", text))).strip()))
    refusals = list(dict.fromkeys(filter(None, found)))
    if not refusals:
        raise ReportError(
            f"{name} reports no refused plan: give it the whole output of pulumi up --plan or "
            "--strict, including standard error (2>&1)"
        )
    counted = "1 resource is" if len(refusals) == 1 else f"{len(refusals)} resources are"
    lines = "".join(f"- {code(each.name)}: {prose(each.reason, LONGEST)}\n" for each in refusals)
    return f"**The plan was refused: {counted} not as reviewed.**\n\n{lines}\n{ADVICE}"


def _messages(text: str) -> Iterator[str]:
    """Yield the messages of a run: what its JSON says, and the lines of the text around it."""
    for part in _parts(text):
        if isinstance(part, str):
            yield from part.split("\n")
            continue
        yield from (str(mapping(each).get("message")) for each in items(part.get("diagnostics")))
        yield str(mapping(part.get("diagnosticEvent")).get("message"))


def _parts(text: str) -> Iterator[str | dict[str, Any]]:
    """Yield the JSON mappings of a text, each of which begins a line, and what is around them."""
    decoder = json.JSONDecoder()
    end = 0
    for begin in JSON_MAPPING.finditer(text):
        # A line within a mapping may begin as one does.
        if begin.start() >= end:
            with suppress(ValueError, RecursionError):
                value, after = decoder.raw_decode(text, begin.start())
                yield text[end : begin.start()]
                yield value
                end = after
    yield text[end:]


def refusal_in(message: str) -> Refusal | None:
    """Return the refusal in a message, or None where it says something else."""
    violation = _urn_between(*VIOLATION, message)
    if violation is not None:
        urn, why = violation
        return Refusal(_name(urn), _reason(why.strip()))
    unseen = _urn_between(*UNSEEN, message)
    if unseen is not None:
        return Refusal(_name(unseen[0]), "was reviewed, and is no longer declared")
    return None


def _urn_between(before: str, behind: str, message: str) -> tuple[str, str] | None:
    """Return the URN that stands between two texts, and what follows them."""
    _, found, rest = message.partition(f"{before}{URN}")
    urn, ended, after = rest.partition(behind)
    return (f"{URN}{urn}", after) if found and ended else None


def _name(urn: str) -> str:
    parsed = Urn.parse(urn)
    return parsed.name if parsed else urn


def _reason(why: str) -> str:
    """Return the reason; where the engine's notation is another one, its own words."""
    if SECRET_VALUE in why:
        return "is not as reviewed; its config is secret, so only the engine's own output says how"
    changes = why.removeprefix("properties changed: ")
    heads = list(CHANGE.finditer(changes))
    ends = [*(head.start() for head in heads), len(changes)][1:]
    found = [
        (head["field"], head["now"], changes[head.end() : end])
        for head, end in zip(heads, ends, strict=False)
    ]
    fields = frozenset(field for field, _, _ in found)
    if fields & LAST_RELEASE:
        return OTHER_RELEASE if "plan" in fields else MOVED
    # A refresh puts the live operation and status in place of the declared ones. Where the engine
    # prints no other wanted value than before, that only shows what the plan says.
    refreshed = FIELDS if "plan" in fields else ()
    changed = (_changed(*each) for each in found if each[0] not in refreshed or BOTH in each[2])
    reasons = filter(None, dict.fromkeys(changed))
    return one_line("; ".join(reasons) or changes, LONGEST)


def _changed(field: str, now: str, values: str) -> str:
    """Tell of one property; `now` is what the run would do about it, `values` what is printed."""
    reviewed, actual = _both(values[1 : values.rfind("]")], now)
    if field == "plan":
        return _moved(_Plan.parse(reviewed), _Plan.parse(actual))
    if field == "matches":
        return _matches(reviewed, actual)
    return f"{field} is not as reviewed: the config has changed since"


def _both(printed: str, now: str) -> tuple[str, str]:
    """Return the reviewed value and that of the run, "" where the engine prints none."""
    reviewed, both, actual = printed.partition(BOTH)
    if both:
        return f"{reviewed}}}", f"{{{actual}"
    return (printed, "") if now == "-" else ("", printed)


@dataclass(frozen=True)
class _Plan:
    """The input `plan` as the engine prints it."""

    action: str
    live: Mapping[str, str]
    reason: str

    @classmethod
    def parse(cls, printed: str) -> _Plan | None:
        found = PLAN.fullmatch(printed)
        if found is None:
            return None
        live = {each["name"]: each["value"] for each in FIELD.finditer(found["live"] or "")}
        return cls(found["action"], live, found["reason"] or "")

    @property
    def state(self) -> str:
        """The live job that is to be changed."""
        shown = " ".join(self.live[field] for field in FIELDS if field in self.live)
        return shown or "another state"

    @property
    def rest(self) -> str:
        """Why a job is not to be changed."""
        if self.action != "skipped":
            return "as declared"
        return f"left alone ({self.reason})" if self.reason else "left alone"


def _moved(before: _Plan | None, after: _Plan | None) -> str:
    """Tell how the live job went from what was reviewed to what the run found."""
    if after is None:
        return MOVED
    if after.action != "update":
        then = f"{before.state} then, " if before and before.action == "update" else ""
        return f"{MOVED}: {then}{after.rest} now"
    if before is None:
        return f"{MOVED}: {after.state} now"
    if before.action != "update":
        return f"was {before.rest} in the review, and moved since: {after.state}"
    if before.live == after.live:
        return ""  # another change is wanted: so the config changed, as another input says
    moves = [
        f"{field} went from {before.live.get(field, 'absent')} to {after.live.get(field, 'absent')}"
        for field in FIELDS
        if before.live.get(field) != after.live.get(field)
    ]
    moved = " and ".join(moves) or f"it was updated, and shows {after.state} again"
    updated = after.live.get("updated")
    return f"{MOVED}: {moved}" + (f" ({updated})" if updated else "")


def _matches(reviewed: str, actual: str) -> str:
    before = {match["key"] for match in MATCH.finditer(reviewed)}
    after = {match["key"] for match in MATCH.finditer(actual)}
    parts = [
        f"{word} since the review: {', '.join(sorted(keys))}"
        for word, keys in (("matched", after - before), ("no longer matched", before - after))
        if keys
    ]
    return "; ".join(parts) or "the jobs that match moved since the review"
