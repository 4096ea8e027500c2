"""Every command line of the pages runs in a test, with the exit code and the output that it shows.

README's story runs in `test_readme`, what can't run here stands in `NOT_HERE`, and all else below.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator, load_seed
from tests import revision
from tests.command_lines import parse
from tests.github.stand_in import github
from tests.github.workflow import Workflow
from tests.needs import needs_engine
from tests.samples import APP, ENVIRONMENT, job
from tests.updates import updated_ids

from .blocks import ROOT, Block, blocks
from .terminal import Line, Terminal, environment, lines_of
from .test_readme import STORY

CONSOLE = blocks("console")
NOT_HERE = {
    "make check": "it runs all that is checked, this test's module too",
    "make test": "it runs all tests, this one too",
    "make site": "tests/docs/test_site.py builds the site",
    "make dist": "tests/release/test_dist.py fills a folder, and checks its sums",
    "pip install --require-hashes": "tests/release/test_dist.py installs so, offline",
    "sha256sum --check": "tests/release/test_verify.py runs it",
    "gh attestation verify": "tests/release/test_verify.py runs it, with a gh of its own",
    "jq --exit-status --slurpfile": "tests/release/test_verify.py runs it",
    "pypi-attestations verify": "nothing is released yet",
    "docker ": "it takes an image from a registry: tests/emulator/test_container.py runs its steps",
    "amplify-jobs try": "it asks, and reads for a minute: tests/cli/test_try.py runs it",
    "pulumi stack init dev --secrets-provider": "it asks AWS KMS for a key",
    ".venv/bin/python up_shards.py": "tests/examples/test_up_shards.py runs it",
}
"""Lines that can't run here, by how they begin, and why."""

RUN: list[Block] = []

CONFIG = f"""\
config:
  aws:region: eu-west-1
  amplify-jobs:jobs:
    unstick-push:
      appId: {APP}
      backendEnvironmentName: {ENVIRONMENT}
      jobId: "4f1c"
      status: FAILED
      when: {{ status: RUNNING }}
"""
RULE = """\
config:
  aws:region: eu-west-1
  amplify-jobs:rules:
    no-stuck-pushes:
      apps: ["*"]
      environments: ["*"]
      match: { status: RUNNING, olderThan: 6h }
      set: { status: FAILED }
      limit: 20
"""
PROGRAM = "from pulumi_amplify_jobs import program\n\nprogram.run()\n"


def run_here(page: str, begins: str) -> Block:
    """Return the block of a page that begins with a line, and note that a test here runs it."""
    first = {block: lines_of(block)[0].text for block in CONSOLE if block.page == ROOT / page}
    exactly = [block for block, text in first.items() if text == begins]
    [found] = exactly or [block for block, text in first.items() if text.startswith(begins)]
    RUN.append(found)
    return found


def play(terminal: Terminal, block: Block, codes: Mapping[str, int] | None = None) -> None:
    """Run a block's lines in their order; `codes` are exit codes by how a line begins."""
    for line in lines_of(block):
        terminal.show(line, code=_first(codes or {}, line.text, 0))


def _first(values: Mapping[str, int], text: str, otherwise: int) -> int:
    return next((value for begins, value in values.items() if text.startswith(begins)), otherwise)


@pytest.fixture
def terminal(tmp_path: Path, emulator: Emulator) -> Terminal:
    """A project with a stack `prod`, whose only job is stuck; the emulator has the pages' port."""
    emulator.seed([job("4f1c")])
    folder = tmp_path / "project"
    for each in (folder, tmp_path / "memory", tmp_path / "state"):
        each.mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    (folder / "__main__.py").write_text(PROGRAM)
    (folder / "Pulumi.prod.yaml").write_text(CONFIG)
    (folder / ".venv").symlink_to(sys.prefix)
    settings = environment(
        tmp_path / "home",
        AWS_ENDPOINT_URL=emulator.url,
        AWS_ACCESS_KEY_ID="any",
        AWS_SECRET_ACCESS_KEY="any",
        PULUMI_BACKEND_URL=f"file://{tmp_path / 'state'}",
        PULUMI_CONFIG_PASSPHRASE="any",
    )
    return Terminal(folder, settings, tmp_path / "memory", port=emulator.url.rpartition(":")[2])


