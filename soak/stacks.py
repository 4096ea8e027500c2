"""Stacks whose jobs live in an emulator, run by the commands, and what came of a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from pulumi_amplify_jobs.emulator import Emulator
from tests.canaries import ALWAYS, KEYS, leaks
from tests.samples import APP, job
from tests.stack_config import stack_config
from tests.waiting import until

from .trial import Trial

if TYPE_CHECKING:
    from typing_extensions import Self

SCRIPT = str(Path(sys.executable).parent / "amplify-jobs")
APPLY = ("apply", "--yes", "--json", "--parallel", "16")
WANTED = "FAILED"
STUCK = "RUNNING"
ENVIRONMENTS = 10
BYSTANDERS = 5
"""Jobs of each environment that nobody declares."""
DEADLINE = 1200.0
"""Seconds after which a run that did not end never will."""

SECRETS = {
    "AWS_ACCESS_KEY_ID": KEYS["access_key"],
    "AWS_SECRET_ACCESS_KEY": KEYS["secret_key"],
    "AWS_SESSION_TOKEN": KEYS["token"],
    **ALWAYS,
}
CANARIES = [*KEYS.values(), *(each.removesuffix("@127.0.0.1:1") for each in ALWAYS.values())]


def environment(**others: str) -> dict[str, str]:
    """Return the environment of a run: with secrets in it, and nothing of the user's own AWS."""
    kept = {name: each for name, each in os.environ.items() if not name.startswith("AWS_")}
    nothing = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    return {**kept, **nothing, "AWS_EC2_METADATA_DISABLED": "true", **SECRETS, **others}


@dataclass(frozen=True)
class Ran:
    """A run that has ended."""

    code: int
    text: str
    """All that it printed."""
    done: Set[str] = frozenset()
    """The jobs that it says are as declared, by name."""
    changed: Set[str] = frozenset()
    """Those that it says it has changed, or found to have moved."""
    said: Mapping[str, str] = field(default_factory=dict)
    """Why each of the others is not as declared, and what it warns of, in its own words."""
    seconds: float = 0.0
    kept: str = ""
    """The state that it left, as text."""

    def wrong_end(self, *, well: bool = True) -> list[str]:
        """Return, in words, that it ended otherwise than so, if it did."""
        return [f"exit code {self.code}: {self.text[-500:]}"] * ((self.code == 0) is not well)

    def lacking(self, words: str) -> list[str]:
        """Return, in words, that it did not print these, if it did not."""
        return [f"not said: {self.text[-500:]}"] * (words not in self.text)


