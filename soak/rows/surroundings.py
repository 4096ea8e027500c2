"""What is around a run fails: the disk, the home folder, names, proxies, clocks and credentials."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from shlex import join, quote

from pulumi_amplify_jobs.emulator import Emulator
from tests.client.scripted import Reply, Request, serving

from ..converging import rest
from ..engine import EngineStack
from ..hostile import forwarded
from ..row import Row, Setting
from ..stacks import APPLY, SCRIPT, Ran, Stack, ended
from ..trial import Trial, together

JOBS = 12
FORBIDDEN = 403
ROUNDS = 5
NOWHERE = "http://amplify.example"
"""A name that only a proxy would look up."""
NO_NETWORK = ("unshare", "--map-root-user", "--net")
OWN_MOUNTS = ("unshare", "--map-root-user", "--mount")
TEMPORARY = ("/tmp", "/var/tmp")
"""Where programs write what is needed for a while, unless they are told another folder."""
FULL_STATE = """
state=${PULUMI_BACKEND_URL#file://}
cp -a "$state" "$state.kept"
mount -t tmpfs -o size=32k none "$state"
cp -a "$state.kept/." "$state"
"""
"""Has room for the engine's lock, and none for a state with jobs in it."""
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@dataclass(frozen=True)
class Case:
    """Surroundings of a run, and how it is to end in them."""

    error: str = ""
    """What the line says that tells why it fails; empty where it works all the same."""
    environment: Mapping[str, str] = field(default_factory=dict)
    endpoint: str | None = None
    options: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    """A command that runs the command."""
    stdout: Path | None = None
    meanwhile: Callable[[Stack, Future[Ran]], int] = lambda _stack, _running: 1
    """What happens beside the run; it returns how often that struck."""
    lacks: str = ""
    """Why it can't be tried on this machine."""


def commands(
    setting: Setting, rounds: int = ROUNDS, without: Collection[str] = ()
) -> Iterator[Trial]:
    """`apply` in each of the surroundings but some, then in good ones."""
    for number in range(rounds):
        cases = {**_cases(setting.folder), **_cases_of_commands(setting, number)}
        yield from _each(setting, Stack, number, cases, without)


def engine(
    setting: Setting, rounds: int = ROUNDS, without: Collection[str] = ()
) -> Iterator[Trial]:
    """`pulumi up` in those that an engine can be brought into."""
    cases = {**_cases(setting.folder), "a full disk behind the state": _full_state()}
    for number in range(rounds):
        yield from _each(setting, EngineStack, number, cases, without)


def _each(
    setting: Setting,
    kind: type[Stack],
    number: int,
    cases: Mapping[str, Case],
    without: Collection[str],
) -> Iterator[Trial]:
    for name in sorted(cases.keys() - set(without)):
        if cases[name].lacks:
            setting.absent[name] = cases[name].lacks
            continue
        with Emulator(latency=0.02) as emulator:
            stack = kind(setting.part(f"{name.replace(' ', '-')}-{number}"), emulator, JOBS)
            yield _tried(name, stack, cases[name])
    yield _by_a_proxy(setting.part(f"proxy-{number}"), kind)
    yield _rotated(setting.part(f"rotated-{number}"), kind)
    yield _expired(setting.part(f"expired-{number}"), kind)


def _cases(folder: Path) -> dict[str, Case]:
    return {
        "a home that can't be written": Case(environment={"HOME": "/proc"}),
        "no temporary folder": _no_temporary_folder(folder),
        "a proxy that is gone": Case(
            "the proxy 127.0.0.1:1 accepts no connection",
            {"HTTP_PROXY": "http://127.0.0.1:1"},
            endpoint=NOWHERE,
        ),
    }


def _cases_of_commands(setting: Setting, number: int) -> dict[str, Case]:
    return {
        "a full disk behind stdout": Case("No space left on device", stdout=Path("/dev/full")),
        "no name service": Case(
            "the name in http://amplify.invalid has no address (DNS)",
            endpoint="http://amplify.invalid",
            before=NO_NETWORK,
            lacks=_refused(NO_NETWORK),
        ),
        "a clock that jumps": _jumping(setting, number),
    }


def _no_temporary_folder(folder: Path) -> Case:
    """Have nobody write where everybody may, but in the stack's own folder below it."""
    lines = [f"mount --bind {quote(each)} {quote(each)}" for each in (*TEMPORARY, str(folder))]
    lines += [f"mount -o remount,bind,ro {each}" for each in TEMPORARY]
    before = _mounting("\n".join(lines))
    named = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), TEMPORARY[0])
    return Case(environment=named, before=before, lacks=_refused(before))


