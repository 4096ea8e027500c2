"""A project directory to write config into, and to read it back."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from pulumi_amplify_jobs.config.project import StackFile
from pulumi_amplify_jobs.config.stack import StackConfig
from pulumi_amplify_jobs.config.stack_file import read_stack
from pulumi_amplify_jobs.errors import ConfigError

STACK = "Pulumi.dev.yaml"


class Project:
    """A Pulumi project with one stack, `dev`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.write("Pulumi.yaml", "name: jobs\nruntime: python\n")

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    def stack(self, config: str) -> None:
        """Write the stack's file: `config` is what stands below `config:`, from line 2 on."""
        self.write(STACK, "config:\n" + indent(dedent(config).lstrip("\n"), "  "))

    def read(self) -> StackConfig:
        return read_stack(StackFile(self.directory, self.directory / STACK))

    def problems(self) -> tuple[str, ...]:
        """Return what is wrong; reading must fail."""
        with pytest.raises(ConfigError) as caught:
            self.read()
        assert str(caught.value) == "\n".join(caught.value.problems)
        return caught.value.problems


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "project").mkdir()
    return Project(tmp_path / "project")
