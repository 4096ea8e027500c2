"""How soon the commands end after a Ctrl-C or a SIGTERM in the midst of a call."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pulumi_amplify_jobs.emulator import Emulator

from ..columns.commands import SCRIPT
from ..results import Measurement, Run

ROUNDS = 5
STUDY = "ending"
SIGNALS = {each.name: each for each in (signal.SIGINT, signal.SIGTERM)}
COMMANDS = {
    "amplify-jobs plan": [SCRIPT, "plan"],
    "amplify-jobs apply": [SCRIPT, "apply", "--yes"],
}
STACK = """
config:
  aws:region: eu-west-1
  amplify-jobs:jobs:
    push: { appId: d2abcdefgh1234, backendEnvironmentName: prod, jobId: "1", status: FAILED }
"""


def column(command: str, signal_name: str) -> str:
    """Return what a command that meets a signal is called."""
    return f"{command}, {signal_name}"


def measure() -> tuple[Measurement, ...]:
    """Return how long each command went on after each signal."""
    with TemporaryDirectory() as folder, Emulator() as emulator:
        (Path(folder) / "Pulumi.yaml").write_text("name: jobs\nruntime: python\n")
        (Path(folder) / "Pulumi.dev.yaml").write_text(STACK)
        emulator.latency = 600
        return tuple(
            Measurement(
                STUDY,
                "",
                column(name, number.name),
                tuple(Run(_seconds(command, number, folder, emulator)) for _ in range(ROUNDS)),
            )
            for name, command in COMMANDS.items()
            for number in SIGNALS.values()
        )


def _seconds(
    command: Sequence[str], number: signal.Signals, folder: str, emulator: Emulator
) -> float:
    before = len(emulator.requests())
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "PULUMI_STACK": "dev",
    }
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while len(emulator.requests()) == before:
            assert process.poll() is None
        began = time.perf_counter()
        process.send_signal(number)
        process.wait()
        return time.perf_counter() - began
