"""The story: three jobs, what is declared of them, and the steps that bring them there."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pulumi_amplify_jobs.emulator import Emulator

from . import screen

APP = "d2abcdefgh1234"
ENVIRONMENT = "prod"
STUCK = "4f1c"
CALLS = ("ListBackendJobs", "GetBackendJob", "UpdateBackendJob")

STACK_CONFIG = """\
config:
  aws:region: eu-west-1
  amplify-jobs:endpoint: {endpoint}   # the emulator; left out for AWS
  amplify-jobs:defaults:
    appId: {app}
    backendEnvironmentName: {environment}
  amplify-jobs:jobs:
    unstick-push:
      jobId: "4f1c"
      status: FAILED
      when: {{ status: RUNNING }}        # only while it hangs
    models:
      jobId: "77"
      status: COMPLETED                # it is already
    auth:
      jobId: "9a"
      status: FAILED
      when: {{ status: RUNNING }}        # it is not running, so it is left alone
"""


class StoryError(Exception):
    """The story did not go as it is told; one line."""


@dataclass(frozen=True)
class Step:
    """One command of the story, and how many updates it makes when all is well."""

    title: str
    story: str
    command: str
    act: Callable[[], None]
    """Runs the command. Raises StoryError."""
    updates: int
    before: Callable[[], object] | None = None
    """What happens in the world before the command."""
    prompt: str = "$"
    """What stands before the command: a shell's prompt or Python's."""


def seed(now: float) -> list[dict[str, str]]:
    """Return the jobs: one stuck, one as declared, one whose `when` does not hold."""
    return [
        _job(STUCK, "UpdateBackendAPI", "RUNNING", now - 40 * 3600),
        _job("77", "GenerateBackendAPIModels", "COMPLETED", now - 50 * 3600),
        _job("9a", "UpdateBackendAuth", "COMPLETED", now - 60 * 3600),
    ]


def stack_config(endpoint: str) -> str:
    """Return the content of Pulumi.demo.yaml."""
    return STACK_CONFIG.format(endpoint=endpoint, app=APP, environment=ENVIRONMENT)


def introduce(emulator: Emulator, config: str) -> None:
    """Tell how things stand before the first step."""
    screen.heading("AWS Amplify backend jobs, declared")
    screen.paragraph(
        f"An emulator of the AmplifyBackend service runs at {emulator.url}. A push has been "
        "RUNNING there for 40 hours, and blocks later jobs of its app:"
    )
    screen.say("")
    screen.table([("job", "operation", "status", "for"), *_live(emulator)])
    screen.say("")
    screen.paragraph("Pulumi.demo.yaml declares how the jobs should be:")
    screen.say("")
    screen.indented(config)
    screen.say("")


def drift(emulator: Emulator) -> None:
    """Have somebody start the stuck push again."""
    emulator.set_job(APP, ENVIRONMENT, STUCK, status="RUNNING")


def tell(steps: Sequence[Step], emulator: Emulator) -> None:
    """Run the steps, then show which calls each made. Raises StoryError where one went wrong."""
    rows: list[tuple[object, ...]] = []
    for number, step in enumerate(steps, start=1):
        counts = _run(number, step, emulator)
        rows.append((f"{number}. {step.command}", *(counts[call] for call in CALLS)))
    updates = sum(step.updates for step in steps)
    screen.heading("The calls that the service got")
    screen.table(
        [
            ("step", *CALLS),
            *rows,
            (
                "in all",
                *(sum(map(_number, column)) for column in list(zip(*rows, strict=True))[1:]),
            ),
        ]
    )
    _check_end(emulator)
    screen.say("")
    screen.paragraph(
        f"{updates} updates in all, one for each time that the push hung. Nothing else was "
        "written, and the jobs that needed no change were not touched."
    )


def _run(number: int, step: Step, emulator: Emulator) -> Counter[str | None]:
    """Run one step and return its calls by operation."""
    screen.heading(f"{number}. {step.title}")
    if step.before is not None:
        step.before()
    screen.paragraph(step.story)
    screen.command(step.prompt, step.command)
    emulator.clear_requests()
    step.act()
    counts = Counter(request.operation for request in emulator.requests())
    made = counts["UpdateBackendJob"]
    if made != step.updates:
        raise StoryError(f"step {number}, {step.command}: {made} updates, not {step.updates}")
    return counts


def _check_end(emulator: Emulator) -> None:
    statuses = {job.job_id: job.status for job in emulator.jobs()}
    expected = {STUCK: "FAILED", "77": "COMPLETED", "9a": "COMPLETED"}
    if statuses != expected:
        raise StoryError(f"at the end the jobs are {statuses}, not {expected}")


def _live(emulator: Emulator) -> list[tuple[str, ...]]:
    now = time.time()
    return [
        ("/".join(job.key), job.operation or "", job.status or "", _age(job.update_time, now))
        for job in emulator.jobs()
    ]


def _age(milliseconds: str | None, now: float) -> str:
    return f"{(now - int(milliseconds or 0) / 1000) / 3600:.0f} h"


def _job(job_id: str, operation: str, status: str, at: float) -> dict[str, str]:
    moment = str(round(at * 1000))
    return {
        "appId": APP,
        "backendEnvironmentName": ENVIRONMENT,
        "jobId": job_id,
        "operation": operation,
        "status": status,
        "createTime": moment,
        "updateTime": moment,
    }


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
