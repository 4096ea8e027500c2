"""Faults: what one is limited to, and when it strikes. What it then does: `fault_kinds`."""

import random
import re
import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from .errors import EmulatorError
from .fault_kinds import KINDS, Invocation, Reply
from .operations import OPERATIONS
from .places import ACCOUNT_ID
from .validation import Duration, first_problem, kind_of, seconds_of

SPELLING = "KIND=RATE or KIND:OPERATION=RATE, as in 504=0.3; slow takes a delay, as in slow@2s=0.3"
"""How a fault is written in one word."""

_ALIASES = {"throttle": "429"}
_DELAY = "3s"
_SPELLING = re.compile(
    r"(?P<kind>[^:=@]+)(?:@(?P<delay>[^:=]+))?(?::(?P<operation>[^=]+))?=(?P<rate>[^=]+)"
)


def _known_kind(kind: str) -> str:
    name = _ALIASES.get(kind, kind)
    if name not in KINDS:
        raise ValueError(f"unknown kind {kind!r}: one of {', '.join([*KINDS, *_ALIASES])}")
    return name


def _known_operation(operation: str | None) -> str | None:
    if operation is not None and operation not in OPERATIONS:
        raise ValueError(f"unknown operation {operation!r}: one of {', '.join(OPERATIONS)}")
    return operation


def _account_id(account_id: str | None) -> str | None:
    if account_id is not None and not ACCOUNT_ID.fullmatch(account_id):
        raise ValueError(f"accountId {account_id[:100]!a}: 12 digits are expected")
    return account_id


class Limits(NamedTuple):
    """What a request is for and who sends it, and so what a fault may be limited to."""

    operation: str | None
    job_id: str | None
    account_id: str | None = None
    region: str | None = None