def hang_again(emulator: Emulator) -> None:
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")


PENDING = {"amplify-jobs plan": 2}


@pytest.mark.parametrize(
    "block",
    [
        run_here("README.md", "amplify-jobs list"),
        run_here("docs/pipelines.md", "amplify-jobs plan --stack prod"),
    ],
    ids=lambda block: block.name,
)
def test_jobs_without_an_engine(block: Block, terminal: Terminal, emulator: Emulator) -> None:
    play(terminal, block, PENDING)
    assert updated_ids(emulator) == ["4f1c"]
    assert terminal.run("amplify-jobs plan").startswith("Plan: 0 to update")


RULES_ONLY = run_here("docs/pipelines.md", "amplify-jobs plan --stack prod --rules-only")


def test_rules_without_an_engine(terminal: Terminal, emulator: Emulator) -> None:
    terminal.write("Pulumi.prod.yaml", RULE)
    play(terminal, RULES_ONLY, PENDING)
    assert updated_ids(emulator) == ["4f1c"]
    play(terminal, RULES_ONLY)


AWS_CLI = run_here("README.md", "aws amplifybackend update-backend-job")


@pytest.mark.skipif(
    not Path(sys.executable).with_name("aws").exists(), reason="no AWS CLI beside this Python"
)
def test_what_the_aws_cli_does(terminal: Terminal, emulator: Emulator) -> None:
    terminal.environment["AWS_DEFAULT_REGION"] = "eu-west-1"
    play(terminal, AWS_CLI)
    assert updated_ids(emulator) == ["4f1c"]


VERBOSE = run_here("docs/operations.md", "amplify-jobs plan -vv")


def test_a_verbose_plan(terminal: Terminal, emulator: Emulator) -> None:
    (terminal.folder / "Pulumi.prod.yaml").rename(terminal.folder / "Pulumi.dev.yaml")
    emulator.fault("429", operation="GetBackendJob", times=1)
    play(terminal, VERBOSE, PENDING)


SUMMARY = run_here("docs/pipelines.md", "amplify-jobs report")


def test_a_summary_in_a_shell_that_stops_at_errors(terminal: Terminal) -> None:
    terminal.run("amplify-jobs plan --json > preview.json", code=2)
    play(terminal, SUMMARY)
    assert "`unstick-push`" in (terminal.folder / "summary.md").read_text()


REPORT_OF_A_PLAN = run_here("docs/pull-requests.md", "amplify-jobs plan")


def test_a_report_of_a_plan(terminal: Terminal) -> None:
    [line] = lines_of(REPORT_OF_A_PLAN)
    assert terminal.show(line, code=2).startswith("**1 job changes** in stack `prod`")


COMMENT = run_here("docs/pull-requests.md", "amplify-jobs comment")