def _full_state() -> Case:
    lacks = _refused(_mounting(f"mount -t tmpfs none {TEMPORARY[0]}"))
    return Case("no space left on device", before=_mounting(FULL_STATE), lacks=lacks)


def _mounting(lines: str) -> tuple[str, ...]:
    """Return what runs a command where, by lines of shell, other things are mounted."""
    return (*OWN_MOUNTS, "sh", "-ec", f'{lines}\nexec "$@"', "sh")


def _refused(command: tuple[str, ...]) -> str:
    """Return why a command can't run others on this machine; nothing where it can."""
    if shutil.which(command[0]) is None:
        return f"no {command[0]}"
    return "" if _allowed(command) else f"{' '.join(command[:3])} is not allowed"


@cache
def _allowed(command: tuple[str, ...]) -> bool:
    return not subprocess.run([*command, "true"], capture_output=True, check=False).returncode


def _tried(name: str, stack: Stack, case: Case) -> Trial:
    stack.declare(case.endpoint or stack.emulator.url)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(_ran, stack, case)
        struck = case.meanwhile(stack, running)
        first = running.result()
    broken = _unexplained(first, case.error) if case.error else first.wrong_end()
    broken += ["nothing happened to the run"] * (not struck)
    stack.declare(stack.emulator.url)
    found = stack.judged(name, first, faults=struck, broken=tuple(broken))
    return together(name, [found, rest(stack, stack.unmet)])


def _unexplained(ran: Ran, error: str) -> list[str]:
    """Return, in words, that a run did not fail, or that no line of it says why."""
    said = re.search(f"error: .*{re.escape(error)}", ran.text)
    return ran.wrong_end(well=False) + [f"not said: {ran.text[-500:]}"] * (not said)


def _ran(stack: Stack, case: Case) -> Ran:
    if isinstance(stack, EngineStack):
        path = _path_with(stack.folder, case.before)
        return stack.bring(*case.options, PATH=path, **case.environment)
    command = [*case.before, SCRIPT, *APPLY, *case.options]
    with (
        case.stdout.open("w") if case.stdout else nullcontext(subprocess.PIPE) as stdout,
        stack.launch(command, case.environment, stdout) as process,
    ):
        return ended(process)


def _path_with(folder: Path, before: tuple[str, ...]) -> str:
    """Return a PATH on which the engine is what a command runs it by."""
    path = folder / "bin"
    path.mkdir()
    command = join([*before, str(shutil.which("pulumi"))])
    (path / "pulumi").write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (path / "pulumi").chmod(0o755)
    return f"{path}{os.pathsep}{os.environ['PATH']}"


def _jumping(setting: Setting, number: int) -> Case:
    """Have the clock jump by three hours in the middle of the run, ahead or back."""
    offset = setting.folder / f"offset-{number}"
    offset.write_text("+0")
    environment = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }

    def jump(stack: Stack, running: Future[Ran]) -> int:
        begun = setting.random.randrange(1, JOBS // 2)
        stack.wait_for(begun, running)
        offset.write_text(("+3h", "-3h")[number % 2])
        return int(len(stack.updates()) < JOBS)

    return Case(
        environment=environment,
        options=("--parallel", "1"),
        meanwhile=jump,
        lacks="" if FAKETIME else "no libfaketime",
    )


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
        refused = sum(each.status == FORBIDDEN for each in emulator.requests())
        broken = stack.unsaid(first) + ["no call was refused"] * (not refused)
        if left:
            broken += _unexplained(first, "the credentials have expired")
        found = stack.judged(name, first, faults=refused, broken=tuple(broken))
        return together(name, [found, rest(stack, left, **environs)])


ROW = Row(
    name="surroundings",
    fault="A full disk behind what a command prints or the engine records, a home or temporary "
    "folders that can't be written, a clock that jumps, no name service, a proxy that is gone, "
    "credentials that expire or rotate in the middle of a run",
    promise="It works all the same, or one clear line says why not; nothing is lost, and rotated "
    "credentials are picked up",
    amount="5 of each",
    commands=commands,
    engine=engine,
    minutes=4,
    engine_minutes=4,
)
