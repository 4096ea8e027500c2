"""How soon the commands end after a Ctrl-C or a SIGTERM in the midst of a call."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pulumi_amplify_jobs.emulator import Emulator

ROUNDS = 5
LIMIT = 5.0
"""Seconds that promise 11 names."""
SCRIPT = str(Path(sys.executable).parent / "amplify-jobs")
COMMANDS = {"plan": [SCRIPT, "plan"], "apply": [SCRIPT, "apply", "--yes"]}
STACK = """
config:
  aws:region: eu-west-1
  amplify-jobs:jobs:
    push: { appId: d2abcdefgh1234, backendEnvironmentName: prod, jobId: "1", status: FAILED }
"""


def main() -> int:
    """Measure, print, and say with the exit code whether the promise was kept."""
    print(f"ending in the midst of a call, the slowest of {ROUNDS} rounds (at most {LIMIT:.0f} s)")
    slowest = 0.0
    with TemporaryDirectory() as folder, Emulator() as emulator:
        (Path(folder) / "Pulumi.yaml").write_text("name: jobs\nruntime: python\n")
        (Path(folder) / "Pulumi.dev.yaml").write_text(STACK)
        emulator.latency = 600
        for name, command in COMMANDS.items():
            for number in (signal.SIGINT, signal.SIGTERM):
                times = [_seconds(command, number, folder, emulator) for _ in range(ROUNDS)]
                slowest = max(slowest, *times)
                print(
                    f"  amplify-jobs {name}, {number.name}: {max(times):.2f} s "
                    f"(median {statistics.median(times):.2f} s)"
                )
    return 0 if slowest <= LIMIT else 1


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


if __name__ == "__main__":
    sys.exit(main())
