"""Hypothesis plays a stack: whatever happens, in whatever order, the invariants hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pulumi_amplify_jobs.spelling import snake
from tests.canaries import STATUS
from tests.releases import RecordedStack, recorded

from .counts import Counts
from .declared import wanted
from .forked import ForkServer
from .invariants import NUMBERS
from .lab import Lab
from .trouble import CALM, Meddling, Trouble
from .universe import EAST, HERE, HIDDEN, KEYS_OF_JOBS, OPERATIONS, STATUSES, WEST, Key, Place

RELEASES = recorded("declared", "targets", "waiting")
"""What needs a passphrase or a program of its own is left to the tests of releases."""
RECORDED_NAMES = ("updated", "left-alone", "newest")
NAMES = ("a", "b", "c", "d")
RULE_NAMES = ("stuck", "other")
FAULTS = (
    *("429", "504", "500", "400", "denied"),
    *("drop", "lost", "truncated", "empty", "garbage", "foreign", "stale"),
)
EXCEPTIONS = ("dshop/prod/1", "dshop/prod/1", "dshop/feat%2Fx/*", "dblog/*/a%2Fb%25", "*/prod/2")
CALLS = (None, "UpdateBackendJob", "GetBackendJob", "ListBackendJobs")
UNKNOWNS = (
    *product(NAMES, ("status", "jobId")),
    *product(RULE_NAMES * 2, ("limit", "match", "set", "apps")),
)
"""What a preview may not know: a declaration, and an input of it."""

status = st.sampled_from(STATUSES)
# First what jobs don't show at first: the plainest stories, of which there are many, then write.
wished_status = st.sampled_from(STATUSES[::-1])
target = st.sampled_from(["", "", "", "", "east", "west"])
place = st.sampled_from([HERE, HERE, HERE, EAST, WEST])
key = st.sampled_from([*KEYS_OF_JOBS, *KEYS_OF_JOBS[:2]])
what_becomes = st.sampled_from([*STATUSES * 3, *["another operation"] * 2, "gone"])
wait = st.sampled_from([{}] * 5 + [{"wait": {"timeout": "1s"}}])


def _meddling(retries: int = 0, **given: Any) -> Trouble:
    return Trouble(retries=retries, meddling=Meddling(**given))


def jobs() -> st.SearchStrategy[dict[str, Any]]:
    """Return declared jobs, as the YAML has them."""
    wishes = st.one_of(
        st.fixed_dictionaries({"status": wished_status}),
        st.fixed_dictionaries({"operation": st.sampled_from(OPERATIONS)}),
        st.fixed_dictionaries({"status": wished_status, "operation": st.sampled_from(OPERATIONS)}),
    )
    options = st.fixed_dictionaries(
        {},
        optional={
            "when": st.one_of(
                st.fixed_dictionaries({"status": status}),
                st.fixed_dictionaries({"operation": st.sampled_from(OPERATIONS)}),
            ),
            "ifMissing": st.sampled_from(["ignore", "ignore", "error"]),
        },
    )
    latest: st.SearchStrategy[Any] = st.one_of(
        st.just({"latest": {}}),
        st.just({"latest": {}}),
        st.just({"latest": {"status": "RUNNING"}}),
        st.just({"latest": {}, "follow": True}),
    )
    wished = st.builds(lambda wish, wait: {**wish, **_waiting(wait, wish)}, wishes, wait)
    return st.builds(_job, key, wished, options, target, st.one_of(*[st.none()] * 4, latest))


def _waiting(wait: dict[str, Any], aim: dict[str, Any]) -> dict[str, Any]:
    """Return what is waited for; a job does not become COMPLETED by itself."""
    return wait if "status" in aim else {}


def _job(key: Any, wish: Any, options: Any, target: str, latest: Any) -> dict[str, Any]:
    named = dict(zip(("appId", "backendEnvironmentName", "jobId"), key, strict=True))
    where = {"target": target} if target else {}
    return {**named, **({"jobId": latest} if latest else {}), **where, **wish, **options}


def rules() -> st.SearchStrategy[Any]:
    """Return rules, as the YAML has them."""
    statuses = [["RUNNING"], ["RUNNING"], ["RUNNING", "FAILED"], ["COMPLETED"]]
    operations: list[Any] = [{}, {}, {}, *({"operation": [each]} for each in OPERATIONS)]
    ages: list[Any] = [{}, {"olderThan": "6h"}, {"idleFor": "1h"}]
    match = st.builds(
        lambda status, operation, age: {"status": status, **operation, **age},
        *map(st.sampled_from, (statuses, operations, ages)),
    )
    apps = [["*"], ["dshop"], ["d*p"], ["dblog", "dshop"]]
    by_what_they_are = [{"nameMatches": "*"}, {"nameMatches": "shop-*"}, {"tags": {"team": "web"}}]
    failed, completed = {"status": "FAILED"}, {"status": "COMPLETED"}
    other = {"operation": OPERATIONS[1]}
    made: st.SearchStrategy[Any] = st.fixed_dictionaries(
        {
            "apps": st.sampled_from([*apps, *by_what_they_are]),
            "environments": st.sampled_from([["*"], ["prod"], ["feat/*"]]),
            "match": match,
            "set": st.sampled_from([failed, failed, completed, other, {**failed, **other}]),
            "limit": st.sampled_from([1, 20, 20, 20]),
        },
        optional={
            "except": st.lists(
                st.sampled_from(EXCEPTIONS),
                max_size=2,
            ),
            "targets": st.sampled_from([["east"], ["west", "east"], ["west"]]),
        },
    )
    return st.builds(_rule, made.filter(_may_do_something), wait)


def _rule(rule: dict[str, Any], wait: dict[str, Any]) -> dict[str, Any]:
    return {**rule, **_waiting(wait, rule["set"])}


def _may_do_something(rule: dict[str, Any]) -> bool:
    """Say whether a rule asks for more than what it matches by: others are refused."""
    aim, match = wanted(rule["set"])._asdict(), rule["match"]
    return any(match.get(field) != [value] for field, value in aim.items() if value is not None)


@dataclass(frozen=True)
class Up:
    """An up."""

    trouble: Trouble
    refresh: bool

    def __call__(self, lab: Lab) -> None:
        lab.up(self.trouble, refresh=self.refresh)


@dataclass(frozen=True)
class Reviewed:
    """A preview, which can't know some of the inputs, moves, and an up that is held to it."""

    unknown: Collection[tuple[str, str]]
    between: Sequence[tuple[Place, Key, str]]
    trouble: Trouble

    def __call__(self, lab: Lab) -> None:
        known = {**lab.jobs, **lab.rules}
        fields = ((name, field) for name, field in self.unknown if name in known)
        unknown = {name: [snake(field)] for name, field in fields if field in known[name]}

        def move() -> None:
            for each in self.between:
                lab.move(*each)

        lab.reviewed_up(unknown, move, self.trouble)


