"""The jobs of a measurement: how many, as the emulator has them and as YAML declares them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import yaml

from pulumi_amplify_jobs.emulator import Emulator, Job

STUCK, WANTED = "RUNNING", "COMPLETED"
OPERATION = "UpdateBackendAPI"
CREATED = "1763942400000"
DRIFT = 100
"""One job of so many drifts, and at least one."""


class Phase(str, Enum):
    """What is measured, in this order."""

    FIRST_PREVIEW = "first preview"
    FIRST_UP = "first up"
    UNCHANGED = "unchanged preview"
    DRIFT_PREVIEW = "preview of drift"
    DRIFT_UP = "up of drift"


@dataclass(frozen=True)
class Scale:
    """How much there is of everything."""

    jobs: int
    environments: int
    latency_ms: int = 0


@dataclass(frozen=True)
class World:
    """The jobs of one app in the emulator, all of them declared COMPLETED."""

    emulator: Emulator
    app: str
    scale: Scale

    def be_ready_for(self, phase: Phase) -> None:
        """Have the jobs be as that phase finds them."""
        if phase in (Phase.FIRST_PREVIEW, Phase.FIRST_UP):
            self.emulator.seed([self._live(*key) for key in self.places()])
        elif phase is Phase.UNCHANGED:
            for job in self._own_jobs():
                if job.status != WANTED:
                    self.emulator.set_job(*job.key, status=WANTED)
        else:
            for environment, job_id in self.places()[::DRIFT]:
                self.emulator.set_job(self.app, environment, job_id, status=STUCK)

    def places(self) -> list[tuple[str, str]]:
        """Return the environment and the ID of each job."""
        per_environment = self.scale.jobs // self.scale.environments
        return [
            (f"env{number}", f"env{number}-{job}")
            for number in range(self.scale.environments)
            for job in range(per_environment)
        ]

    def left(self) -> int:
        """Return how many jobs are not as declared."""
        return sum(job.status != WANTED for job in self._own_jobs())

    def calls(self) -> Mapping[str, int]:
        """Return how often each operation was called since `Emulator.clear_requests`."""
        return dict(Counter(str(request.operation) for request in self.emulator.requests()))

    def write_yaml(self, folder: Path) -> None:
        """Declare the jobs, a file for each environment."""
        folder.mkdir()
        found: dict[str, dict[str, dict[str, str]]] = {}
        for environment, job_id in self.places():
            found.setdefault(environment, {})[job_id] = {"jobId": job_id}
        for environment, jobs in found.items():
            defaults = {
                "appId": self.app,
                "backendEnvironmentName": environment,
                "status": WANTED,
            }
            text = yaml.safe_dump({"defaults": defaults, "jobs": jobs})
            (folder / f"{environment}.yaml").write_text(text)

    def write_json(self, path: Path) -> None:
        """Declare the jobs by the arguments of the API's calls, for what is not this project."""
        jobs = {
            job_id: {"AppId": self.app, "BackendEnvironmentName": environment, "JobId": job_id}
            for environment, job_id in self.places()
        }
        path.write_text(json.dumps(jobs))

    def _own_jobs(self) -> list[Job]:
        return [job for job in self.emulator.jobs() if job.app_id == self.app]

    def _live(self, environment: str, job_id: str) -> dict[str, str]:
        return {
            "appId": self.app,
            "backendEnvironmentName": environment,
            "jobId": job_id,
            "operation": OPERATION,
            "status": STUCK,
            "createTime": CREATED,
            "updateTime": CREATED,
        }
