"""Who signs, under the engine: a wrong account or passed-over keys stop the preview, in words."""

from __future__ import annotations

from pulumi_amplify_jobs.emulator import Emulator
from tests.client.scripted import serving
from tests.client.stand_ins import ACCOUNT, sts
from tests.engine.project import Project
from tests.samples import job

OTHER = "999999999999"
CANARY = "canary-5b21"
JOBS = {"a": {"jobId": "1", "status": "FAILED"}}


def test_a_wrong_account_fails_preview_and_up_before_any_other_call(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    project.configure(JOBS, allowedAccountIds=[OTHER])
    with serving(sts) as tokens:
        project.environment["AWS_ENDPOINT_URL_STS"] = tokens.url
        for run in (project.preview(expect=None), project.up("--skip-preview", expect=None)):
            assert run.code != 0, str(run)
            assert f"the credentials belong to AWS account {ACCOUNT}" in run.text
            assert f"amplify-jobs:allowedAccountIds allows only {OTHER}" in run.text
            assert "Traceback" not in run.text
        assert emulator.requests() == []
        project.configure(JOBS, allowedAccountIds=[ACCOUNT])
        project.up()
        project.configure(JOBS, forbiddenAccountIds=[ACCOUNT])
        emulator.clear_requests()
        run = project.preview(expect=None)
        assert f"forbids {ACCOUNT}" in run.text
        assert (run.code == 0, emulator.requests()) == (False, [])


def test_keys_of_the_aws_provider_that_sign_are_refused_and_not_shown(
    project: Project, emulator: Emulator
) -> None:
    project.configure(JOBS)
    project.pulumi("config", "set", "aws:accessKey", CANARY, expect=0)
    project.pulumi("config", "set", "--secret", "aws:secretKey", CANARY, expect=0)
    run = project.preview(expect=None)
    assert run.code != 0, str(run)
    for key in ("accessKey", "secretKey"):
        assert (
            f"aws:{key} is not supported here: remove it, or set amplify-jobs:profile" in run.text
        )
    assert CANARY not in run.text
    assert "Traceback" not in run.text
    assert emulator.requests() == []


def test_roles_of_the_aws_provider_are_assumed(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.configure(JOBS)
    role = f"arn:aws:iam::{ACCOUNT}:role/deploy"
    with serving(sts) as tokens:
        project.pulumi("config", "set", "--path", "aws:assumeRoles[0].roleArn", role, expect=0)
        project.pulumi("config", "set", "--path", "aws:endpoints[0].sts", tokens.url, expect=0)
        project.preview()
    assert {each.form["Action"] for each in tokens.requests} == {"AssumeRole"}
    assert {each.form["RoleArn"] for each in tokens.requests} == {role}