def test_a_comment(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("amplify-jobs plan --json > preview.json", code=2)
    document = json.loads((terminal.folder / "preview.json").read_text())
    document["stack"] = "demo/prod"
    with github() as hub:
        terminal.environment |= Workflow(hub, tmp_path).environment
        [line] = lines_of(COMMENT)
        terminal.run(f"{line.text} --stack demo/prod")
        [comment] = hub.with_marker()
        assert "`unstick-push`" in comment["body"]


SCHEMAS = run_here("docs/config.md", "amplify-jobs schema")


def test_schemas(terminal: Terminal) -> None:
    play(terminal, SCHEMAS)
    for name in ("", ".include"):
        schema = terminal.folder / f".amplify-jobs{name}.schema.json"
        assert json.loads(schema.read_text())["type"] == "object"


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on PATH")
@pytest.mark.parametrize(
    "block",
    [
        run_here("docs/emulator.md", "curl -X POST http://127.0.0.1:4580/_admin/clock"),
        run_here("docs/emulator.md", "curl -X PUT http://127.0.0.1:4580/_admin/faults"),
    ],
    ids=lambda block: block.name,
)
def test_admin_calls(block: Block, terminal: Terminal) -> None:
    terminal.run('curl() { command curl --fail-with-body --silent "$@"; }; export -f curl')
    play(terminal, block)


REVERTING = run_here("docs/service.md", "amplify-jobs emulator")


def test_an_emulator_of_the_repository_s_root(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    reader = Terminal(ROOT, environment(tmp_path / "home"), tmp_path / "memory")
    [line] = lines_of(REVERTING)
    with reader.running(line):
        pass


STORY_OF_A_PLAN = (
    run_here("docs/pipelines.md", "pulumi preview --json --save-plan"),
    run_here("docs/pipelines.md", "pulumi up --yes --plan"),
)
STRICT = run_here("docs/pipelines.md", "pulumi up --yes --strict")
REVIEWED = run_here("README.md", "pulumi preview --diff --save-plan")
REPORT = run_here("docs/pull-requests.md", "pulumi preview --json")
REFUSED = run_here("docs/pull-requests.md", "pulumi up --yes --plan")
SCHEDULED = run_here("docs/pipelines.md", "pulumi preview --expect-no-changes")


@needs_engine
def test_previews_plans_and_reports(terminal: Terminal, emulator: Emulator) -> None:
    terminal.run("pulumi stack init prod")
    play(terminal, REPORT, {"amplify-jobs report": 2})
    for block in STORY_OF_A_PLAN:
        play(terminal, block)
    hang_again(emulator)
    play(terminal, REVIEWED)
    hang_again(emulator)
    play(terminal, STRICT)
    assert updated_ids(emulator) == ["4f1c"] * 3
    hang_again(emulator)
    play(terminal, STORY_OF_A_PLAN[0])
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="COMPLETED")
    [line] = lines_of(REFUSED)
    assert "**The plan was refused: 1 resource is not as reviewed.**" in terminal.show(line, code=1)
    assert updated_ids(emulator) == ["4f1c"] * 3


@needs_engine
def test_a_schedule(terminal: Terminal, emulator: Emulator) -> None:
    terminal.write("Pulumi.prod.yaml", RULE)
    terminal.run("pulumi stack init prod")
    play(terminal, SCHEDULED, {"pulumi preview": 7})
    assert updated_ids(emulator) == ["4f1c"]
    play(terminal, SCHEDULED)


PIP = (
    run_here("docs/emulator.md", "pip install"),
    run_here("docs/testing.md", "pip install"),
    run_here("examples/README.md", "pip install"),
)
SUITE = run_here("examples/tested-stack/README.md", "pip install")
SOME_TARGETS = run_here("docs/many-accounts.md", "amplify-jobs plan --target")
WITHOUT_AWS = run_here("examples/README.md", "export AWS_ENDPOINT_URL")
WITH_PULUMI = run_here("examples/README.md", "mkdir")
OWNER = run_here("examples/library/README.md", "cd app")


@pytest.fixture
def reader(tmp_path: Path) -> Terminal:
    """A copy of an example, an active virtual environment without the package, and no network."""
    folder = shutil.copytree(ROOT / "examples" / "tested-stack", tmp_path / "project")
    shutil.copy(folder / "emulator.yaml", folder / "seed.yaml")
    for name in ("memory", "source"):
        (tmp_path / name).mkdir()
    settings = revision.without_the_package(tmp_path / "packages")
    settings[revision.SOURCE] = revision.source_of_now(tmp_path / "source")
    terminal = Terminal(folder, environment(tmp_path / "home", **settings), tmp_path / "memory")
    terminal.run("python3 -m venv .venv && source .venv/bin/activate")
    return terminal


def test_what_is_installed_runs(reader: Terminal) -> None:
    for block in PIP:
        with ExitStack() as servers:
            for line in lines_of(block):
                if line.text.startswith("amplify-jobs emulator"):
                    servers.enter_context(reader.running(line))
                else:
                    reader.show(line)
    [install, suite] = lines_of(SUITE)
    reader.show(install)
    # pytest is linked here, not installed: its script isn't in the virtual environment.
    assert "4 passed" in reader.run(f"python -m {suite.text}")


def test_an_example_without_aws(terminal: Terminal, emulator: Emulator) -> None:
    adopt(terminal, emulator, "single-job")
    play(terminal, WITHOUT_AWS, PENDING)


def test_some_targets_of_many_accounts(terminal: Terminal, emulator: Emulator) -> None:
    adopt(terminal, emulator, "many-accounts")
    play(terminal, SOME_TARGETS, PENDING)
    accounts = {each.account_id for each in emulator.requests("ListBackendJobs")}
    assert accounts == {"111122223333"}


@needs_engine
def test_an_example_with_pulumi(terminal: Terminal, emulator: Emulator, tmp_path: Path) -> None:
    adopt(terminal, emulator, "single-job")
    for line in lines_of(WITH_PULUMI):
        if line.text != "pulumi install":  # tests/engine/test_own_program.py: it needs a registry
            terminal.run(line.text.replace("/tmp/amplify-jobs-example", str(tmp_path / "other")))
    assert updated_ids(emulator) == ["4f1c"]


@needs_engine
def test_the_library_s_other_project(terminal: Terminal, emulator: Emulator) -> None:
    adopt(terminal, emulator, "library")
    (terminal.folder / "app" / ".venv").symlink_to(sys.prefix)
    play(terminal, OWNER)


def adopt(terminal: Terminal, emulator: Emulator, example: str) -> None:
    """Put an example into the terminal's folder, and its jobs into the emulator."""
    shutil.rmtree(terminal.folder)
    shutil.copytree(ROOT / "examples" / example, terminal.folder)
    (terminal.folder / ".venv").symlink_to(sys.prefix)
    emulator.reset()
    emulator.seed(load_seed(terminal.folder / "emulator.yaml"))


def can_run_here(line: Line) -> bool:
    return not any(line.text.startswith(begins) for begins in NOT_HERE)


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.name)
def test_a_test_runs_it(block: Block) -> None:
    if block not in RUN and block not in STORY:
        assert [line.text for line in lines_of(block) if can_run_here(line)] == []


OURS = re.compile(r"amplify-jobs ([a-z][^\n|>)\[]*?)(?=  |\s*[|>)#]|$)", re.MULTILINE)
"""A call of ours in a command's help: up to its explanation, a pipe or a redirection."""

EXAMPLES = [
    shlex.split(found[1])
    for block in blocks("text")
    if block.page.name == "commands.md"
    for found in OURS.finditer(block.text.replace("\\\n", " "))
    if "[OPTIONS]" not in block.text
]


@pytest.mark.parametrize("words", EXAMPLES, ids=" ".join)
def test_the_examples_of_the_help_parse(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("preview.json", "up.log"):
        (tmp_path / file).touch()
    parse(words)


def test_the_help_has_examples() -> None:
    assert len(EXAMPLES) >= 25


def test_no_command_line_hides_in_another_block() -> None:
    for block in blocks("", "text"):
        assert not any(line.startswith("$ ") for line in block.text.splitlines()), block.name


def test_every_exception_is_needed() -> None:
    lines = [line for block in CONSOLE for line in lines_of(block)]
    for begins in NOT_HERE:
        assert any(line.text.startswith(begins) for line in lines), begins
