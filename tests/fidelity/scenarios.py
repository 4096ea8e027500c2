"""What the testing host and the real engine are both put through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, ENVIRONMENT, job

Jobs = dict[str, dict[str, Any]]

PUSH = {"push": {"jobId": "1", "status": "FAILED"}}
BOTH = {**PUSH, "models": {"jobId": "2", "status": "COMPLETED"}}

CHAIN = """
import pulumi
from pulumi_amplify_jobs import BackendJob

key = {"app_id": "d2abcdefgh1234", "backend_environment_name": "prod"}
first = BackendJob("first", **key, job_id="1", status="FAILED")
second = BackendJob(
    "second", **key, job_id="2", status="FAILED", opts=pulumi.ResourceOptions(depends_on=[first])
)
BackendJob(
    "third", **key, job_id="3", status="FAILED", opts=pulumi.ResourceOptions(depends_on=[second])
)
"""
"""A program whose resources come one after the other."""


class Driven(Protocol):
    """A stack, driven by the engine or by the testing host. Runs are noted by their names."""

    emulator: Emulator

    def configure(self, jobs: Mapping[str, Any]) -> None:
        """Declare jobs in the stack's file."""
        ...

    def program(self, text: str) -> None:
        """Replace the program."""
        ...

    def run(self, name: str, command: str, *options: str) -> None:
        """Run preview, up, refresh or destroy, also where it fails."""
        ...


def first_up(stack: Driven) -> None:
    """Adopt two jobs, one of which has to be updated; then there is nothing to do."""
    stack.configure(BOTH)
    stack.run("preview", "preview")
    stack.run("up", "up")
    stack.run("second preview", "preview")
    stack.run("second up", "up")


def drift(stack: Driven) -> None:
    """Move a job behind the stack's back; see it with and without a refresh, and undo it."""
    stack.configure(BOTH)
    stack.run("up", "up")
    _move(stack, "RUNNING")
    stack.run("preview", "preview")
    stack.run("preview without refresh", "preview", "--refresh=false")
    stack.run("refresh", "refresh")
    stack.run("up after the refresh", "up")
    _move(stack, "COMPLETED")
    stack.run("up", "up")


def config_only(stack: Driven) -> None:
    """Edit what needs no call."""
    stack.configure(PUSH)
    stack.run("up", "up")
    stack.configure({"push": {**PUSH["push"], "when": {"status": "RUNNING"}}})
    stack.run("preview", "preview")
    stack.run("up with when", "up")


def replaced_key(stack: Driven) -> None:
    """Have a resource stand for another job."""
    stack.configure(PUSH)
    stack.run("up", "up")
    stack.configure({"push": {"jobId": "3", "status": "FAILED"}})
    stack.run("preview", "preview")
    stack.run("up of another key", "up")


def removal(stack: Driven) -> None:
    """Declare a job no more."""
    stack.configure(BOTH)
    stack.run("up", "up")
    stack.configure(PUSH)
    stack.run("preview", "preview")
    stack.run("up without the job", "up")


def missing(stack: Driven) -> None:
    """Declare a job that the service does not have; then let one vanish that was adopted."""
    stack.configure({"gone": {"jobId": "9", "status": "FAILED"}})
    stack.run("preview", "preview")
    stack.run("up", "up")
    stack.configure({"gone": {"jobId": "1", "status": "FAILED", "ifMissing": "ignore"}})
    stack.run("up with another key", "up")
    stack.emulator.remove_job(APP, ENVIRONMENT, "1")
    stack.run("preview of a vanished job", "preview")
    stack.run("up of a vanished job", "up")


def failure_in_the_middle(stack: Driven) -> None:
    """Refuse the second of three updates, then let the next up go on from there."""
    stack.configure({})
    stack.program(CHAIN)
    stack.emulator.fault("denied", operation="UpdateBackendJob", job_id="2")
    stack.run("up", "up")
    stack.emulator.clear_faults()
    stack.run("next up", "up")


def unsettled(stack: Driven) -> None:
    """Wait in vain for a job: it is made, but fails to initialise; the next up waits again."""
    declared = {"jobId": "1", "operation": "CloneBackend", "wait": {"timeout": "1s"}}
    stack.configure({"push": declared})
    stack.run("up", "up")
    stack.run("preview", "preview")
    _move(stack, "COMPLETED")
    stack.run("next up", "up")


def destroy(stack: Driven) -> None:
    """Forget all jobs."""
    stack.configure(PUSH)
    stack.run("up", "up")
    stack.run("destroy", "destroy")


SCENARIOS: dict[str, Callable[[Driven], None]] = {
    scenario.__name__: scenario
    for scenario in (
        first_up,
        drift,
        config_only,
        replaced_key,
        removal,
        missing,
        failure_in_the_middle,
        unsettled,
        destroy,
    )
}


def seeds() -> list[dict[str, str]]:
    """Return the jobs that every scenario finds."""
    return [job("1"), job("2", "COMPLETED"), job("3")]


def _move(stack: Driven, status: str) -> None:
    stack.emulator.set_job(APP, ENVIRONMENT, "1", status=status)
