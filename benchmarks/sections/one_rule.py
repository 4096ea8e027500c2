"""A preview of 10,000 jobs in 500 environments under one rule, which one in a hundred matches."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from pulumi_amplify_jobs.emulator import Emulator

from ..columns.engine import OURS, with_config
from ..results import Measurement
from ..world import STUCK, WANTED, Phase, Scale, World
from .studies import run

STUDY = "rule"
APPS = 50
SCALE = Scale(jobs=200, environments=10)
"""Of each app."""
RULE = {
    "apps": ["*"],
    "environments": ["*"],
    "match": {"status": STUCK},
    "set": {"status": WANTED},
    "limit": 1000,
}


def measure() -> tuple[Measurement, ...]:
    """Return one preview, or nothing where there is no engine."""
    if OURS.absent() is not None:
        return ()
    with TemporaryDirectory() as folder, Emulator() as emulator:
        worlds = [World(emulator, f"d{number}", SCALE) for number in range(APPS)]
        for phase in (Phase.FIRST_UP, Phase.UNCHANGED, Phase.DRIFT_PREVIEW):
            for world in worlds:
                world.be_ready_for(phase)
        config = {"amplify-jobs:rules": {"no-stuck-jobs": RULE}}
        project = with_config(Path(folder) / "rules", worlds[0], config)
        done = run(OURS, project, worlds[0], Phase.DRIFT_PREVIEW)
    return (Measurement(STUDY, Phase.FIRST_PREVIEW.value, OURS.name, (done,)),)
