"""Every process of the engine, and every command, sees the same config, or all refuse it."""

from __future__ import annotations

import json
import subprocess
import sys

import yaml

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.engine.test_errors import errors
from tests.samples import APP, ENVIRONMENT, job
from tests.updates import updates


def test_a_mistyped_namespace_fails_the_preview(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c")])
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}})
    text = project.stack_file.read_text()
    project.stack_file.write_text(text.replace('"amplify-jobs:jobs"', '"amplify-job:jobs"'))
    said = "unknown key amplify-job:jobs: did you mean amplify-jobs:jobs?"
    [line] = (line for line in errors(project.pulumi("preview")) if said in line)
    assert "Pulumi.dev.yaml:" in line
    assert emulator.requests() == []


def test_a_stack_that_declares_nothing_says_so(project: Project) -> None:
    assert "no job is declared: add amplify-jobs:jobs" in project.preview().text


SAME = """\
config:
  amplify-jobs:endpoint: "{endpoint}"
  aws:config:region: eu-west-1
  amplify-jobs:maxRetries: 0o1
  amplify-jobs:rules:
  amplify-jobs:defaults: &defaults {{appId: d1, backendEnvironmentName: on, status: FAILED}}
  amplify-jobs:jobs:
    times: {{jobId: 12:30:45}}
    0012: {{jobId: no}}
    on: {{jobId: 2021-13-45}}
    merged: {{<<: *defaults, jobId: !!str 0o17, backendEnvironmentName: off}}
    binary: {{jobId: !!binary aGVsbG8=}}
{salt}
---
config: {{amplify-jobs:jobs: {{lost: {{jobId: "1"}}}}}}
"""
KEYS = {
    "times": ("on", "12:30:45"),
    "10": ("on", "no"),
    "on": ("on", "2021-13-45"),
    "merged": ("off", "0o17"),
    "binary": ("on", "hello"),
}


def test_every_process_sees_the_same_jobs(project: Project, emulator: Emulator) -> None:
    emulator.seed(job(key, app="d1", environment=name) for name, key in KEYS.values())
    [salt] = (
        line for line in project.stack_file.read_text().splitlines() if "encryptionsalt" in line
    )
    text = SAME.format(endpoint=emulator.url, salt=salt)
    project.stack_file.write_bytes(text.encode("utf-16"))
    project.up()
    assert {name: state["id"] for name, state in project.resources().items()} == {
        name: f"d1/{environment}/{key}" for name, (environment, key) in KEYS.items()
    }
    assert len(updates(emulator)) == len(KEYS)
    project.preview("--expect-no-changes")
    planned = command(project, "plan", "--json")
    found = json.loads(planned.stdout)["jobs"]
    assert {(each["name"], each["action"]) for each in found} == {(n, "nothing") for n in KEYS}
    assert "Pulumi reads the first document only" in planned.stderr
    project.pulumi("destroy", "--yes", expect=0)
    assert len(updates(emulator)) == len(KEYS)


NONE = """\
config:
  amplify-jobs:endpoint: "{endpoint}"
  amplify-jobs:defaults: {{appId: d1, backendEnvironmentName: prod, status: FAILED}}
  amplify-jobs:jobs:
    day: {{jobId: 2021-10-20}}
    octal: {{jobId: 0o17}}
    old: {{jobId: 0012}}
    large: {{jobId: 99999999999999999999}}
    empty: {{jobId: ~}}
    yes: {{jobId: True}}
    status: {{jobId: "1", status: 2021-10-20T10:00:00Z}}
{salt}
"""
REFUSED = [
    'day: jobId 2021-10-20 is a date: quote it, "2021-10-20"',
    'octal: jobId 0o17 is a number: quote it, "0o17"',
    'old: jobId 0012 is a number: quote it, "0012"',
    'large: jobId 99999999999999999999 is a number: quote it, "99999999999999999999"',
    'empty: jobId ~ is empty: quote it, "~"',
    'yes: jobId True is a boolean: quote it, "True"',
    'status: status 2021-10-20T10:00:00Z is a date: quote it, "2021-10-20T10:00:00Z"',
]


