"""A step of a workflow that runs `amplify-jobs comment`, and previews that it is given."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from click.testing import CliRunner, Result

from pulumi_amplify_jobs.cli import cli

from ..cli.conftest import COMMAND
from ..samples import APP, ENVIRONMENT
from .stand_in import PULL_REQUEST, REPOSITORY, TOKEN, GitHub

MARK = "<!-- amplify-jobs: demo/dev -->"


def planned(action: str, name: str = "unstick-push") -> dict[str, Any]:
    """Return a job as `amplify-jobs plan --json` has it."""
    change = {"field": "status", "from": "RUNNING", "to": "FAILED"}
    key = {"appId": APP, "backendEnvironmentName": ENVIRONMENT, "jobId": name}
    return {
        "name": name,
        "byRule": False,
        **key,
        "action": action,
        "changes": [change] if action == "update" else [],
        "live": None if action == "error" else {**key, "status": "RUNNING"},
        "reason": "the job is gone" if action == "error" else None,
    }


def plan(*actions: str) -> str:
    """Return what `amplify-jobs plan --json` prints for jobs with these actions."""
    jobs = [planned(action, f"job-{index}") for index, action in enumerate(actions)]
    document = {"version": 2, "stack": "dev", "summary": {}, "jobs": jobs, "rules": []}
    return json.dumps(document)


@dataclass
class Workflow:
    """A step of a workflow on the event pull_request."""

    hub: GitHub
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment |= {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REF": f"refs/pull/{PULL_REQUEST}/merge",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_TOKEN": TOKEN,
        }
        self.comes_from(REPOSITORY)

    @property
    def summary(self) -> Path:
        return self.folder / "summary.md"

    def comes_from(self, repository: str) -> None:
        """Let the pull request come from a repository."""
        base = {"repo": {"full_name": REPOSITORY}}
        head = {"repo": {"full_name": repository}}
        pull_request = {"number": PULL_REQUEST, "base": base, "head": head}
        path = self.folder / "event.json"
        path.write_text(json.dumps({"action": "opened", "pull_request": pull_request}))

    def comment(self, preview: str, *options: str) -> Result:
        """Run the command in this process, for the stack demo/dev."""
        return CliRunner().invoke(
            cli,
            ["comment", "--stack", "demo/dev", *options],
            input=preview,
            env={name: self.environment.get(name) for name in [*self.environment, *UNSET]},
        )

    def run(
        self, preview: str, *options: str, stdout: IO[str] | int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[str]:
        """Run the command as a process of its own."""
        return subprocess.run(
            [*COMMAND, "comment", "--stack", "demo/dev", *options],
            input=preview,
            env={**os.environ, **self.environment},
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=240,
            check=False,
        )

    @property
    def body(self) -> str:
        """The text of the only comment with a marker."""
        (there,) = self.hub.with_marker()
        return str(there["body"])


UNSET = ("GITHUB_STEP_SUMMARY", "GITHUB_TOKEN")
