"""The pre-commit hook, run by pre-commit itself, from a clone, in a repository of a user."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests import revision

from .workflows import ROOT

[HOOK] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
TIME_LIMIT = 240.0

JOB = 'unstick-push: { appId: d1, backendEnvironmentName: prod, jobId: "4f1c", status: FAILED }'
GOOD = f"config:\n  amplify-jobs:jobs:\n    {JOB}\n  amplify-jobs:include: [jobs/*.yaml]\n"
INCLUDED = f"jobs:\n  {JOB.replace('unstick-push', 'other').replace('4f1c', '77')}\n"


@dataclass(frozen=True)
class Repository:
    """A user's repository with the hook, and the environment that its commands run in."""

    folder: Path
    environment: dict[str, str]

    def write(self, **files: str) -> None:
        for name, text in {"Pulumi.yaml": "name: x\nruntime: python\n", **files}.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        run(["git", "add", "--all"], self.folder, self.environment)

    def hook(self) -> tuple[int, str]:
        """Run the hook on what is staged. Where it can't be installed, the test is skipped."""
        command = [sys.executable, "-m", "pre_commit", "run", "--color", "never"]
        done = run(command, self.folder, self.environment, check=False)
        if "pip" in done.stdout and "An unexpected error has occurred" in done.stdout:
            pytest.skip("the hook's environment is not to be had: pip can't install it")
        return done.returncode, done.stdout


def run(
    command: list[str], folder: Path, environment: dict[str, str], *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIME_LIMIT,
        check=check,
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, str]]:
    """A repository with the package as it is now, its commit, and an environment for git."""
    folder, commit = revision.of_now(tmp_path_factory.mktemp("source"))
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("GIT_")},
        **revision.GIT,
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit") / "cache"),
    }
    return folder, commit, environment


@pytest.fixture
def repository(source: tuple[Path, str, dict[str, str]], tmp_path: Path) -> Repository:
    folder, pinned, environment = source
    hooks = [{"id": "amplify-jobs-validate"}]
    config = {"repos": [{"repo": folder.as_uri(), "rev": pinned, "hooks": hooks}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    revision.commit(tmp_path, environment)
    return Repository(tmp_path, environment)


def test_a_good_stack_passes(repository: Repository) -> None:
    repository.write(**{"Pulumi.dev.yaml": GOOD, "jobs/more.yaml": INCLUDED})
    code, output = repository.hook()
    assert code == 0, output
    assert output.rstrip().endswith("Passed")


def test_a_broken_stack_fails_with_file_and_line(repository: Repository) -> None:
    broken = GOOD.replace("jobId", "jobID")
    repository.write(**{"a/Pulumi.yaml": "name: a\nruntime: python\n", "a/Pulumi.dev.yaml": broken})
    code, output = repository.hook()
    assert code == 1
    assert "error: a/Pulumi.dev.yaml:3: unstick-push: unknown key jobID" in output


def test_a_broken_included_file_fails_once(repository: Repository) -> None:
    repository.write(**{"Pulumi.dev.yaml": GOOD, "Pulumi.prod.yaml": GOOD})
    repository.write(**{"jobs/more.yaml": INCLUDED.replace("FAILED", '""')})
    code, output = repository.hook()
    assert code == 1
    assert output.count("error: jobs/more.yaml:2: ") == 1


def test_nothing_to_check_is_no_failure(repository: Repository) -> None:
    repository.write(**{"notes.yaml": "jobs: nonsense\n"})
    (repository.folder / "Pulumi.yaml").unlink()
    run(["git", "add", "--all"], repository.folder, repository.environment)
    code, output = repository.hook()
    assert code == 0
    assert "(no files to check)Skipped" in output


@pytest.mark.parametrize(
    ("path", "checked"),
    [
        ("Pulumi.yaml", True),
        ("Pulumi.prod.yaml", True),
        ("Pulumi.my-org.prod.yml", True),
        ("infra/amplify/Pulumi.dev.yaml", True),
        ("jobs/shop.yaml", True),
        ("infra/jobs/shop.yml", True),
        ("jobs/nested/shop.yaml", False),
        ("OldPulumi.dev.yaml", False),
        ("Pulumi.dev.yaml.bak", False),
        ("cronjobs/a.yaml", False),
        ("emulator.yaml", False),
    ],
)
def test_which_files_it_looks_at(path: str, checked: bool) -> None:
    assert (re.search(HOOK["files"], path) is not None) == checked