@dataclass(frozen=True)
class Converge:
    """Ups without trouble."""

    refresh: bool

    def __call__(self, lab: Lab) -> None:
        lab.converge(refresh=self.refresh)


@dataclass(frozen=True)
class Look:
    """Runs without trouble."""

    what: str

    def __call__(self, lab: Lab) -> None:
        getattr(lab, self.what)()


moved = st.builds(
    _meddling,
    operation=st.sampled_from(["Read", "Read", "UpdateBackendJob"]),
    job=st.tuples(place, key),
    number=st.sampled_from([1, 2]),
    is_after=st.booleans(),
    act=st.sampled_from([*STATUSES, "gone"]),
)
moved_itself = st.builds(  # mostly so that there still is something to write
    _meddling,
    operation=st.sampled_from(["Reread", "Reread", "UpdateBackendJob"]),
    number=st.sampled_from([1, 1, 2]),
    is_after=st.sampled_from([False, False, True]),
    act=st.sampled_from([*["another operation"] * 3, *STATUSES, "gone"]),
)
ended = st.builds(
    _meddling,
    operation=st.sampled_from(["Read", "Read", "UpdateBackendJob"]),
    number=st.sampled_from([1, 1, 1, 2]),
    is_after=st.booleans(),
    act=st.sampled_from(["cancel", "kill", "restart"]),
    retries=st.sampled_from([0, 2]),
)
faulty = st.builds(
    Trouble,
    fault=st.sampled_from(FAULTS),
    operation=st.sampled_from(CALLS),
    times=st.sampled_from([1, 2, 9]),
    retries=st.sampled_from([0, 0, 1]),
)
odd_updates = st.builds(Trouble, updates=st.sampled_from(["ignore", "delay", "revert", "refuse"]))


