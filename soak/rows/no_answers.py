"""Answers that are none: malformed, huge, zipped, or a byte a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from benchmarks.running.processes import Watch
from pulumi_amplify_jobs.clock import SystemClock
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import ServiceError
from pulumi_amplify_jobs.limits import PATIENCE
from pulumi_amplify_jobs.services import Services, connect
from pulumi_amplify_jobs.settings import Settings
from tests.client.dripping import DRIPS, Drip, dripping
from tests.client.scripted import Reply
from tests.samples import APP, rule

from ..hosted import HostedStack
from ..hostile import ENVIRONMENT, RIGHT, bodies, bomb, flood, hostile, many_values
from ..row import Row, Setting
from ..stacks import ENVIRONMENTS, Stack
from ..trial import Trial, together

BODIES = 200
SIZE = 300_000_000
MOST_MEMORY = 200_000_000
REFUSALS = ("the response is larger than", "the response has more than", "can't be read")
ON_TOP = 30.0
"""Seconds that a run may take besides the patience for its call, on a busy machine."""
RULE = rule(match={"status": "RUNNING"}, limit=100)
JOBS = 3 * ENVIRONMENTS // 2
"""Of a stack that is refreshed: one or two in an environment, to be asked for singly and listed."""
NO_STATES = [
    (operation, body)
    for operation in ("GetBackendJob", "ListBackendJobs")
    for body in (b"", b"{}", b'{"jobs": []}', b'{"jobId": "other"}', b"<html></html>")
    # To a list, no jobs are an answer.
    if (operation, body) != ("ListBackendJobs", b'{"jobs": []}')
]
"""What a refresh is answered, and of which operation."""

CALLS: dict[str, Callable[[Services], object]] = {
    "GetBackendJob": lambda services: services.jobs.get(JobKey(APP, ENVIRONMENT, "j0")),
    "UpdateBackendJob": lambda services: services.jobs.update(
        JobKey(APP, ENVIRONMENT, "j0"), None, "FAILED"
    ),
    "ListBackendJobs": lambda services: services.jobs.list_page(
        Environment(APP, ENVIRONMENT), None
    ),
    "ListApps": lambda services: list(services.apps.apps()),
    "ListBackendEnvironments": lambda services: services.apps.environments(APP),
}


def commands(
    setting: Setting,
    number: int = BODIES,
    size: int = SIZE,
    drips: tuple[Drip, ...] = DRIPS,
) -> Iterator[Trial]:
    """Give each operation such answers, in the commands and in the testing host."""
    with ThreadPoolExecutor(max(len(drips), 1)) as pool, Emulator() as emulator:
        dripped = [pool.submit(_dripped, setting, each) for each in drips]
        for operation in RIGHT:
            yield from _refused(setting, emulator, operation, number)
        yield _state_kept(setting)
        for operation in RIGHT:
            for name, answer in (
                ("flood", flood(size)),
                ("gzip bomb", bomb(size)),
                ("many small values", many_values(operation, size)),
            ):
                yield _bounded(setting, f"{name}: {operation}", operation, answer)
        yield from (each.result() for each in dripped)


def _refused(setting: Setting, emulator: Emulator, operation: str, number: int) -> Iterator[Trial]:
    """Give an operation bodies that are no answer: the call fails, with one of our errors."""
    given: list[bytes] = []
    with hostile(emulator.url, operation, lambda: Reply(200, given[-1])) as url:
        settings = Settings(region="eu-west-1", endpoint=url, max_retries=0)
        services = connect(settings, SystemClock())
        for body in islice(bodies(operation, setting.random), number):
            given.append(body)
            try:
                got = CALLS[operation](services)
            except ServiceError:
                yield Trial(f"malformed: {operation}", faults=1, calls=1)
            except Exception as error:  # noqa: BLE001 (whatever it is, it is wrong)
                words = f"{body[:200]!r} raises {error!r}"
                yield Trial(f"malformed: {operation}", faults=1, calls=1, broken=(words,))
            else:
                words = f"{body[:200]!r} is taken as {got!r}"
                yield Trial(
                    f"malformed: {operation}", faults=1, calls=1, false_successes=1, broken=(words,)
                )


def _state_kept(setting: Setting) -> Trial:
    """Refresh where an operation is answered wrongly: no resource goes, nothing in it changes."""
    name = "state under malformed answers"
    with Emulator() as emulator, HostedStack(setting.part("state"), emulator, JOBS) as stack:
        first = stack.bring()
        found = [stack.judged(name, first, broken=tuple(first.wrong_end()))]
        found += [_refreshed(stack, name, *each) for each in NO_STATES]
        return together(name, found)


def _refreshed(stack: HostedStack, name: str, operation: str, body: bytes) -> Trial:
    given: list[bytes] = []

    def answer() -> Reply:
        given.append(body)
        return Reply(200, body)

    before = {name: each.outputs for name, each in stack.host.resources.items()}
    stack.emulator.clear_requests()
    with hostile(stack.emulator.url, operation, answer) as wrong:
        stack.host.endpoint = wrong
        stack.host.config["amplify-jobs:maxRetries"] = "0"
        ran = stack.refreshed()
    after = {name: each.outputs for name, each in stack.host.resources.items()}
    broken = []
    if not given:
        broken.append("was never asked for")
    # Behind a list that fails are single reads.
    if operation == "GetBackendJob" and ran.code == 0:
        broken.append("was accepted")
    if after != before:
        broken.append(f"the state became {after}")
    words = tuple(f"{operation}, {body!r}: {each}" for each in broken)
    return stack.judged(name, ran, faults=len(given), broken=words)


def _bounded(setting: Setting, name: str, operation: str, answer: Reply) -> Trial:
    """Apply where an operation is answered with more than can be meant."""
    with Emulator() as emulator:
        folder = setting.part(name.replace(": ", "-"))
        stack = Stack(folder, emulator, 1, settings={"maxRetries": 0, "rules": {"stuck": RULE}})
        with hostile(emulator.url, operation, lambda: answer) as url, Watch() as watch:
            stack.declare(url)
            ran = stack.bring()
        peak = watch.peaks["amplify-jobs"]
        broken = [] if ran.code else [f"a success: {ran.text[-300:]}"]
        if not any(words in ran.text for words in REFUSALS):
            broken.append(f"not said: {ran.text[-300:]}")
        if peak > MOST_MEMORY:
            broken.append(f"{peak / 1e6:.0f} MB")
        return Trial(
            name,
            faults=1,
            calls=1,
            tracebacks="Traceback" in ran.text,
            broken=tuple(broken),
        )


def _dripped(setting: Setting, drip: Drip) -> Trial:
    """Plan where answers come a byte a second."""
    name = f"a byte a second: {drip.__name__.replace('_', ' ')}"
    with Emulator() as emulator, dripping(drip, pause=1.0) as stand:
        stack = Stack(setting.part(drip.__name__), emulator, 1)
        stack.declare(stand.url)
        began = time.monotonic()
        ran = stack.bring()
        seconds = time.monotonic() - began
        broken = [] if ran.code else [f"a success: {ran.text[-300:]}"]
        if seconds > PATIENCE + ON_TOP:
            broken.append(f"{seconds:.0f} s")
        return Trial(
            name, faults=1, calls=1, tracebacks="Traceback" in ran.text, broken=tuple(broken)
        )


ROW = Row(
    name="no answers",
    fault="200 malformed bodies for each of the five operations, 300 MB, gzip bombs, "
    "millions of small values, a byte a second",
    promise="None is accepted, no resource goes from the state, at most 200 MB of memory and 120 "
    "seconds for a call",
    amount="1,000 bodies",
    commands=commands,
    waits=True,
    minutes=2,
)