@dataclass
class Stack:
    """Declared jobs that are to be ended, each of an environment that has others, too."""

    folder: Path
    emulator: Emulator
    count: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    common: Mapping[str, Any] = field(default_factory=dict)
    """What each declared job has besides its key and status."""
    run: ClassVar[str] = "apply"
    """What brings its jobs to what is declared, in words of the page."""
    goes_on: ClassVar[tuple[str, ...]] = ()
    """Options that have a run go on after a job that failed."""
    stops_at_failures: ClassVar[bool] = False
    """Whether its runs begin no more jobs after the first that fails."""
    has_state: ClassVar[bool] = False
    """Whether its runs know what earlier ones have written."""

    def __post_init__(self) -> None:
        """Write the stack's file, and have the emulator play its jobs, all of them stuck."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "Pulumi.yaml").write_text("name: soak\nruntime: python\n")
        self.declare(self.emulator.url)
        self.seed()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Have nothing left that runs."""

    @property
    def keys(self) -> dict[str, tuple[str, str]]:
        """The environment and the ID of each declared job, by name."""
        return {f"job-{n}": (f"env{n % ENVIRONMENTS}", f"j{n}") for n in range(self.count)}

    @property
    def declared(self) -> dict[str, dict[str, Any]]:
        """The jobs as the stack's file has them."""
        same = {"status": WANTED, **self.common}
        return {
            name: {"backendEnvironmentName": environment, "jobId": job_id, **same}
            for name, (environment, job_id) in self.keys.items()
        }

    def declare(self, endpoint: str, **settings: Any) -> None:
        """Write the stack's file."""
        (self.folder / "jobs.json").write_text(json.dumps({"jobs": self.declared}))
        config = {"config": self.config(endpoint, **settings)}
        (self.folder / "Pulumi.dev.yaml").write_text(json.dumps(config))

    def config(self, endpoint: str, **settings: Any) -> dict[str, Any]:
        """Return the stack's config."""
        return stack_config(endpoint, {}, include=["jobs.json"], **{**self.settings, **settings})

    def seed(self) -> None:
        """Have all jobs stuck."""
        keys = [*self.keys.values()]
        keys += [(f"env{n}", f"other-{k}") for n in range(ENVIRONMENTS) for k in range(BYSTANDERS)]
        self.emulator.seed([job(job_id, STUCK, environment=env) for env, job_id in keys])

    def bring(self, *options: str, **environs: str) -> Ran:
        """Have all jobs as declared."""
        with self.start(*APPLY, *options, **environs) as process:
            return ended(process)

    @contextmanager
    def bringing(self, updates: int, *options: str, **environs: str) -> Iterator[Future[Ran]]:
        """Have all jobs as declared beside the block, which begins after so many updates."""
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self.bring, *options, **environs)
            self.wait_for(updates, running)
            yield running

    def wait_for(self, updates: int, running: Future[Ran]) -> None:
        """Wait until a run has made so many updates, or has ended."""
        until(lambda: running.done() or len(self.updates()) >= updates)

    def start(self, *arguments: str, **environs: str) -> subprocess.Popen[str]:
        """Start a command of ours."""
        return self.launch([SCRIPT, *arguments], environs)

    def launch(
        self,
        command: Sequence[str],
        environs: Mapping[str, str],
        stdout: int | IO[str] = subprocess.PIPE,
    ) -> subprocess.Popen[str]:
        """Start a command in the stack's folder, in a session of its own."""
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment(**environs),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @property
    def live(self) -> dict[tuple[str, str], str | None]:
        """The status of every job that the emulator has."""
        return {
            (each.backend_environment_name, each.job_id): each.status
            for each in self.emulator.jobs()
        }

    @property
    def unshown(self) -> list[str]:
        """The declared jobs, by name, that do not show what is wanted."""
        live = self.live
        return [name for name, key in self.keys.items() if live.get(key) != WANTED]

    @property
    def unmet(self) -> list[str]:
        """Those of them that are not as declared: with `when`, others are to be left alone."""
        live, when = self.live, self.common.get("when")
        return [
            name
            for name in self.unshown
            if when is None or live.get(self.keys[name]) == when["status"]
        ]

    @property
    def confirmed(self) -> set[str]:
        """The declared jobs, by name, that the service has answered a write of with what is wanted.

        An emulator that ignores or delays updates answers with what was before.
        """
        if self.emulator.updates not in ("set", "revert"):
            return set()
        answered = {
            (each.backend_environment_name, each.job_id)
            for each in self.emulator.requests("UpdateBackendJob")
            if each.status == 200 and each.fault is None
        }
        return {name for name, key in self.keys.items() if key in answered}

    @property
    def struck(self) -> int:
        """How many calls a fault struck: each has to be made again."""
        return sum(bool(each.fault) for each in self.emulator.requests())

    def unsaid(self, ran: Ran) -> list[str]:
        """Return, in words, which jobs a run left without a word: of those that it began."""
        written = self.updates()
        begun = [
            name for name in self.unmet if not self.stops_at_failures or written[self.keys[name][1]]
        ]
        return [f"{each} is left, and that is not said" for each in begun if not ran.said.get(each)]

    def judged(self, name: str, *runs: Ran, **more: Any) -> Trial:
        """Return what came of runs, by what they said and what the emulator shows.

        `more` are further fields of the trial.
        """
        unmet = self.unmet
        written = self.confirmed.union(*(run.done for run in runs))
        counts = {
            "faults": self.struck,
            "calls": len(self.emulator.requests()),
            "lost_writes": len(written.intersection(self.unshown)),
            "unreviewed_writes": self.unreviewed(),
            "false_successes": sum(run.code == 0 for run in runs) if unmet else 0,
            "tracebacks": sum("Traceback" in run.text for run in runs),
            "leaks": sum(bool(leaks(run.text + run.kept, CANARIES)) for run in runs),
        }
        return Trial(name, runs=len(runs), **{**counts, **more})

    def unreviewed(self) -> int:
        """Count the updates that the declaration does not ask for."""
        keys = {(APP, *key) for key in self.keys.values()}
        return sum(
            (r.app_id, r.backend_environment_name, r.job_id) not in keys
            or r.body != {"status": WANTED}
            for r in self.emulator.requests("UpdateBackendJob")
        )

    def updates(self) -> Counter[str]:
        """Count the updates of each job that reached the service, by its ID."""
        return Counter(r.job_id or "" for r in self.emulator.requests("UpdateBackendJob"))


def ended(process: subprocess.Popen[str]) -> Ran:
    """Wait for a command that prints JSON, and return what came of it."""
    began = time.monotonic()
    found = process.communicate(timeout=DEADLINE)
    out, err = (each or "" for each in found)
    seconds = time.monotonic() - began
    try:
        jobs = {each["name"]: each for each in json.loads(out)["jobs"]}
    except ValueError:
        jobs = {}
    changed = {name for name, each in jobs.items() if each["result"] == "updated"}
    done = changed | {name for name, each in jobs.items() if each["result"] == "nothing"}
    said = {name: each["reason"] or "" for name, each in jobs.items() if name not in done}
    return Ran(process.returncode, out + err, done, changed, said, seconds)
