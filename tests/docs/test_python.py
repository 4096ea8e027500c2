"""Every Python example of the pages runs: programs in the testing host, tests under pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host

from ..samples import APP, ENVIRONMENT, job
from .blocks import Block, blocks

STACK = f"""\
config:
  aws:region: eu-west-1
  amplify-jobs:defaults: {{ appId: {APP}, backendEnvironmentName: {ENVIRONMENT} }}
  amplify-jobs:jobs:
"""
PUSH = '    unstick-push: { jobId: "4f1c", status: FAILED, when: { status: RUNNING } }\n'
OTHER = '    other: { jobId: "77", status: COMPLETED }\n'
PROGRAM = "from pulumi_amplify_jobs import program\n\nprogram.run()\n"
READS = "    ...  # let your program talk to emulator.url\n"
READ = "    import urllib.request\n    for _ in range(3): read(emulator)\n"
READER = """

def read(emulator):
    import urllib.error, urllib.request
    url = emulator.url + "/backend/d2abcdefgh1234/job/prod/4f1c"
    try:
        urllib.request.urlopen(url).read()
    except urllib.error.HTTPError as error:
        error.close()
"""

TESTS = [block for block in blocks("python") if "def test_" in block.text]
PROGRAMS = [
    block
    for block in blocks("python")
    if not any(word in block.text for word in ("def test_", "BackendJobRule", "program.run()"))
]
"""All but the project's own program, which README's story runs."""
RULES = [block for block in blocks("python") if "BackendJobRule" in block.text]


def project(folder: Path, jobs: str) -> None:
    (folder / "Pulumi.yaml").write_text("name: docs\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(STACK + jobs)


@pytest.mark.parametrize("block", TESTS, ids=lambda block: block.name)
def test_tests_pass(block: Block, tmp_path: Path) -> None:
    project(tmp_path, PUSH)
    (tmp_path / "__main__.py").write_text(PROGRAM)
    text = block.text.replace(READS, READ) + READER
    (tmp_path / "test_example.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("block", PROGRAMS, ids=lambda block: block.name)
def test_programs_declare_their_jobs(block: Block, tmp_path: Path, emulator: Emulator) -> None:
    emulator.seed([job("4f1c"), job("77")])
    project(tmp_path, OTHER)
    (tmp_path / "__main__.py").write_text(block.text)
    with Host(tmp_path, endpoint=emulator.url) as host:
        assert host.up().changes == {"other": "create", "unstick": "create"}
    statuses = {each.job_id: each.status for each in emulator.jobs()}
    assert statuses == {"4f1c": "FAILED", "77": "COMPLETED"}


@pytest.mark.parametrize("block", RULES, ids=lambda block: block.name)
def test_programs_declare_their_rules(block: Block, tmp_path: Path, emulator: Emulator) -> None:
    emulator.seed({"apps": [{"appId": APP, "name": "shop-web"}], "jobs": [job("4f1c")]})
    project(tmp_path, "")
    (tmp_path / "__main__.py").write_text(block.text)
    with Host(tmp_path, endpoint=emulator.url) as host:
        assert host.up().changes == {"no-stuck-pushes": "create"}
    assert [each.status for each in emulator.jobs()] == ["FAILED"]


def test_there_are_examples_of_all_kinds() -> None:
    assert RULES
    assert len(TESTS) >= 3
    assert len(PROGRAMS) >= 2
