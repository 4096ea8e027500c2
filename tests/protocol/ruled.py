"""A stack with rules in the testing host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi_amplify_jobs.testing import Host
from tests.samples import rule

RULE = rule()
FAST = {"aws:region": "eu-west-1", "amplify-jobs:maxRetries": "2"}


@dataclass(frozen=True)
class Ruled:
    """Configures a host with rules by name, and with jobs."""

    host: Host

    def __call__(self, jobs: dict[str, Any] | None = None, **rules: Any) -> Host:
        """Return the host with this config."""
        self.host.config = {**FAST, "amplify-jobs:rules": rules, "amplify-jobs:jobs": jobs or {}}
        return self.host


def settled(host: Host, name: str = "stuck") -> list[str]:
    """Return the jobs that a rule has settled, the newest first; none where it isn't recorded."""
    found = host.resources.get(name)
    return [each["job"] for each in found.outputs["settled"]] if found else []