class Fault(BaseModel):
    """A fault: its kind, how often it strikes, and what it is limited to.

    `rate` is the share of requests from 0 to 1; `operation` and `jobId` limit it to one
    operation or job, `accountId` and `region` to the requests of an account's credentials and to
    those signed for a region, `times` to so many strikes, after which it is gone. `delay` is how
    long a slow answer takes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: Annotated[str, AfterValidator(_known_kind)]
    rate: float = Field(default=1.0, ge=0, le=1, allow_inf_nan=False)
    operation: Annotated[str | None, AfterValidator(_known_operation)] = None
    job_id: str | None = Field(default=None, alias="jobId")
    account_id: Annotated[str | None, AfterValidator(_account_id)] = Field(
        default=None, alias="accountId"
    )
    region: str | None = None
    times: int | None = Field(default=None, ge=1)
    delay: Duration | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "Fault":
        if self.delay is not None and self.kind != "slow":
            raise ValueError(f"delay is for slow, not for {self.kind}")
        possible = KINDS[self.kind].operations
        if self.operation not in (None, *possible):
            raise ValueError(
                f"{self.kind} is for {' and '.join(possible)}, not for {self.operation}"
            )
        return self

    @property
    def seconds(self) -> float:
        """How long a slow answer takes."""
        return seconds_of(self.delay or _DELAY)

    @property
    def limits(self) -> Limits:
        """What the fault is limited to: None is no limit."""
        return Limits(self.operation, self.job_id, self.account_id, self.region)

    def strikes(self, request: Limits) -> bool:
        """Return whether the fault may strike a request."""
        possible = request.operation in KINDS[self.kind].operations
        return possible and all(
            limit in (None, given) for limit, given in zip(self.limits, request, strict=True)
        )

    def reply(self, call: Invocation) -> Reply:
        """Return what becomes of a call that the fault strikes."""
        reply = KINDS[self.kind].effect(replace(call, delay=self.seconds))
        return replace(reply, fault=self.kind if reply.struck else None)


def make_fault(value: object, where: str = "fault") -> Fault:
    """Return a fault from JSON data; `where` starts the one line of an `EmulatorError`."""
    if not isinstance(value, dict):
        raise EmulatorError(f"{where}: {kind_of(value)}, where a mapping is expected")
    try:
        return Fault.model_validate(value)
    except ValidationError as error:
        _, problem = first_problem(error, Fault)
        raise EmulatorError(f"{where}: {problem}") from None


def parse_fault(text: str) -> Fault:
    """Return a fault from ``KIND[@DELAY][:OPERATION]=RATE``, as in ``504=0.3``.

    Raises `EmulatorError` with one line that says what is valid.
    """
    match = _SPELLING.fullmatch(text)
    where = f"fault {text!r}"
    if match is None:
        raise EmulatorError(f"{where}: write {SPELLING}")
    try:
        rate = float(match["rate"])
    except ValueError:
        raise EmulatorError(f"{where}: the rate is a number from 0 to 1") from None
    return make_fault({**match.groupdict(), "rate": rate}, where)


def parse_faults(document: object) -> list[Fault]:
    """Return the faults of a list of fault objects, or of a mapping such as ``{"504": 0.3}``."""
    if isinstance(document, list):
        return [make_fault(each, f"faults[{index}]") for index, each in enumerate(document)]
    if isinstance(document, dict):
        return [parse_fault(f"{kind}={rate}") for kind, rate in document.items()]
    raise EmulatorError(f"faults: {kind_of(document)}, where a list or a mapping is expected")


class FaultPlan:
    """The faults that are configured. Every method may be called from any thread.

    One draw decides on a request, so at most one fault strikes. Of the faults that may,
    those with the most limits have the first share of the draw, then the
    order is that in which they were added.
    """

    def __init__(self, faults: Iterable[Fault] = (), seed: int | None = None) -> None:
        """Start with these faults; with a `seed` the same requests meet the same faults."""
        self._lock = threading.Lock()
        self._seed = seed
        self.replace(faults)

    def replace(self, faults: Iterable[Fault]) -> list[Fault]:
        """Have these faults and no others, and start the draws again from the seed."""
        chosen: list[Fault] = []
        for fault in faults:
            chosen = _with(chosen, fault)
        with self._lock:
            self._random = random.Random(self._seed)  # noqa: S311 (not for secrets)
            self._faults = chosen
        return self.faults()

    def add(self, fault: Fault) -> None:
        """Add a fault, in place of one of the same kind and limits."""
        with self._lock:
            self._faults = _with(self._faults, fault)

    def faults(self) -> list[Fault]:
        """Return the faults that may still strike."""
        with self._lock:
            return list(self._faults)

    def pick(self, request: Limits) -> Fault | None:
        """Return the fault that is to strike this request, or None."""
        with self._lock:
            candidates = [each for each in self._faults if each.strikes(request)]
            if not candidates:
                return None
            draw = self._random.random()
            for fault in sorted(candidates, key=lambda each: each.limits.count(None)):
                draw -= fault.rate
                if draw < 0:
                    return fault
            return None

    def run(self, call: Invocation) -> Reply:
        """Return what becomes of a call, under the fault that strikes it or under none."""
        job_id = call.inputs.get("jobId")
        caller = call.caller
        fault = self.pick(
            Limits(
                call.operation,
                None if job_id is None else str(job_id),
                caller.account_id,
                caller.signer.region,
            )
        )
        if fault is None:
            return Reply(call.run())
        reply = fault.reply(call)
        if reply.struck:
            self._use(fault)
        return reply

    def _use(self, fault: Fault) -> None:
        """Count a strike of a fault, which is gone after its last one."""
        with self._lock:
            if fault.times is None or fault not in self._faults:
                return
            left = fault.model_copy(update={"times": fault.times - 1})
            index = self._faults.index(fault)
            self._faults[index : index + 1] = [left] if left.times else []


def _with(faults: list[Fault], added: Fault) -> list[Fault]:
    """Return the faults with one more; rates that can't all be kept are refused."""
    same = (added.kind, added.limits)
    chosen = [each for each in faults if (each.kind, each.limits) != same] + [added]
    # Those with a count are left out: they make way for each other.
    rates = [each.rate for each in chosen if each.limits == added.limits and not each.times]
    if sum(rates) > 1 + 1e-9:
        raise EmulatorError(f"faults: the rates add up to {sum(rates):g}, the maximum is 1")
    return chosen
