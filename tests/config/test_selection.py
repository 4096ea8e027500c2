"""Which stack is meant where none is named: as Pulumi's own CLI has it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pulumi_amplify_jobs.config.stack_selection import find_stack_file
from pulumi_amplify_jobs.errors import ConfigError

from .conftest import Project


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pulumi's own folder; nothing is selected."""
    for name in ("PULUMI_STACK", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def stacks(project: Project) -> None:
    for name in ("dev", "prod"):
        project.write(f"Pulumi.{name}.yaml", "config: {}\n")


def select(home: Path, project: Project, settings: object) -> None:
    """Write what `pulumi stack select` writes."""
    digest = hashlib.sha1(str(project.directory / "Pulumi.yaml").encode()).hexdigest()
    path = home / "workspaces" / f"jobs-{digest}-workspace.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(settings if isinstance(settings, str) else json.dumps(settings))


def found(project: Project, stack: str | None = None) -> tuple[str, str | None]:
    file = find_stack_file(project.directory, stack, None)
    return file.path.name, file.selected_by


def test_the_variable(home: Path, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    select(home, project, {"stack": "dev"})
    monkeypatch.setenv("PULUMI_STACK", "org/jobs/prod")
    assert found(project) == ("Pulumi.prod.yaml", "PULUMI_STACK")
    assert found(project, "dev") == ("Pulumi.dev.yaml", None)


def test_a_variable_set_to_nothing_selects_none(
    home: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    select(home, project, {"stack": "dev"})
    monkeypatch.setenv("PULUMI_STACK", "")
    with pytest.raises(ConfigError, match="which stack"):
        found(project)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            "pord",
            r"Pulumi.pord.yaml: there is no such stack file \(PULUMI_STACK\); the stacks are "
            r"dev, prod",
        ),
        ("../x y", r"PULUMI_STACK ../x y is not a stack name"),
        (
            "org/other/dev",
            "PULUMI_STACK org/other/dev belongs to another project: the project here is jobs",
        ),
    ],
)
def test_a_variable_that_names_no_stack_of_here(
    home: Path, project: Project, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setenv("PULUMI_STACK", value)
    with pytest.raises(ConfigError, match=said):
        found(project)


@pytest.mark.parametrize(
    "settings",
    [
        {"stack": "prod"},
        {"stacks": {"https://api.pulumi.com": "org/jobs/prod"}},
        {"stack": "dev", "stacks": {"https://api.pulumi.com": "organization/jobs/prod"}},
        {"stacks": {"file://a": "prod", "file://b": "prod"}},
    ],
)
def test_what_was_selected(home: Path, project: Project, settings: object) -> None:
    select(home, project, settings)
    assert found(project) == ("Pulumi.prod.yaml", "pulumi stack select")


def test_each_backend_has_its_own(
    home: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    select(home, project, {"stacks": {"file://a": "dev", "file://b": "prod"}})
    with pytest.raises(ConfigError, match="which stack"):
        found(project)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file://b")
    assert found(project)[0] == "Pulumi.prod.yaml"
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    select(home, project, {"stacks": {"file://a": "dev", "file://b": "prod"}})
    path = project.write("Pulumi.yaml", "name: jobs\nbackend: {url: 'file://a'}\n")
    assert path.is_file()
    assert found(project)[0] == "Pulumi.dev.yaml"


@pytest.mark.parametrize("settings", ["{", "[]", '{"stack": 3}', '{"stacks": {"a": []}}'])
def test_what_can_not_be_read_selects_nothing(home: Path, project: Project, settings: str) -> None:
    select(home, project, settings)
    with pytest.raises(ConfigError, match="which stack"):
        found(project)
