"""A run is measured with all of its processes, and one that fails ends the bench."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.running.processes import ENGINE, LANGUAGE_HOST, PROGRAM, PROVIDER, role_of

WORK = "import time\nwhile time.process_time() < 0.4: pass"
ORPHANS = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WORK!r}])"
"""A parent that ends at once, as an engine may that doesn't wait for its plugin."""
MEASURE = """
import sys
from benchmarks.running.commands import Command, measured
print(measured(Command((sys.executable, "-c", sys.argv[1]))))
"""

HELD = """
import subprocess, sys
from benchmarks.running.processes import Watch
from tests.waiting import until
hold = "held = bytearray(200_000_000); input()"
with Watch() as watch:
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, text=True) as child:
        until(lambda: watch.peaks.get("python -c", 0) >= 200_000_000)
        child.communicate("seen\\n")
print(watch.peaks["python -c"])
"""
"""A role that ends once its memory was seen: it may end between two looks otherwise."""


def measured(program: str) -> subprocess.CompletedProcess[str]:
    return run_in_process(MEASURE, program)


def run_in_process(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Measure in a process of its own, which has no other children and adopts orphans."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="not Linux, measuring needs it")
@pytest.mark.parametrize("program", [WORK, ORPHANS], ids=["a child", "an orphan"])
def test_the_cpu_of_every_process_counts(program: str) -> None:
    run = measured(program)
    cpu = float(run.stdout.split("cpu=")[1].split(",")[0])
    assert cpu >= 0.4, run.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="not Linux, measuring needs it")
def test_peak_memory_is_that_of_the_role() -> None:
    run = run_in_process(HELD)
    assert run.stderr == ""
    assert int(run.stdout) < 260_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="not Linux, measuring needs it")
def test_a_run_that_fails_ends_the_bench_with_its_output() -> None:
    run = measured("print('so it was'); raise SystemExit(3)")
    assert run.returncode == 1
    assert "exited with 3\nso it was" in run.stderr


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("/opt/bin/pulumi preview", ENGINE),
        ("/opt/bin/pulumi-language-python 127.0.0.1:1", LANGUAGE_HOST),
        ("/v/bin/python -u /opt/bin/pulumi-language-python-exec --stack a .", PROGRAM),
        ("/v/bin/python -u -m pulumi.dynamic 127.0.0.1:1", PROVIDER),
        ("/v/bin/python /v/bin/amplify-jobs plan", "amplify-jobs"),
        ("/v/bin/python3.11 -c pass", "python -c"),
        ("terraform apply", "terraform"),
    ],
)
def test_roles(command: str, role: str) -> None:
    assert role_of(command.split(" ")) == role
