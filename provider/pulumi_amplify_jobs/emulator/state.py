"""All that a running emulator holds, shared by its HTTP side and its Python handle."""

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypedDict

from .accounts import Accounts
from .callers import Caller, anyone, signer_of
from .database import MEMORY, Database
from .errors import EmulatorError
from .faults import Fault, FaultPlan
from .movable_clock import Clock, MovableClock
from .request_log import RecordedRequest, RequestLog, RequestRecord
from .seed import Seed, SeedSource, read_seed
from .sessions import Sessions
from .signatures import Credentials, SignatureCheck
from .store import JobStore, Updates
from .tokens import TokenService
from .transitions import Transitions
from .validation import seconds_of


class Options(TypedDict, total=False):
    """How an emulator is set up. Left out, each means nothing, none, or the machine's own.

    * host: the address to listen on, this machine only unless given
    * port: the port, or 0 for a free one
    * allow_hosts: more names that clients may call it by
    * seed: a YAML file's path, a mapping with `jobs`, `apps`, `accounts`, `keys`, `roles` and
      `policies` as in such a file, or jobs: each a `Job` or a mapping by the wire's field names;
      they are added to those that the database has, or replace them
    * updates: what becomes of an update, one of `Updates`
    * latency: the seconds added to each answer
    * faults: what goes wrong from the start
    * fault_seed: with one, the same requests meet the same faults
    * clock: returns epoch seconds
    * database: the path of an SQLite file that keeps the jobs
    * credentials: what requests must be signed with; without, any signature will do, or none
    * log: the path of a file that gets a line of JSON for each request; ``-`` is stdout
    """

    host: str
    port: int
    allow_hosts: Iterable[str]
    seed: SeedSource | None
    updates: Updates
    latency: float
    faults: Iterable[Fault]
    fault_seed: int | None
    clock: Clock
    database: str | Path
    credentials: Credentials | None
    log: str | Path | None


class State:
    """The jobs, apps and accounts, the faults, the log and the latency (in seconds).

    `log` gets each request, with the seconds that it took.
    """

    def __init__(self, options: Options) -> None:
        """Set everything up; raises an `EmulatorError` for what is wrong."""
        # What can be refused goes first, so that no file is made for nothing.
        seed = options.get("seed")
        start = Seed() if seed is None else read_seed(seed)
        clock, credentials = options.get("clock", time.time), options.get("credentials")
        self.faults = FaultPlan(options.get("faults", ()), options.get("fault_seed"))
        self.latency = options.get("latency", 0.0)
        self.record = RequestRecord()
        self.log: Callable[[RecordedRequest, float], None] = lambda _entry, _seconds: None
        with ExitStack() as files:
            if (log := options.get("log")) is not None:
                self.log = files.enter_context(closing(RequestLog(log))).write
            database = files.enter_context(closing(Database(options.get("database", MEMORY))))
            self.clock = MovableClock(database, clock)
            transitions = Transitions(database, self.clock)
            self.store = JobStore(
                database, transitions, self.clock, updates=options.get("updates", "set")
            )
            self.accounts, self._sessions = Accounts(database), Sessions(database)
            self.signatures = SignatureCheck(credentials, self.clock)
            self.tokens = TokenService(self.accounts, self._sessions, self.clock)
            self.seed(start)
            self._files = files.pop_all()

    def seed(self, seed: Seed) -> int:
        """Add or replace what a seed has, and return how many jobs and apps there are in it."""
        self.accounts.declare(seed)
        self.store.put(seed)
        return len(seed)

    def caller(self, authorization: str) -> Caller:
        """Return who sends a request with this header; whether it is true is not checked."""
        signer = signer_of(authorization)
        if not self.accounts.declared:
            return anyone(signer)
        session = self._sessions.find(signer.access_key_id)
        return self.accounts.assumed(session, signer) if session else self.accounts.user(signer)

    def advance(self, duration: str) -> int:
        """Let time pass at once, such as 40h; return the time then, in epoch milliseconds.

        Raises `EmulatorError`.
        """
        try:
            self.clock.advance(seconds_of(duration))
        except ValueError as error:
            raise EmulatorError(f"advance {error}") from None
        return self.clock.milliseconds()

    def reset(self) -> None:
        """Forget all but the latency, what becomes of updates, and who may call."""
        self.store.apps.clear()
        self.accounts.clear()
        self._sessions.clear()
        self.clock.reset()
        self.faults.replace([])
        self.record.clear()

    def close(self) -> None:
        """Close the files. Twice does no harm."""
        self._files.close()
