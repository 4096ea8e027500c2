"""Hypothesis plays a stack: whatever happens, in whatever order, the invariants hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pulumi_amplify_jobs.spelling import snake
from tests.canaries import STATUS
from tests.releases import RecordedStack, recorded

from .forked import ForkServer
from .lab import Lab
from .runs import Run
from .trouble import Meddling, Trouble
from .universe import EAST, HERE, HIDDEN, KEYS_OF_JOBS, OPERATIONS, STATUSES, WEST, Key, Place

RELEASES = recorded("declared")
RECORDED_NAMES = ("updated", "left-alone", "newest")
NAMES = ("a", "b", "c", "d")
RULE_NAMES = ("stuck", "other")
FAULTS = (
    *("429", "504", "500", "400", "denied"),
    *("drop", "lost", "truncated", "empty", "garbage", "foreign", "stale"),
)
EXCEPTIONS = ("dshop/prod/1", "dshop/prod/1", "dshop/feat%2Fx/*", "dblog/*/a%2Fb%25", "*/prod/2")
CALLS = (None, "UpdateBackendJob", "GetBackendJob", "ListBackendJobs")

status = st.sampled_from(STATUSES)
target = st.sampled_from(["", "", "", "", "east", "west"])
place = st.sampled_from([HERE, HERE, HERE, EAST, WEST])
key = st.sampled_from([*KEYS_OF_JOBS, *KEYS_OF_JOBS[:2]])
what_becomes = st.sampled_from([*STATUSES * 3, "gone"])


def _meddling(**given: Any) -> Trouble:
    return Trouble(meddling=Meddling(**given))


def jobs() -> st.SearchStrategy[dict[str, Any]]:
    """Return declared jobs, as the YAML has them."""
    wishes = st.one_of(
        st.fixed_dictionaries({"status": status}),
        st.fixed_dictionaries({"operation": st.sampled_from(OPERATIONS)}),
        st.fixed_dictionaries({"status": status, "operation": st.sampled_from(OPERATIONS)}),
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
    wait = st.sampled_from([{}] * 5 + [{"wait": {"timeout": "1s"}}])
    options = st.builds(lambda given, wait: {**given, **wait}, options, wait)
    return st.builds(_job, key, wishes, options, target, st.one_of(*[st.none()] * 4, latest))


def _job(key: Any, wish: Any, options: Any, target: str, latest: Any) -> dict[str, Any]:
    named = dict(zip(("appId", "backendEnvironmentName", "jobId"), key, strict=True))
    where = {"target": target} if target else {}
    if "status" not in wish:  # it would have to become COMPLETED by itself
        options = {name: value for name, value in options.items() if name != "wait"}
    return {**named, **({"jobId": latest} if latest else {}), **where, **wish, **options}


def rules() -> st.SearchStrategy[Any]:
    """Return rules, as the YAML has them."""
    made: st.SearchStrategy[Any] = st.fixed_dictionaries(
        {
            "apps": st.sampled_from([["*"], ["dshop"], ["d*p"], ["dblog", "dshop"]]),
            "environments": st.sampled_from([["*"], ["prod"], ["feat/*"]]),
            "match": st.fixed_dictionaries(
                {
                    "status": st.sampled_from(
                        [["RUNNING"], ["RUNNING"], ["RUNNING", "FAILED"], ["COMPLETED"]]
                    )
                },
                optional={"olderThan": st.just("6h")},
            ),
            "set": st.sampled_from([{"status": s} for s in ("FAILED", "FAILED", "COMPLETED")]),
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
    return made.filter(lambda rule: [rule["set"]["status"]] != rule["match"]["status"])


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

    unknown: Mapping[str, str]
    between: Sequence[tuple[Place, Key, str]]
    trouble: Trouble

    def __call__(self, lab: Lab) -> None:
        known = {**lab.jobs, **lab.rules}
        fields = ((name, field) for name, field in self.unknown.items() if name in known)
        unknown = {name: [snake(field)] for name, field in fields if field in known[name]}

        def move() -> None:
            for each in self.between:
                lab.move(*each)

        lab.reviewed_up(unknown, move, self.trouble)


@dataclass(frozen=True)
class Look:
    """Runs without trouble."""

    what: str

    def __call__(self, lab: Lab) -> None:
        getattr(lab, self.what)()


trouble = st.one_of(
    st.builds(
        Trouble,
        fault=st.sampled_from(FAULTS),
        operation=st.sampled_from(CALLS),
        times=st.sampled_from([1, 2, 9]),
        retries=st.sampled_from([0, 0, 1]),
    ),
    st.builds(Trouble, updates=st.sampled_from(["ignore", "delay", "revert", "refuse"])),
    st.builds(
        _meddling,
        operation=st.sampled_from(["Read", "Read", "UpdateBackendJob"]),
        place=place,
        key=key,
        number=st.sampled_from([1, 2]),
        is_after=st.booleans(),
        act=st.sampled_from([*STATUSES, "gone", "cancel", "kill"]),
    ),
)
runs = st.one_of(
    st.builds(Up, trouble=trouble, refresh=st.sampled_from([True, True, False])),
    st.builds(Up, trouble=trouble, refresh=st.sampled_from([True, True, False])),
    st.builds(
        Reviewed,
        unknown=st.dictionaries(
            st.sampled_from([*NAMES, *RULE_NAMES]),
            st.sampled_from(["status", "jobId", "limit", "match", "set", "apps"]),
            max_size=2,
        ),
        between=st.lists(st.tuples(place, key, what_becomes), max_size=2),
        trouble=trouble,
    ),
    st.builds(Look, st.sampled_from(["preview", "refresh", "destroy", "up", "up"])),
    st.just(Look("converge")),
)


@dataclass
class Counts:
    """What was done in all stories."""

    steps: int = 0
    runs: int = 0
    failed_runs: int = 0
    faults: int = 0
    """Calls that a fault struck, or that somebody meddled with."""
    writes: int = 0

    def add(self, runs: Sequence[Run]) -> None:
        """Add the runs of a story."""
        events = [event for run in runs for event in run.events]
        self.runs += len(runs)
        self.failed_runs += sum(run.failed for run in runs)
        self.faults += sum(each.fault is not None or each.operation == "move" for each in events)
        self.writes += sum(each.operation == "UpdateBackendJob" for each in events)


EDITS = 3
"""Steps between two steps that run something: a run costs as much as hundreds of them."""


def is_due(machine: Machine) -> bool:
    """Say whether the next step is a run."""
    return machine.edits >= EDITS and not machine.lab.is_empty


class Machine(RuleBasedStateMachine):
    """The steps. None depends on what came of an earlier one, so that each story can be retold."""

    server: ClassVar[ForkServer]
    build: ClassVar[str] = ""
    told: ClassVar[Counts]
    """What was done so far, in all stories."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab(self.server, self.build)
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
        release=st.sampled_from([*[None] * 8, *RELEASES]),
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