def _each(*given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return one of these, more often what is given more often; `one_of` counts it once."""
    return st.sampled_from(given).flatmap(lambda each: each)


trouble = _each(moved_itself, ended, faulty, odd_updates, moved_itself, ended, faulty, moved)
troubled_up = st.builds(Up, trouble=trouble, refresh=st.sampled_from([True, True, False]))
reviewed_up = st.builds(
    Reviewed,
    unknown=st.lists(st.sampled_from(UNKNOWNS), max_size=3),
    between=st.lists(st.tuples(place, key, what_becomes), max_size=2),
    trouble=_each(st.just(CALM), trouble),
)
calm_up = st.builds(Up, trouble=st.just(CALM), refresh=st.booleans())
runs = _each(
    *[troubled_up] * 3,
    *[reviewed_up] * 2,
    calm_up,
    st.builds(Converge, refresh=st.sampled_from([True, True, False])),
    st.builds(Look, st.sampled_from(["preview", "refresh", "destroy"])),
)


EDITS = 3
"""Steps between two steps that run something: a run costs as much as hundreds of them."""


def is_due(machine: Machine) -> bool:
    """Say whether the next step is a run."""
    return machine.edits >= EDITS and not machine.lab.is_empty


class Machine(RuleBasedStateMachine):
    """The steps. None depends on what came of an earlier one, so that each story can be retold."""

    server: ClassVar[ForkServer]
    build: ClassVar[str] = ""
    judged: ClassVar[Collection[int]] = NUMBERS
    told: ClassVar[Counts]
    """What was done so far, in all stories."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab(self.server, self.build, self.judged)
        self.edits = -1  # the first check comes before the first step

    def teardown(self) -> None:
        for run in self.lab.runs:
            note(run.told())
        self.told.add(self.lab.runs)
        self.lab.close()

    def check_invariants(self, *args: Any, **kwargs: Any) -> None:
        self.told.steps += self.edits >= 0
        self.edits += 1
        super().check_invariants(*args, **kwargs)

    @initialize(
        jobs=st.dictionaries(st.sampled_from(NAMES), jobs(), min_size=1, max_size=3),
        rules=st.dictionaries(st.sampled_from(RULE_NAMES), rules(), max_size=1),
        release=st.sampled_from([*[None] * 12, *RELEASES]),
    )
    def begin(
        self, jobs: dict[str, Any], rules: dict[str, Any], release: RecordedStack | None
    ) -> None:
        if release is not None:
            self.lab.carry_over(release)
            return
        for name, job in jobs.items():
            self.lab.declare(name, job)
        self.lab.rules.update(rules)

    @precondition(lambda self: not is_due(self))
    @rule(name=st.sampled_from(NAMES), job=jobs())
    def declare(self, name: str, job: dict[str, Any]) -> None:
        self.lab.declare(name, job)

    @precondition(lambda self: not is_due(self))
    @rule(name=st.sampled_from(RULE_NAMES), given=rules())
    def declare_rule(self, name: str, given: dict[str, Any]) -> None:
        self.lab.rules[name] = given
        self.lab.changed()

    @precondition(lambda self: not is_due(self))
    @rule(name=st.sampled_from([*NAMES, *RULE_NAMES, *RULE_NAMES, "astray", "hidden"]))
    def withdraw(self, name: str) -> None:
        self.lab.jobs.pop(name, None)
        self.lab.rules.pop(name, None)
        self.lab.changed()

    @precondition(lambda self: not is_due(self))
    @rule(name=st.sampled_from([*NAMES * 2, *RECORDED_NAMES]), becomes=what_becomes)
    def drift(self, name: str, becomes: str) -> None:
        self.lab.drift(name, becomes)

    @precondition(lambda self: not is_due(self))
    @rule(place=place, key=key, becomes=what_becomes)
    def move(self, place: Any, key: Any, becomes: str) -> None:
        self.lab.move(place, key, becomes)

    @precondition(lambda self: not is_due(self))
    @rule(what=st.sampled_from(["later", "later", "restart", "astray", "secret", "nothing"]))
    def happen(self, what: str) -> None:
        if what == "later":
            self.lab.later()
        elif what == "restart":
            self.lab.restart_emulator()
        elif what == "astray":
            job = _job(KEYS_OF_JOBS[0], {"status": "FAILED"}, {}, "astray", None)
            if self.lab.jobs.pop("astray", None) is None:
                self.lab.declare("astray", job)
        elif what == "secret":
            self.lab.declare("hidden", _job(HIDDEN, {"status": STATUS}, {}, "", None))

    @precondition(is_due)
    @rule(run=runs)
    def run(self, run: Up | Reviewed | Look) -> None:
        self.edits = 0
        run(self.lab)
