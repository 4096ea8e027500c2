"""What a workflow for copying is like: pinned actions, few permissions, no rights for forks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .workflows import (
    ACTIONS,
    EXAMPLE_WORKFLOWS,
    EXAMPLES,
    WORKFLOWS,
    jobs_of,
    load,
    name_of,
    steps_of,
)

PINNED = re.compile(r"(?P<action>[\w.-]+/[\w./-]+)@(?P<digest>[0-9a-f]{40}) # v\d+\.\d+\.\d+")
LOCAL = re.compile(r"\./[\w./-]+")

MAY_ASK = {
    "preview.yml": {
        "validate": {"contents": "read"},
        "preview": {"contents": "read", "id-token": "write", "pull-requests": "write"},
    },
    "up.yml": {
        "up": {
            "contents": "read",
            "id-token": "write",
            "actions": "read",
            "pull-requests": "read",
        },
    },
    "up-strict.yml": {"up": {"contents": "read", "id-token": "write"}},
    "drift.yml": {"settle": {"contents": "read", "id-token": "write"}},
    "preview-shards.yml": {
        "targets": {"contents": "read"},
        "plan": {"contents": "read", "id-token": "write"},
        "comment": {"contents": "read", "pull-requests": "write"},
    },
    "apply-shards.yml": {
        "targets": {"contents": "read"},
        "apply": {"contents": "read", "id-token": "write"},
    },
    "ci.yml": {
        "test": {"contents": "read"},
        "audit": {"contents": "read"},
        "build": {"contents": "read"},
    },
    "release.yml": {
        "build": {"contents": "read"},
        "attest": {"id-token": "write", "attestations": "write"},
        "publish": {"id-token": "write"},
        "release": {"contents": "write"},
    },
    "site.yml": {
        "build": {"contents": "read"},
        "publish": {"pages": "write", "id-token": "write"},
    },
}
"""What each job needs, and no more."""

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
each_file = pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=name_of)
each_policy = pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("*/iam/*.policy.json")), ids=name_of
)


def test_there_are_workflows() -> None:
    assert {path.name for path in WORKFLOWS} == set(MAY_ASK)


@each_file
def test_every_action_is_pinned_by_its_digest_and_says_its_version(path: Path) -> None:
    used = re.findall(r"^\s*(?:- )?uses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(used) == sum("uses" in step for step in steps_of(path))
    for each in used:
        assert PINNED.fullmatch(each) or LOCAL.fullmatch(each), each


def test_an_action_has_one_digest_in_all_files() -> None:
    found: dict[str, set[str]] = {}
    for path in [*WORKFLOWS, *ACTIONS]:
        for match in PINNED.finditer(path.read_text(encoding="utf-8")):
            found.setdefault(match["action"], set()).add(match[0])
    assert all(len(pins) == 1 for pins in found.values()), found


@each_workflow
def test_a_job_may_do_what_it_needs_and_no_more(path: Path) -> None:
    assert load(path)["permissions"] == {}
    assert {name: job["permissions"] for name, job in jobs_of(path)} == MAY_ASK[path.name]


@each_workflow
def test_nothing_runs_a_forks_code_with_rights(path: Path) -> None:
    triggers = load(path)["on"]
    assert not {"pull_request_target", "workflow_run"} & set(
        [triggers] if isinstance(triggers, str) else triggers
    )
    for name, job in jobs_of(path):
        rights = {value for key, value in job["permissions"].items() if value == "write"}
        if rights and "pull_request" in str(triggers):
            condition = "github.event.pull_request.head.repo.full_name == github.repository"
            assert condition in job["if"], name


@each_workflow
def test_no_text_of_others_stands_in_a_script(path: Path) -> None:
    for step in steps_of(path):
        assert "${{" not in step.get("run", ""), "a title or a branch could end the command"


@each_workflow
def test_a_checkout_leaves_no_token_behind(path: Path) -> None:
    for step in steps_of(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
            assert step["with"].keys() <= {"persist-credentials", "fetch-depth"}


@each_workflow
def test_every_job_ends_by_itself_and_stops_at_errors(path: Path) -> None:
    assert load(path)["defaults"]["run"]["shell"] == "bash"
    for _, job in jobs_of(path):
        assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("path", EXAMPLE_WORKFLOWS, ids=name_of)
def test_its_stack_is_one_of_the_project(path: Path) -> None:
    stack = load(path)["env"]["STACK"]
    assert (path.parents[2] / f"Pulumi.{stack}.yaml").is_file()


def test_ups_of_a_stack_do_not_overlap_and_ask_for_approval() -> None:
    ups = [job for path in WORKFLOWS for name, job in jobs_of(path) if name == "up"]
    assert len(ups) == 2
    for up in ups:
        assert up["environment"] == up["concurrency"] == "amplify-jobs-dev"


def test_a_branch_gets_no_token_that_writes_the_state() -> None:
    """On Pulumi Cloud neither: a state that can be written is code that the next up runs."""
    workflows = {path.name: path.read_text(encoding="utf-8") for path in EXAMPLE_WORKFLOWS}
    named = {name: re.findall(r"secrets\.(\w+)", text) for name, text in workflows.items()}
    assert {name: secrets for name, secrets in named.items() if secrets} == {
        "preview.yml": ["PULUMI_READ_TOKEN"],
        "up.yml": ["PULUMI_UP_TOKEN"],
        "up-strict.yml": ["PULUMI_UP_TOKEN"],
    }
    for name in ("up.yml", "up-strict.yml"):
        assert "a secret of the environment, which no branch gets" in workflows[name]


def test_the_engine_has_a_version() -> None:
    locked = (EXAMPLES / "github-actions" / ".pulumi.version").read_text().strip()
    engines = [
        step.get("with")
        for path in WORKFLOWS
        for step in steps_of(path)
        if step.get("uses", "").startswith("pulumi/actions@")
    ]
    from_file = {"pulumi-version-file": ".pulumi.version"}
    assert {"pulumi-version": locked} in engines
    assert all(each in (from_file, {"pulumi-version": locked}) for each in engines)


def test_a_plan_is_kept_for_days() -> None:
    [preview] = [path for path in WORKFLOWS if path.name == "preview.yml"]
    kept = [step["with"] for step in steps_of(preview) if "upload-artifact" in step.get("uses", "")]
    assert {each["path"] for each in kept} == {"report.html", "plan.json"}
    assert {each["retention-days"] for each in kept} == {7}


def statements(path: Path) -> list[dict[str, Any]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["Version"] == "2012-10-17"
    found: list[dict[str, Any]] = document["Statement"]
    return found


def actions(path: Path) -> set[str]:
    listed = [each["Action"] for each in statements(path)]
    return {name for each in listed for name in ([each] if isinstance(each, str) else each)}


JOBS = {"amplifybackend:GetBackendJob", "amplifybackend:ListBackendJobs"}
READ_STATE = {"s3:ListBucket", "s3:GetObject", "kms:Decrypt"}
FIND = {"amplify:ListApps", "amplify:ListBackendEnvironments"}
UPDATE = {"amplifybackend:UpdateBackendJob"}
ALLOWED = {
    "preview.policy.json": JOBS | READ_STATE,
    "up.policy.json": JOBS | READ_STATE | UPDATE | {"s3:PutObject", "s3:DeleteObject"},
    "drift.policy.json": JOBS | FIND | UPDATE,
    "plan-shards.policy.json": {"sts:AssumeRole"},
    "apply-shards.policy.json": {"sts:AssumeRole"},
    "account-plan.policy.json": JOBS | FIND,
    "account-apply.policy.json": JOBS | FIND | UPDATE,
}


@each_policy
def test_a_role_may_do_what_its_workflow_does(path: Path) -> None:
    assert actions(path) == ALLOWED[path.name]
    assert all(each["Effect"] == "Allow" for each in statements(path))


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("github-actions/iam/preview.trust.json", "pull_request"),
        ("github-actions/iam/up.trust.json", "environment:amplify-jobs-dev"),
        ("no-stuck-jobs/iam/drift.trust.json", "ref:refs/heads/main"),
        ("many-accounts/iam/plan-shards.trust.json", "pull_request"),
        ("many-accounts/iam/apply-shards.trust.json", "environment:amplify-jobs-apply"),
    ],
)
def test_a_role_trusts_one_subject(name: str, subject: str) -> None:
    [statement] = statements(EXAMPLES / name)
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    issuer = "token.actions.githubusercontent.com"
    assert statement["Principal"]["Federated"].endswith(f":oidc-provider/{issuer}")
    assert statement["Condition"] == {
        "StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com",
            f"{issuer}:sub": f"repo:my-org@1234567/my-repo@7654321:{subject}",
        }
    }


@pytest.mark.parametrize(
    ("example", "role"), [("github-actions", "up"), ("many-accounts", "apply-shards")]
)
def test_the_rules_of_an_environment_are_set_before_a_role_trusts_it(
    example: str, role: str
) -> None:
    """Without rules, any workflow of any branch that names the environment has its subject."""
    [statement] = statements(EXAMPLES / example / "iam" / f"{role}.trust.json")
    subject = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    environment = subject.rpartition(":environment:")[2]
    text = (EXAMPLES / example / "README.md").read_text(encoding="utf-8")
    steps = re.split(r"^\d\. ", text, flags=re.MULTILINE)[1:]
    created = f"create the environment `{environment}`"
    [rules] = [n for n, each in enumerate(steps) if created in each]
    [trusted] = [n for n, each in enumerate(steps) if f"(iam/{role}.trust.json)" in each]
    assert rules < trusted
    for word in ("*Required reviewers*", "*Deployment branches and tags* allow `main` only"):
        assert word in steps[rules]


@pytest.mark.parametrize("kind", ["plan", "apply"])
def test_what_runs_the_shards_leads_to_one_role_of_each_account(kind: str) -> None:
    folder = EXAMPLES / "many-accounts" / "iam"
    [hub] = statements(folder / f"{kind}-shards.policy.json")
    targets = load(EXAMPLES / "many-accounts" / "targets.yaml")["targets"].values()
    accounts = sorted({each["accountId"] for each in targets})
    assert hub["Resource"] == [f"arn:aws:iam::{a}:role/amplify-jobs-{kind}" for a in accounts]
    [trust] = statements(folder / f"account-{kind}.trust.json")
    assert trust["Action"] == "sts:AssumeRole"
    assert trust["Principal"] == {
        "AWS": f"arn:aws:iam::123456789012:role/amplify-jobs-{kind}-shards"
    }


def test_each_policy_has_its_trust() -> None:
    policies = {path.name.split(".")[0] for path in EXAMPLES.glob("*/iam/*.policy.json")}
    trusts = {path.name.split(".")[0] for path in EXAMPLES.glob("*/iam/*.trust.json")}
    assert policies == trusts == {name.split(".")[0] for name in ALLOWED}
