"""All that a running emulator holds, shared by its HTTP side and its Python handle."""

import time
from collections.abc import Iterable
from pathlib import Path

from .faults import Fault, FaultPlan
from .record import RequestRecord
from .seed import load_seed, parse_jobs
from .store import Clock, JobStore

Seed = str | Path | Iterable[object]
"""The path of a YAML file, or jobs: each a `Job` or a mapping by the wire's field names."""


class Backend:
    """The jobs, the faults, the log and the latency (in seconds) of an emulator."""

    def __init__(
        self,
        *,
        seed: Seed | None = None,
        latency: float = 0.0,
        faults: Iterable[Fault] = (),
        fault_seed: int | None = None,
        clock: Clock = time.time,
        database: str = ":memory:",
    ) -> None:
        """Set everything up; raises `SeedError` or `FaultError` for what is wrong."""
        # What can be refused goes first, so that no database is left open behind an error.
        jobs = load_seed(seed) if isinstance(seed, str | Path) else parse_jobs(seed or [])
        self.faults = FaultPlan(faults, fault_seed)
        self.latency = latency
        self.clock = clock
        self.record = RequestRecord()
        self.store = JobStore(database, clock)
        self.store.put(jobs)

    def reset(self) -> None:
        """Forget all jobs, faults and log entries; the latency stays."""
        self.store.clear()
        self.faults.replace([])
        self.record.clear()
