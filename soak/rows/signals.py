"""Processes that are asked to end, or are killed, at any moment of a run."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx

from benchmarks.running.processes import PROGRAM, PROVIDER
from pulumi_amplify_jobs.emulator import Emulator
from tests.emulator.processes import running
from tests.ports import lasting_port
from tests.waiting import until

from ..converging import rest
from ..engine import EngineStack
from ..hosted import HostedStack
from ..processes import children, kill, of_session
from ..row import Row, Setting
from ..stacks import APPLY, WANTED, Stack, ended
from ..trial import Trial, together

JOBS = 24
POLITE = 100
POLITE_SIGNALS = (signal.SIGINT, signal.SIGTERM)
KILLED = 50
"""Of each: command, provider and emulator without an engine, or engine, program and provider."""
LATENCY = 0.03
GRACE = 5.0
"""Seconds in which a process that was asked to end is to be gone."""
PARALLEL = 4
BEGINNING = """
import sys
from pulumi_amplify_jobs.cli import main
print("begun", file=sys.stderr, flush=True)
main()
"""
"""Before its first line, a signal meets Python's own start, which answers it with a traceback."""


def commands(setting: Setting, polite: int = POLITE, killed: int = KILLED) -> Iterator[Trial]:
    """Signal `apply`, and kill it; kill the provider in the testing host."""
    for number in range(polite):
        name = POLITE_SIGNALS[number % 2]
        yield _applying(setting, f"polite-{number}", name)
        if number < killed:
            yield _applying(setting, f"killed-{number}", signal.SIGKILL)
            yield _provider_killed(setting, f"provider-{number}")
            yield _emulator_killed(setting, f"emulator-{number}")


def engine(setting: Setting, polite: int = POLITE, killed: int = KILLED) -> Iterator[Trial]:
    """Signal `pulumi up`; kill the engine, the program and the provider."""
    for number in range(polite):
        name = POLITE_SIGNALS[number % 2]
        words = f"{name.name} of the engine"
        yield _up(setting, f"polite-{number}", words, _asking(name), _late)
        if number < killed:
            yield _up(setting, f"engine-{number}", "SIGKILL of the engine", _engine_killed)
            yield _up(setting, f"program-{number}", "SIGKILL of the program", _killing(PROGRAM))
            yield _up(setting, f"provider-{number}", "SIGKILL of the provider", _killing(PROVIDER))


def _applying(setting: Setting, folder: str, number: signal.Signals) -> Trial:
    with Emulator(latency=LATENCY) as emulator:
        stack = Stack(setting.part(folder), emulator, JOBS)
        command = [sys.executable, "-c", BEGINNING, *APPLY, "--parallel", str(PARALLEL)]
        with stack.launch(command, {}) as process:
            assert process.stderr is not None
            process.stderr.readline()
            _wait(setting, stack, process)
            sent = time.time()
            process.send_signal(number)
            first = ended(process)
        broken = _late(stack, sent, first.seconds)
        name = f"{number.name} of apply"
        found = stack.judged(name, first, faults=1, broken=tuple(broken))
        return together(name, [found, rest(stack, stack.unmet)])


def _wait(setting: Setting, stack: Stack, process: subprocess.Popen[str]) -> None:
    """Wait for a moment of the run: so many requests, or a little of the time before the first."""
    requests = setting.random.randrange(-10, 2 * JOBS + 10)
    if requests <= 0:
        time.sleep(-requests * 0.05)
    until(lambda: process.poll() is not None or len(stack.emulator.requests()) >= requests)


def _late(stack: Stack, sent: float, seconds: float) -> list[str]:
    """Return what went on after the signal: each worker may have a write under way, and no more."""
    writes = stack.emulator.requests("UpdateBackendJob")
    late = sum(each.time / 1000 > sent for each in writes)
    broken = [f"{late} writes after the signal"] if late > PARALLEL else []
    return broken + [f"gone after {seconds:.1f} s only"] * (seconds > GRACE)


