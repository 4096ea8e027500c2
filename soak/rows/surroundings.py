"""What is around a run fails: the disk, the home folder, names, proxies, clocks and credentials."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from pulumi_amplify_jobs.emulator import Emulator
from tests.client.scripted import Reply, Request, serving

from ..converging import rest
from ..engine import EngineStack
from ..hostile import forwarded
from ..row import Row, Setting
from ..stacks import APPLY, SCRIPT, Ran, Stack, ended
from ..trial import Trial, together

JOBS = 12
ROUNDS = 5
NOWHERE = "http://amplify.example"
"""A name that only a proxy would look up."""
NO_NETWORK = ("unshare", "--map-root-user", "--net")
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@dataclass(frozen=True)
class Case:
    """Surroundings of a run, and how it is to end in them."""

    ends_well: bool
    words: str = ""
    """What it says where it does not."""
    environment: Mapping[str, str] = field(default_factory=dict)
    endpoint: str | None = None
    before: tuple[str, ...] = ()
    """A command that runs the command."""
    stdout: Path | None = None
    meanwhile: Callable[[Stack, Future[Ran]], None] = lambda _stack, _running: None


def commands(
    setting: Setting, rounds: int = ROUNDS, without: Collection[str] = ()
) -> Iterator[Trial]:
    """`apply` in each of the surroundings but some, then in good ones."""
    for number in range(rounds):
        cases = {**_cases(setting), **_cases_of_commands(setting, number)}
        yield from _each(setting, Stack, number, cases, without)


def engine(
    setting: Setting, rounds: int = ROUNDS, without: Collection[str] = ()
) -> Iterator[Trial]:
    """`pulumi up` in those that an engine can be brought into."""
    for number in range(rounds):
        yield from _each(setting, EngineStack, number, _cases(setting), without)


def _each(
    setting: Setting,
    kind: type[Stack],
    number: int,
    cases: Mapping[str, Case],
    without: Collection[str],
) -> Iterator[Trial]:
    for name in sorted(cases.keys() - set(without)):
        with Emulator(latency=0.02) as emulator:
            stack = kind(setting.part(f"{name.replace(' ', '-')}-{number}"), emulator, JOBS)
            yield _tried(name, stack, cases[name])
    yield _by_a_proxy(setting.part(f"proxy-{number}"), kind)
    yield _rotated(setting.part(f"rotated-{number}"), kind)
    yield _expired(setting.part(f"expired-{number}"), kind)


def _cases(setting: Setting) -> dict[str, Case]:
    nowhere = str(setting.folder / "nowhere")
    return {
        "a home that can't be written": Case(True, environment={"HOME": "/proc"}),
        "no temporary folder": Case(True, environment=dict.fromkeys(("TMPDIR", "TEMP"), nowhere)),
        "a proxy that is gone": Case(
            False, "proxy", {"HTTP_PROXY": "http://127.0.0.1:1"}, endpoint=NOWHERE
        ),
    }


def _cases_of_commands(setting: Setting, number: int) -> dict[str, Case]:
    cases = {"a full disk behind stdout": Case(False, "No space left", stdout=Path("/dev/full"))}
    if (
        shutil.which("unshare")
        and not subprocess.run([*NO_NETWORK, "true"], check=False).returncode
    ):
        cases["no name service"] = Case(
            False, "amplify.invalid", endpoint="http://amplify.invalid", before=NO_NETWORK
        )
    if FAKETIME is not None:
        cases["a clock that jumps"] = _jumping(setting, number, FAKETIME)
    return cases


def _tried(name: str, stack: Stack, case: Case) -> Trial:
    stack.declare(case.endpoint or stack.emulator.url)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(_ran, stack, case)
        case.meanwhile(stack, running)
        first = running.result()
    broken = first.wrong_end(well=case.ends_well) + first.lacking(case.words)
    stack.declare(stack.emulator.url)
    found = stack.judged(name, first, faults=1, broken=tuple(broken))
    return together(name, [found, rest(stack, stack.unmet)])


def _ran(stack: Stack, case: Case) -> Ran:
    if case.stdout is None and not case.before:
        return stack.bring(**case.environment)
    command = [*case.before, SCRIPT, *APPLY]
    with (
        case.stdout.open("w") if case.stdout else nullcontext(subprocess.PIPE) as stdout,
        stack.launch(command, case.environment, stdout) as process,
    ):
        return ended(process)


def _jumping(setting: Setting, number: int, library: Path) -> Case:
    """Have the clock jump by three hours in the middle of the run, ahead or back."""
    offset = setting.folder / f"offset-{number}"
    offset.write_text("+0")
    environment = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }

    def jump(stack: Stack, running: Future[Ran]) -> None:
        begun = setting.random.randrange(1, JOBS // 2)
        stack.wait_for(begun, running)
        offset.write_text(("+3h", "-3h")[number % 2])

    return Case(True, environment=environment, meanwhile=jump)


def _by_a_proxy(folder: Path, kind: type[Stack]) -> Trial:
    """Reach the service by a proxy alone."""
    name = "a proxy that works"
    with Emulator() as emulator, serving(lambda r: forwarded(emulator.url, r)) as proxy:
        stack = kind(folder, emulator, JOBS)
        stack.declare(NOWHERE)
        first = stack.bring(HTTP_PROXY=proxy.url)
        return stack.judged(name, first, faults=1, broken=tuple(first.wrong_end()))


def _rotated(folder: Path, kind: type[Stack]) -> Trial:
    """Have a process lend keys that end so soon that each has to be renewed."""
    name = "credentials that rotate"
    keys: set[str] = set()

    def script(request: Request) -> Reply:
        keys.add(request.headers["authorization"].split("Credential=")[1].split("/")[0])
        return forwarded(emulator.url, request)

    with Emulator(latency=0.05) as emulator, serving(script) as server:
        stack = kind(folder, emulator, JOBS)
        stack.declare(server.url)
        first = stack.bring("--parallel", "1", **_profile(folder))
        broken = first.wrong_end() + ["only one key was used"] * (len(keys) < 2)
        return stack.judged(name, first, faults=len(keys) - 1, broken=tuple(broken))


def _profile(folder: Path) -> dict[str, str]:
    """Return what has AWS's SDKs use a process that lends another key each time."""
    program = folder / "lend.py"
    program.write_text(
        "import json, time\n"
        "end = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 20))\n"
        "key = f'AKIA{time.time_ns()}'\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': key, 'SecretAccessKey': 'made-up',\n"
        "                  'SessionToken': 'made-up', 'Expiration': end}))\n"
    )
    config = folder / "aws.ini"
    config.write_text(f"[profile lent]\ncredential_process = {sys.executable} {program}\n")
    keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), "")
    return {**keys, "AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "lent"}


def _expired(folder: Path, kind: type[Stack]) -> Trial:
    """End the credentials of a role in the middle of a run, before the time that STS gave."""
    name = "credentials that expire early"
    role = {"roleArn": "arn:aws:iam::123456789012:role/amplify-jobs"}
    # With an account, the emulator answers STS.
    with Emulator(latency=0.05, seed={"accounts": {"111122223333": {}}}) as emulator:
        stack = kind(folder, emulator, JOBS, {"assumeRoles": [role], "maxRetries": 1})
        environs = {"AWS_ENDPOINT_URL": emulator.url}
        with stack.bringing(3, "--parallel", "1", **environs) as running:
            emulator.advance("2h")
            first = running.result()
        left = stack.unmet
        broken = stack.unsaid(first)
        if left:
            broken += first.lacking("expired")
        found = stack.judged(name, first, faults=1, broken=tuple(broken))
        return together(name, [found, rest(stack, left, **environs)])


ROW = Row(
    name="surroundings",
    fault="A full disk, a home that can't be written, no temporary folder, a clock that jumps, no "
    "name service, a proxy that is gone, credentials that expire or rotate in the middle of a run",
    promise="It works all the same, or one clear line says why not; nothing is lost, and rotated "
    "credentials are picked up",
    amount="5 of each",
    commands=commands,
    engine=engine,
    minutes=4,
    engine_minutes=4,
)