def test_every_process_refuses_the_same_jobs(project: Project, emulator: Emulator) -> None:
    [salt] = (
        line for line in project.stack_file.read_text().splitlines() if "encryptionsalt" in line
    )
    project.stack_file.write_text(NONE.format(endpoint=emulator.url, salt=salt))
    lines = errors(project.pulumi("preview"))
    told = command(project, "validate").stdout
    for number, said in enumerate(REFUSED, 5):
        assert f"error: Pulumi.dev.yaml:{number}: {said}" in told
        assert any(f"Pulumi.dev.yaml:{number}: {said}" in line for line in lines)
    assert emulator.requests() == []


def test_a_program_far_from_its_project(project: Project, emulator: Emulator) -> None:
    """Beside it lies another project, with a stack of the same name; the stacks have a folder."""
    emulator.seed([job("4f1c"), job("77")])
    other = project.folder.parent / "other"
    (other / "program").mkdir(parents=True)
    project.folder.joinpath("__main__.py").rename(other / "program" / "__main__.py")
    (other / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    (other / "Pulumi.dev.yaml").write_text(
        "config: {amplify-jobs:endpoint: 'http://127.0.0.1:1', amplify-jobs:jobs: [wrong]}\n"
    )
    own = project.folder / "Pulumi.yaml"
    settings = "main: ../other/program\nconfig: stacks\n"
    text = own.read_text().replace("virtualenv: .venv", f"virtualenv: {sys.prefix}")
    own.write_text(text + settings)
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}}, include=["jobs/*.yaml"])
    (project.folder / "stacks").mkdir()
    project.stack_file.rename(project.folder / "stacks" / "Pulumi.dev.yaml")
    (project.folder / "jobs").mkdir()
    (project.folder / "jobs" / "b.yaml").write_text('jobs: {b: {jobId: "77", status: FAILED}}\n')
    project.up()
    assert emulator.job(APP, ENVIRONMENT, "77").status == "FAILED"
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    assert '"RUNNING" => "FAILED"' in project.preview().text
    planned = command(project, "plan", expect=2)
    assert "using Pulumi.dev.yaml, selected by pulumi stack select" in planned.stderr
    (project.folder / "jobs" / "b.yaml").unlink()
    project.pulumi("destroy", "--yes", expect=0)


def test_a_project_in_json(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c")])
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}}, maxRetries=1)
    for path in (project.folder / "Pulumi.yaml", project.stack_file):
        content = json.dumps(yaml.safe_load(path.read_text()), indent="\t")
        path.with_suffix(".json").write_text(content)
        path.unlink()
    selected = {"PULUMI_STACK": "organization/amplify-jobs/dev"}
    project.environment.update(selected)
    project.pulumi("up", "--yes", "--skip-preview", expect=0)
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="RUNNING")
    assert '"RUNNING" => "FAILED"' in project.preview().text
    planned = command(project, "plan", expect=2)
    assert "using Pulumi.dev.json, selected by PULUMI_STACK" in planned.stderr


def test_dynamic_providers_that_are_disabled_are_one_line(project: Project) -> None:
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}})
    text = project.stack_file.read_text()
    disabled = '"config":\n  pulumi:disable-default-providers: ["*"]\n'
    project.stack_file.write_text(text.replace('"config":\n', disabled))
    said = "pulumi:disable-default-providers has *: the engine then refuses every job"
    [line] = (line for line in errors(project.pulumi("preview")) if said in line)
    assert "Pulumi.dev.yaml:" in line
    assert said in command(project, "validate", expect=1).stdout


def command(
    project: Project, *arguments: str, expect: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one of our own commands beside the engine."""
    result = subprocess.run(
        [sys.executable, "-c", "from pulumi_amplify_jobs.cli import main; main()", *arguments],
        cwd=project.folder,
        env={**project.environment, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert expect is None or result.returncode == expect, result.stderr
    return result
