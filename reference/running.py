"""An example, copied and run against an emulator: what pictures are made of."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pulumi_amplify_jobs.emulator import Emulator, load_seed

Times = tuple[float, float]
"""When a job was created, and when it was updated, in epoch seconds."""


class Running(NamedTuple):
    """A copy of an example's folder, the environment in which its commands run, and its jobs."""

    folder: Path
    environment: dict[str, str]
    emulator: Emulator


@contextmanager
def running(example: Path, times: Sequence[Times]) -> Iterator[Running]:
    """Yield a copy of the example that is ready to run.

    The emulator holds the example's jobs; `times` has one entry for each.
    """
    with tempfile.TemporaryDirectory(prefix="amplify-jobs-picture-") as temporary:
        folder = Path(temporary) / example.name
        shutil.copytree(example, folder)
        with Emulator(seed=_seed(example, times)) as emulator:
            yield Running(folder, _environment(emulator.url), emulator)


def _seed(example: Path, times: Sequence[Times]) -> list[dict[str, str]]:
    jobs = load_seed(example / "emulator.yaml").jobs
    return [
        {**job.wire(), "createTime": _milliseconds(created), "updateTime": _milliseconds(updated)}
        for job, (created, updated) in zip(jobs, times, strict=True)
    ]


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _environment(endpoint: str) -> dict[str, str]:
    """Return an environment with this package's commands, and nothing that leads to a real AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    kept.pop("NO_COLOR", None)
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_ENDPOINT_URL_AMPLIFYBACKEND": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "TERM": "xterm-256color",
    }
