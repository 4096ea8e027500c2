"""Every Python example of the pages runs: programs in the testing host, tests under pytest."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host

from ..samples import APP, ENVIRONMENT, job
from .blocks import ROOT, Block, blocks

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

OTHERS = ("def test_", "BackendJobRule", "program.run()", "pulumi_aws")
TESTS = [block for block in blocks("python") if "def test_" in block.text]
PROGRAMS = [block for block in blocks("python") if not any(word in block.text for word in OTHERS)]
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


AWS = """
import pulumi


class Made(pulumi.CustomResource):
    def __init__(self, resource_name, opts=None, **arguments):
        super().__init__(f"aws:iam:{type(self).__name__}", resource_name, arguments, opts)


class Provider(pulumi.ProviderResource):
    def __init__(self, name, **arguments):
        super().__init__("aws", name, arguments)


class Role(Made):
    name: pulumi.Output[str]


class iam:
    Role, RolePolicy = Role, type("RolePolicy", (Made,), {})


def ProviderAssumeRoleArgs(role_arn):
    return {"roleArn": role_arn}
"""
"""As much of the Pulumi AWS provider as the page takes, by its names."""

MOCKED = """
import json, runpy
import pulumi


made = []


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        made.append([args.typ, args.name, args.provider, args.inputs])
        return args.name, args.inputs

    def call(self, args):
        return {}


pulumi.runtime.set_mocks(Mocks(), project="roles", stack="dev")
pulumi.runtime.set_all_config({"roles:externalId": "made-up"})


@pulumi.runtime.test
def run():
    runpy.run_path("roles.py")


run()
print(json.dumps(made))
"""
EXAMPLE = ROOT / "examples" / "many-accounts"


def test_the_program_makes_the_role_of_each_account_with_its_own_provider(tmp_path: Path) -> None:
    [block] = [block for block in blocks("python") if "pulumi_aws" in block.text]
    for name, text in (("roles", block.text), ("pulumi_aws", AWS), ("run", MOCKED)):
        (tmp_path / f"{name}.py").write_text(text)
    shutil.copy(EXAMPLE / "targets.yaml", tmp_path)
    done = subprocess.run(
        [sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    accounts = {"111122223333", "444455556666", "777788889999"}
    for kind in ("pulumi:providers:aws", "aws:iam:Role", "aws:iam:RolePolicy"):
        assert {name for typ, name, _, _ in made if typ == kind} == accounts
    for kind, account, provider, inputs in made:
        if kind == "pulumi:providers:aws":
            assert account in inputs["allowed_account_ids"]
            assert f"arn:aws:iam::{account}:role/" in str(inputs["assume_roles"])
            continue
        assert f"providers:aws::{account}::" in provider
        if kind == "aws:iam:Role":
            [trust] = json.loads(inputs["assume_role_policy"])["Statement"]
            assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": "made-up"}}
        else:
            policy = (
                (EXAMPLE / "iam" / "account-apply.policy.json")
                .read_text()
                .replace("111122223333", account)
            )
            assert allowed(inputs["policy"]) == allowed(policy)


def allowed(policy: str) -> set[tuple[str, str]]:
    """Return the actions that a policy allows, each with its resource."""
    statements = json.loads(policy)["Statement"]
    return {
        (action, each["Resource"])
        for each in statements
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }


def test_there_are_examples_of_all_kinds() -> None:
    assert RULES
    assert len(TESTS) >= 3
    assert len(PROGRAMS) >= 2
