"""The same stacks in the testing host: the real provider process, and no engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from pulumi_amplify_jobs.testing import Host, HostError, Result, RunFailedError
from tests.protocol.registering import Registering
from tests.samples import APP

from .stacks import SECRETS, WANTED, Ran, Stack


@dataclass
class HostedStack(Stack):
    """A stack whose program registers its jobs; close it."""

    run: ClassVar[str] = "up, testing host"
    stops_at_failures: ClassVar[bool] = True

    def __exit__(self, *_: object) -> None:
        self.host.close()

    @cached_property
    def host(self) -> Host:
        """The host, made at its first use."""
        jobs = {
            name: {
                "app_id": APP,
                "backend_environment_name": environment,
                "job_id": job_id,
                "status": WANTED,
            }
            for name, (environment, job_id) in self.keys.items()
        }
        config = {"aws:region": "eu-west-1", **self.settings}
        return Host(
            self.folder,
            endpoint=self.emulator.url,
            program=Registering(jobs),
            config=config,
            environment=SECRETS,
        )

    def bring(self, *_options: str, **_environs: str) -> Ran:
        """Refresh, and have all jobs as declared."""
        return self._ran(lambda: self.host.up(refresh=True))

    def refreshed(self) -> Ran:
        """Refresh."""
        return self._ran(self.host.refresh)

    def _ran(self, run: Callable[[], Result]) -> Ran:
        began = time.monotonic()
        code, text = 0, ""
        try:
            result = run()
            steps = [f"{name}: {step.operation}" for name, step in result.steps.items()]
            text = "\n".join([*steps, *(line.message for line in result.log), result.printed])
        except (RunFailedError, HostError) as failed:
            code, text = 1, str(failed)
        done = {
            name: "updated"
            for name, each in self.host.resources.items()
            if each.outputs.get("status") == WANTED
        }
        kept = str(self.host.resources)
        return Ran(code, text, done, time.monotonic() - began, kept)
