"""Processes that are asked to end, or are killed, at any moment of a run."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from benchmarks.running.processes import LANGUAGE_HOST, PROGRAM, PROVIDER, role
from demo import sessions
from pulumi_amplify_jobs.emulator import Emulator
from tests.emulator.processes import running
from tests.ports import lasting_port
from tests.waiting import until

from ..converging import rest
from ..engine import EngineStack
from ..hosted import HostedStack
from ..processes import children, kill, of_session
from ..row import Row, Setting
from ..stacks import APPLY, STUCK, WANTED, Stack, ended
from ..trial import Trial, together

JOBS = 24
POLITE = 100
POLITE_SIGNALS = (signal.SIGINT, signal.SIGTERM)
KILLED = 50
"""Of each: command, provider and emulator without an engine, or engine, program and provider."""
LATENCY = 0.03
SLOW = 0.6
"""Seconds to an answer in some trials: what begins after a signal is then late to arrive."""
SOON = SLOW / 2
"""Seconds in which a write arrives that was sent before a signal."""
IMPATIENCE = 0.2
"""Seconds between the two signals that an engine gets."""
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


Judge = Callable[[Stack, "subprocess.Popen[str]", float, float], list[str]]
"""Returns what was wrong after a first and a last signal."""


@dataclass(frozen=True)
class Harm:
    """What is done to a run, and what it may lead to."""

    name: str
    strike: Callable[[subprocess.Popen[str]], int]
    """Does it, and returns how many processes it struck."""
    judges: tuple[Judge, ...] = ()

    def wrong(
        self, stack: Stack, process: subprocess.Popen[str], first: float, last: float
    ) -> tuple[str, ...]:
        """Return what was wrong after it, by the moments of its first signal and its last."""
        return tuple(each for judge in self.judges for each in judge(stack, process, first, last))


def commands(setting: Setting, polite: int = POLITE, killed: int = KILLED) -> Iterator[Trial]:
    """Signal `apply`, and kill it; kill the provider in the testing host."""
    for number in range(polite):
        yield _applying(setting, f"polite-{number}", ASKED[number % 2], _latency(number))
        if number < killed:
            yield _applying(setting, f"killed-{number}", KILLED_APPLY, LATENCY)
            yield _provider_killed(setting, f"provider-{number}")
            yield _emulator_killed(setting, f"emulator-{number}")


def engine(setting: Setting, polite: int = POLITE, killed: int = KILLED) -> Iterator[Trial]:
    """Signal `pulumi up`; kill the engine, the program and the provider."""
    for number in range(polite):
        asked = ASKED_ENGINE[number % 2]
        yield _up(setting, f"polite-{number}", asked, _latency(number))
        if number < killed:
            for kind, harm in enumerate(KILLS):
                yield _up(setting, f"killed-{number}-{kind}", harm, LATENCY)


def _latency(number: int) -> float:
    """Return the seconds to an answer in a trial: many in one pair of eight."""
    return LATENCY if (number // 2 + 1) % 8 else SLOW


def _applying(setting: Setting, folder: str, harm: Harm, latency: float) -> Trial:
    with Emulator(latency=latency) as emulator:
        stack = Stack(setting.part(folder), emulator, JOBS)
        command = [sys.executable, "-c", BEGINNING, *APPLY, "--parallel", str(PARALLEL)]
        with stack.launch(command, {}) as process:
            assert process.stderr is not None
            process.stderr.readline()
            _wait(setting, stack, process)
            sent = time.time()
            struck = harm.strike(process)
            last = time.time()
            first = ended(process)
            broken = harm.wrong(stack, process, sent, last)
        found = stack.judged(harm.name, first, faults=struck, broken=broken)
        return together(harm.name, [found, rest(stack, stack.unmet)])


def _wait(setting: Setting, stack: Stack, process: subprocess.Popen[str]) -> None:
    """Wait for a moment of the run: so many requests, or a little of the time before the first."""
    requests = setting.random.randrange(-10, 2 * JOBS + 10)
    if requests <= 0:
        time.sleep(-requests * 0.05)
    until(lambda: process.poll() is not None or len(stack.emulator.requests()) >= requests)


def _struck(number: signal.Signals, process: subprocess.Popen[str]) -> int:
    """Send a signal, and return how many runs it met: none, if it comes too late."""
    alive = process.poll() is None
    process.send_signal(number)
    return int(alive)


def _begun(stack: Stack, _process: object, first: float, _last: float) -> list[str]:
    """Return what is more than may arrive after a signal: each worker's write that is under way."""
    late = sum(each > first for each in _arrivals(stack))
    return [f"{late} writes after the signal"] * (late > PARALLEL)


def _late(stack: Stack, _process: object, _first: float, last: float) -> list[str]:
    """Return what arrived so late after the last signal that it was not under way by then."""
    late = [each - last for each in _arrivals(stack) if each > last + SOON]
    return [f"a write {each:.2f} s after the signal" for each in late]


def _arrivals(stack: Stack) -> list[float]:
    return [each.time / 1000 for each in stack.emulator.requests("UpdateBackendJob")]


def _gone(_stack: object, process: subprocess.Popen[str], first: float, _last: float) -> list[str]:
    """Wait for all that a process started to be gone, and return what took longer than it may."""
    until(lambda: time.time() - first > GRACE or not _left(process))
    seconds = time.time() - first
    left = ", ".join(map(role, _left(process))) or "nothing"
    return [f"{left} is left after {seconds:.1f} s"] * (seconds > GRACE)


