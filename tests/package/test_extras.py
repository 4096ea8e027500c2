"""What an installation brings without an extra, and what it says where the extra is needed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pulumi_amplify_jobs.cli.entry_point import SECTIONS
from pulumi_amplify_jobs.emulator import Emulator, load_seed
from tests import wheel
from tests.samples import APP, ENVIRONMENT, job

COMMANDS = [name for section in SECTIONS.values() for name in section]
PROGRAM = ["-c", "from pulumi_amplify_jobs.cli import main; main()"]
EXAMPLE = wheel.ROOT / "examples" / "tested-stack"
EXTRA = [
    f"'{each.name}{each.specifier}'"
    for each in map(Requirement, requires("pulumi-amplify-jobs") or ())
    if each.marker
    and each.name != "pulumi-amplify-jobs"
    and 'extra == "emulator"' in str(each.marker)
]
MISSING = (
    f"the emulator's server is not installed: pip install {' '.join(EXTRA)}, or install this "
    "package with its extra, emulator"
)


class Installed:
    """A virtual environment with the wheel."""

    def __init__(self, python: Path) -> None:
        self.python = python

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        dropped = ("PYTHONPATH", "PYTEST_CURRENT_TEST")
        return subprocess.run(
            [self.python, *arguments],
            cwd=cwd or self.python.parent,
            env={name: each for name, each in os.environ.items() if name not in dropped},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def bare(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The package and pytest."""
    environment = tmp_path_factory.mktemp("bare")
    return Installed(wheel.install(built, environment, beside=["pytest"]))


@pytest.fixture(scope="module")
def full(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The package with its extra, and pytest."""
    environment = tmp_path_factory.mktemp("full")
    return Installed(wheel.install(built, environment, extras=["emulator"], beside=["pytest"]))


def test_without_the_extra_there_is_no_server(bare: Installed, full: Installed) -> None:
    found = (
        "import importlib.util as u; print(*map(bool, map(u.find_spec, ('starlette', 'uvicorn'))))"
    )
    assert bare.run("-c", found).stdout == "False False\n"
    assert full.run("-c", found).stdout == "True True\n"


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_every_help_is_shown_without_the_extra(bare: Installed, name: str | None) -> None:
    shown = bare.run(*PROGRAM, *([name] if name else []), "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith(f"Usage: amplify-jobs {name or '[OPTIONS]'} ")


def test_the_help_lists_the_emulator_without_the_extra(bare: Installed) -> None:
    assert "\n  emulator " in bare.run(*PROGRAM, "--help").stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["--access-key", "A", "--secret-key", "made-up"], ["--db", "jobs.db"]],
    ids=lambda arguments: " ".join(arguments[:1]),
)
def test_the_emulator_s_command_says_in_one_line_what_to_install(
    bare: Installed, arguments: list[str], tmp_path: Path
) -> None:
    said = bare.run(*PROGRAM, "emulator", *arguments, cwd=tmp_path)
    assert (said.returncode, said.stdout, said.stderr) == (1, "", f"error: {MISSING}\n")
    assert list(tmp_path.iterdir()) == []


def test_an_import_of_the_emulator_says_what_to_install(bare: Installed) -> None:
    said = bare.run("-c", "from pulumi_amplify_jobs.emulator import load_seed")
    assert said.stderr.splitlines()[-1] == f"ModuleNotFoundError: {MISSING}"


@pytest.mark.parametrize("fixture", ["amplify_jobs_emulator", "amplify_jobs_host"])
def test_a_test_that_uses_a_fixture_says_what_to_install(
    bare: Installed, fixture: str, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(
        f"def test_a({fixture}): pass\ndef test_b({fixture}): pass\ndef test_other(): pass\n"
    )
    done = bare.run("-m", "pytest", "-p", "no:cacheprovider", "-q", cwd=tmp_path)
    assert done.returncode == 1
    assert "1 passed, 2 errors" in done.stdout
    assert done.stdout.splitlines().count(MISSING) == 2
    assert "Traceback" not in done.stdout + done.stderr
    assert "fixtures.py" not in done.stdout


def test_a_suite_without_the_fixtures_runs_without_the_extra(
    bare: Installed, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text("def test_other(): pass\n")
    done = bare.run("-m", "pytest", "-p", "no:cacheprovider", "-q", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 passed" in done.stdout


def test_the_commands_work_without_the_extra(
    bare: Installed, emulator: Emulator, tmp_path: Path
) -> None:
    emulator.seed([job("1")])
    (tmp_path / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config:\n"
        "  aws:region: eu-west-1\n"
        f"  amplify-jobs:endpoint: {emulator.url}\n"
        "  amplify-jobs:jobs:\n"
        f"    push: {{appId: {APP}, backendEnvironmentName: {ENVIRONMENT}, jobId: '1', "
        "status: FAILED}\n"
    )
    planned = bare.run(*PROGRAM, "plan", "--json", cwd=tmp_path)
    assert planned.returncode == 2, planned.stderr
    (tmp_path / "plan.json").write_text(planned.stdout)
    for form in ("markdown", "html", "json"):
        report = bare.run(*PROGRAM, "report", "plan.json", "--format", form, cwd=tmp_path)
        assert (report.returncode, report.stderr) == (2, ""), form
    applied = bare.run(*PROGRAM, "apply", "--yes", cwd=tmp_path)
    assert applied.returncode == 0, applied.stderr
    assert emulator.job(APP, ENVIRONMENT, "1").status == "FAILED"


def test_the_testing_host_works_without_the_extra(
    bare: Installed, emulator: Emulator, tmp_path: Path
) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "shop")
    emulator.seed(load_seed(folder / "emulator.yaml"))
    done = bare.run(
        "-c",
        "from pulumi_amplify_jobs.testing import Host\n"
        f"with Host({str(folder)!r}, endpoint={emulator.url!r}) as host:\n"
        "    print(host.preview().changes)\n",
    )
    assert "'unstick-push': 'create'" in done.stdout, done.stderr


def test_with_the_extra_the_example_s_suite_passes(full: Installed, tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "shop")
    done = full.run("-m", "pytest", "-p", "no:cacheprovider", cwd=folder)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_with_the_extra_the_emulator_listens(full: Installed) -> None:
    with subprocess.Popen(
        [full.python, *PROGRAM, "emulator", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert re.search(r"listening on http://127\.0\.0\.1:\d+", process.stdout.readline())
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=240) == 0
        finally:
            process.kill()
