"""All that a running emulator holds, shared by its HTTP side and its Python handle."""

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypedDict

from .database import MEMORY, Database
from .errors import EmulatorError
from .faults import Fault, FaultPlan
from .request_log import RecordedRequest, RequestLog, RequestRecord
from .seed import Seed, SeedSource, read_seed
from .signatures import Credentials, SignatureCheck
from .store import Clock, JobStore, MovableClock, Updates
from .validation import seconds_of


class Options(TypedDict, total=False):
    """How an emulator is set up. Left out, each means nothing, none, or the machine's own.

    * host: the address to listen on, this machine only unless given
    * port: the port, or 0 for a free one
    * allow_hosts: more names that clients may call it by
    * seed: a YAML file's path, a mapping with `jobs` and `apps` as in such a file, or jobs:
      each a `Job` or a mapping by the wire's field names; they are added to those that the
      database has, or replace them
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
    """The jobs and apps, the faults, the log and the latency (in seconds) of an emulator.

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
        # By the clock as it was given: the clients' clocks do not move with `advance`.
        self.signatures = SignatureCheck(credentials, clock) if credentials else None
        self.log: Callable[[RecordedRequest, float], None] = lambda _entry, _seconds: None
        with ExitStack() as files:
            if (log := options.get("log")) is not None:
                self.log = files.enter_context(closing(RequestLog(log))).write
            database = files.enter_context(closing(Database(options.get("database", MEMORY))))
            self.clock = MovableClock(database, clock)
            self.store = JobStore(database, self.clock, options.get("updates", "set"))
            self.store.put(start)
            self._files = files.pop_all()

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
        """Forget all apps and jobs, faults and log entries, and what was added to the clock."""
        self.store.apps.clear()
        self.clock.reset()
        self.faults.replace([])
        self.record.clear()

    def close(self) -> None:
        """Close the files. Twice does no harm."""
        self._files.close()
