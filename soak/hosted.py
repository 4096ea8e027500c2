"""The same stacks in the testing host: the real provider process, and no engine."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from pulumi_amplify_jobs.testing import Host, HostError, Result, RunFailedError
from pulumi_amplify_jobs.testing.resources import Resource
from pulumi_amplify_jobs.testing.results import Journal, Line, Problem
from tests.protocol.registering import Registering
from tests.samples import APP

from .stacks import SECRETS, WANTED, Ran, Stack


@dataclass
class HostedStack(Stack):
    """A stack whose program registers its jobs; close it."""

    run: ClassVar[str] = "up, testing host"
    stops_at_failures: ClassVar[bool] = True
    has_state: ClassVar[bool] = True

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
        code, result, failure = 0, Journal().result(""), ""
        try:
            result = run()
        except RunFailedError as failed:
            code, result, failure = 1, failed.result, str(failed)
        except HostError as failed:
            code, failure = 1, str(failed)
        said: defaultdict[str, str] = defaultdict(str)
        lines: list[Line | Problem] = [*result.log, *result.errors]
        for line in lines:
            said[line.resource] += f"{line.message}\n"
        return Ran(
            code,
            "\n".join([failure, *said.values(), result.printed]),
            {name for name, each in self.host.resources.items() if _is_done(each)},
            {*result.changes, *result.refreshed},
            said,
            time.monotonic() - began,
            kept=str(self.host.resources),
        )


def _is_done(resource: Resource) -> bool:
    return bool(resource.outputs.get("status") == WANTED)
