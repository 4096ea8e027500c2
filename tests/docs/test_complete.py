"""Nothing that users can write or meet is left out of the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pulumi_amplify_jobs
from pulumi_amplify_jobs import testing
from pulumi_amplify_jobs.config.mappings import ConfigModel, keys_of
from pulumi_amplify_jobs.config.models import (
    JobConfig,
    LatestConfig,
    LatestIdConfig,
    WaitConfig,
    WhenConfig,
)
from pulumi_amplify_jobs.config.rule_models import AppsConfig, MatchConfig, RuleConfig, SetConfig
from pulumi_amplify_jobs.config.setting_models import AssumeRoleConfig
from pulumi_amplify_jobs.config.stack import known_keys
from pulumi_amplify_jobs.emulator import FAULT_KINDS
from reference.commands import all_commands

from .blocks import PAGES, ROOT

DOCS = ROOT / "docs"
PROVIDER = ROOT / "provider" / "pulumi_amplify_jobs"
ALL_PAGES = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def is_documented(name: str, page: str) -> bool:
    """Say whether a page has the name as code, alone or in a longer piece of code."""
    return re.search(rf"`[^`\n]*(?<![\w-]){re.escape(name)}(?![\w-])[^`\n]*`", page) is not None


@pytest.mark.parametrize("key", known_keys())
def test_each_key_of_the_stack_config(key: str) -> None:
    assert is_documented(key.removeprefix("aws:"), text_of("config.md"))


@pytest.mark.parametrize(
    "model",
    [JobConfig, WhenConfig, WaitConfig, AssumeRoleConfig, LatestIdConfig, LatestConfig],
)
def test_each_key_of_a_job(model: type[ConfigModel]) -> None:
    for key in keys_of(model):
        assert is_documented(key, text_of("config.md")), key


@pytest.mark.parametrize("model", [RuleConfig, AppsConfig, MatchConfig, SetConfig])
def test_each_key_of_a_rule(model: type[ConfigModel]) -> None:
    for key in keys_of(model):
        assert is_documented(key, text_of("rules.md")), key


def test_each_command_and_option() -> None:
    page = text_of("commands.md")
    found = list(all_commands())
    assert len(found) >= 7
    for command, context in found:
        assert f"### `{context.command_path}`\n" in page
        section = page.split(f"### `{context.command_path}`\n")[1].split("\n### ")[0]
        for parameter in command.params:
            for spelling in (*parameter.opts, *parameter.secondary_opts):
                if spelling.startswith("-"):
                    assert is_documented(spelling, section), (context.command_path, spelling)


@pytest.mark.parametrize("name", pulumi_amplify_jobs.__all__)
def test_each_exported_name(name: str) -> None:
    assert is_documented(name, text_of("library.md"))


@pytest.mark.parametrize("name", testing.__all__)
def test_each_exported_name_of_the_testing_package(name: str) -> None:
    assert is_documented(name, text_of("testing.md"))


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_each_kind_of_fault(kind: str) -> None:
    assert is_documented(kind, text_of("emulator.md"))


def test_each_environment_variable_that_is_read() -> None:
    sources = "\n".join(path.read_text() for path in PROVIDER.rglob("*.py"))
    variables = set(re.findall(r'"(AMPLIFY_JOBS_\w+)"', sources))
    assert variables >= {"AMPLIFY_JOBS_DEBUG", "AMPLIFY_JOBS_CONFIG_FILE"}
    for variable in variables:
        assert is_documented(variable, ALL_PAGES) or f"export {variable}" in ALL_PAGES, variable


PROMISES = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", text_of("promises.md"), re.MULTILINE)


def test_there_are_eleven_promises() -> None:
    assert [int(number) for number, _, _ in PROMISES] == list(range(1, 12))


@pytest.mark.parametrize(("number", "promise", "shown_by"), PROMISES)
def test_each_promise_is_shown_by_tests_that_are_there(
    number: str, promise: str, shown_by: str
) -> None:
    assert promise.endswith(".")
    files = re.findall(r"`(tests/[\w/]+\.py)`", shown_by)
    assert files
    for file in files:
        assert "def test_" in (ROOT / file).read_text(), file


def test_each_page_is_linked_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for page in DOCS.glob("*.md"):
        assert f"(docs/{page.name})" in readme, page.name


def test_each_example_is_listed() -> None:
    listed = (ROOT / "examples" / "README.md").read_text()
    for folder in Path(ROOT / "examples").iterdir():
        if folder.is_dir():
            assert f"]({folder.name})" in listed, folder.name