def _left(process: subprocess.Popen[str]) -> list[int]:
    """Return what is left of a run, without the language host of a CLI that died of the signal.

    Before the CLI listens for signals, they end it at once, and it tells nobody whom it has begun.
    """
    died = process.returncode is not None and process.returncode < 0
    members = sessions.members(process.pid)
    return [each for each in members if not (died and role(each) == LANGUAGE_HOST)]


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
        sent = time.time()
        killed = kill(children(PROVIDER))
        first = running.result()
        broken = tuple(_begun(stack, None, sent, sent))
        found = stack.judged(name, first, faults=killed, broken=broken)
        return together(name, [found, rest(stack, stack.unmet)])


def _emulator_killed(setting: Setting, folder: str) -> Trial:
    """Kill the service under a run, and start it again from its database, at the same port."""
    path = setting.part(folder)
    database, log = path / "jobs.db", path / "requests.log"
    with Emulator(database=database) as emulator:
        stack = Stack(path / "stack", emulator, JOBS)
    done = setting.random.randrange(JOBS)
    port = str(lasting_port())
    options = ("--db", database, "--log", log, "--port", port, "--latency", str(LATENCY))
    with running(*options) as first:
        stack.declare(first.url)
        with stack.start(*APPLY, "--parallel", str(PARALLEL)) as process:
            until(lambda: process.poll() is not None or _set_at(first.url) >= done)
            struck = int(process.poll() is None)
            first.kill()
            broken = [] if _is_whole(database) else ["the database is damaged"]
            with running(*options):
                ran = ended(process)
    with Emulator(database=database) as emulator:
        stack.emulator = emulator
        return stack.judged(
            "SIGKILL of the emulator",
            ran,
            faults=struck,
            calls=len(log.read_text().splitlines()),
            unreviewed_writes=_moved_bystanders(stack),
            broken=(*broken, *ran.wrong_end()),
        )


def _moved_bystanders(stack: Stack) -> int:
    """Count the jobs that nobody declared, and that somebody wrote.

    What a killed emulator was asked to write is in no log, but what it wrote is in its database.
    """
    others = stack.live.keys() - set(stack.keys.values())
    return sum(stack.live[each] != STUCK for each in others)


def _set_at(url: str) -> int:
    """Return how many jobs an emulator has that are as declared."""
    jobs = httpx.get(f"{url}/_admin/jobs", trust_env=False).json()
    return str(jobs).count(f"'{WANTED}'")


def _is_whole(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as connection:
        [(answer,)] = connection.execute("PRAGMA integrity_check").fetchall()
        return bool(answer == "ok")


def _up(setting: Setting, folder: str, harm: Harm, latency: float) -> Trial:
    with Emulator(latency=latency) as emulator:
        stack = EngineStack(setting.part(folder), emulator, JOBS)
        with stack.running("up", "--yes", "--skip-preview", "--parallel", str(PARALLEL)) as process:
            _wait(setting, stack, process)
            sent = time.time()
            struck = harm.strike(process)
            last = time.time()
            text, _ = process.communicate()
            broken = harm.wrong(stack, process, sent, last)
        stack.unlock()
        first = stack.ended(process.returncode, text)
        found = stack.judged(harm.name, first, faults=struck, broken=broken)
        return together(harm.name, [found, rest(stack, stack.unmet)])


def _asked(number: signal.Signals, process: subprocess.Popen[str]) -> int:
    """Ask it to end, twice, as an impatient user does."""
    struck = _struck(number, process)
    with suppress(subprocess.TimeoutExpired):
        process.wait(IMPATIENCE)
    process.send_signal(number)
    return struck


def _killed(what: str, process: subprocess.Popen[str]) -> int:
    until(lambda: process.poll() is not None or of_session(process.pid, what))
    return kill(of_session(process.pid, what))


ASKED = [
    Harm(f"{each.name} of apply", partial(_struck, each), (_begun, _late, _gone))
    for each in POLITE_SIGNALS
]
KILLED_APPLY = Harm("SIGKILL of apply", partial(_struck, signal.SIGKILL), (_begun, _gone))
# Its steps under way read and write to their end, also after a second signal.
ASKED_ENGINE = [
    Harm(f"{each.name} of the engine", partial(_asked, each), (_begun, _gone))
    for each in POLITE_SIGNALS
]
KILLS = [
    Harm("SIGKILL of the engine", partial(_struck, signal.SIGKILL), (_begun,)),
    # What the program registered before it was killed, the engine goes on with.
    Harm("SIGKILL of the program", partial(_killed, PROGRAM)),
    Harm("SIGKILL of the provider", partial(_killed, PROVIDER), (_begun,)),
]


ROW = Row(
    name="signals",
    fault="SIGINT and SIGTERM at 100 moments; SIGKILL of the command, the provider, the program, "
    "the engine and the emulator at 50 of each",
    promise="Asked to end: no write begins after the signal (under the engine, none but those of "
    "the steps under way), and everything is gone within 5 seconds (but for the language host of a "
    "CLI that was signalled before it listens). Killed: no write that was answered is lost. The "
    "next run does the rest",
    amount="100 signals, 50 kills of each",
    commands=commands,
    engine=engine,
    minutes=12,
    engine_minutes=34,
)