def _provider_killed(setting: Setting, folder: str) -> Trial:
    name = "SIGKILL of the provider"
    with (
        Emulator(latency=LATENCY) as emulator,
        HostedStack(setting.part(folder), emulator, JOBS) as stack,
        ThreadPoolExecutor(1) as pool,
    ):
        running = pool.submit(stack.bring)
        requests = setting.random.randrange(2 * JOBS)
        until(lambda: running.done() or len(emulator.requests()) >= requests)
        until(lambda: running.done() or children(PROVIDER))
        killed = kill(children(PROVIDER))
        first = running.result()
        found = stack.judged(name, first, faults=killed)
        return together(name, [found, rest(stack, stack.unmet)])


def _emulator_killed(setting: Setting, folder: str) -> Trial:
    """Kill the service under a run, and start it again from its database, at the same port."""
    path = setting.part(folder)
    database = path / "jobs.db"
    with Emulator(database=database) as emulator:
        stack = Stack(path / "stack", emulator, JOBS)
    done = setting.random.randrange(JOBS)
    port = str(lasting_port())
    with running("--db", database, "--port", port) as first:
        stack.declare(first.url)
        with stack.start(*APPLY, "--parallel", str(PARALLEL)) as process:
            until(lambda: process.poll() is not None or _set_at(first.url) >= done)
            first.kill()
            broken = [] if _is_whole(database) else ["the database is damaged"]
            with running("--db", database, "--port", port):
                ran = ended(process)
    broken += ran.wrong_end()
    with Emulator(database=database) as emulator:
        stack.emulator = emulator
        return stack.judged("SIGKILL of the emulator", ran, faults=1, broken=tuple(broken))


def _set_at(url: str) -> int:
    """Return how many jobs an emulator has that are as declared."""
    jobs = httpx.get(f"{url}/_admin/jobs", trust_env=False).json()
    return str(jobs).count(f"'{WANTED}'")


def _is_whole(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as connection:
        [(answer,)] = connection.execute("PRAGMA integrity_check").fetchall()
        return bool(answer == "ok")


Harm = Callable[[subprocess.Popen[str]], None]
Judge = Callable[[Stack, float, float], list[str]]
"""Returns what was wrong after a moment and within so many seconds."""


def _up(
    setting: Setting, folder: str, name: str, harm: Harm, judge: Judge = lambda *_: []
) -> Trial:
    with Emulator(latency=LATENCY) as emulator:
        stack = EngineStack(setting.part(folder), emulator, JOBS)
        with stack.running("up", "--yes", "--skip-preview", "--parallel", str(PARALLEL)) as process:
            _wait(setting, stack, process)
            sent = time.time()
            harm(process)
            text, _ = process.communicate()
            seconds = time.time() - sent
        broken = judge(stack, sent, seconds)
        stack.unlock()
        first = stack.ended(process.returncode, text)
        found = stack.judged(name, first, faults=1, broken=tuple(broken))
        return together(name, [found, rest(stack, stack.unmet)])


def _asking(number: signal.Signals) -> Harm:
    """Ask it to end, twice, as an impatient user does."""

    def harm(process: subprocess.Popen[str]) -> None:
        for _ in range(2):
            if process.poll() is None:
                process.send_signal(number)
                time.sleep(0.2)

    return harm


def _engine_killed(process: subprocess.Popen[str]) -> None:
    process.kill()


def _killing(what: str) -> Harm:
    def harm(process: subprocess.Popen[str]) -> None:
        until(lambda: process.poll() is not None or of_session(process.pid, what))
        kill(of_session(process.pid, what))

    return harm


ROW = Row(
    name="signals",
    fault="SIGINT and SIGTERM at 100 moments; SIGKILL of the command, the provider, the program, "
    "the engine and the emulator at 50 of each",
    promise="No write begins after the signal, everything is gone within 5 seconds, and the next "
    "run does the rest; no write that was answered is lost",
    amount="100 signals, 50 kills of each",
    commands=commands,
    engine=engine,
    minutes=12,
    engine_minutes=34,
)
