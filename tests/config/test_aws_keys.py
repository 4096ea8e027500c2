"""Identity in the AWS provider's own keys: honoured, or refused in words, never passed over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_amplify_jobs.config import aws
from pulumi_amplify_jobs.config.check import check_project
from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.errors import ConfigError
from pulumi_amplify_jobs.settings import Accounts, AssumeRole, Settings

from .conftest import STACK, Project

ROLE = "arn:aws:iam::111111111111:role/deploy"
OTHER_ROLE = "arn:aws:iam::222222222222:role/jobs"
CANARY = "canary-7f3a"
OURS = "amplify-jobs:endpoint"

HONOURED: dict[str, tuple[dict[str, Any], Settings]] = {
    "region": ({"aws:region": "eu-west-1"}, Settings(region="eu-west-1")),
    "profile": ({"aws:profile": "ops"}, Settings(profile="ops")),
    "ours before the other": (
        {
            "aws:region": "eu-west-1",
            "aws:profile": "ops",
            "amplify-jobs:region": "us-east-1",
            "amplify-jobs:profile": "jobs",
        },
        Settings(region="us-east-1", profile="jobs"),
    ),
    "assumeRoles": (
        {"aws:assumeRoles": [{"roleArn": ROLE, "externalId": "x"}, {"roleArn": OTHER_ROLE}]},
        Settings(assume_roles=(AssumeRole(ROLE, external_id="x"), AssumeRole(OTHER_ROLE))),
    ),
    "assumeRole": (
        {"aws:assumeRole": {"roleArn": ROLE, "sessionName": "nightly"}},
        Settings(assume_roles=(AssumeRole(ROLE, session_name="nightly"),)),
    ),
    "our roles in place of the other's": (
        {
            "aws:assumeRoles": [{"roleArn": ROLE}],
            "amplify-jobs:assumeRoles": [{"roleArn": OTHER_ROLE}],
        },
        Settings(assume_roles=(AssumeRole(OTHER_ROLE),)),
    ),
    "no role of ours takes the other's away": (
        {"aws:assumeRoles": [{"roleArn": ROLE}], "amplify-jobs:assumeRoles": []},
        Settings(),
    ),
    "allowedAccountIds": (
        {"aws:allowedAccountIds": ["111111111111", "222222222222"]},
        Settings(
            allowed_accounts=Accounts(("111111111111", "222222222222"), "aws:allowedAccountIds")
        ),
    ),
    "an ID without quotes": (
        {"aws:allowedAccountIds": [111111111111]},
        Settings(allowed_accounts=Accounts(("111111111111",), "aws:allowedAccountIds")),
    ),
    "forbiddenAccountIds": (
        {"aws:forbiddenAccountIds": ["111111111111"]},
        Settings(forbidden_accounts=Accounts(("111111111111",), "aws:forbiddenAccountIds")),
    ),
    "our account IDs before the other's": (
        {
            "aws:allowedAccountIds": ["111111111111"],
            "amplify-jobs:allowedAccountIds": ["222222222222"],
            "amplify-jobs:forbiddenAccountIds": ["333333333333"],
        },
        Settings(
            allowed_accounts=Accounts(("222222222222",), "amplify-jobs:allowedAccountIds"),
            forbidden_accounts=Accounts(("333333333333",), "amplify-jobs:forbiddenAccountIds"),
        ),
    ),
    "the endpoint of STS": (
        {"aws:endpoints": [{"s3": "http://s3.test", "sts": "https://sts.test"}]},
        Settings(sts_endpoint="https://sts.test"),
    ),
    "the endpoint of AWS Amplify beside ours": (
        {"aws:endpoints": [{"amplify": "http://h:1", "sts": ""}], OURS: "http://h:2"},
        Settings(endpoint="http://h:2"),
    ),
    "stsRegion": ({"aws:stsRegion": "us-east-1"}, Settings(sts_region="us-east-1")),
    "skipMetadataApiCheck": (
        {"aws:skipMetadataApiCheck": True},
        Settings(instance_credentials=False),
    ),
    "skipMetadataApiCheck as text": (
        {"aws:skipMetadataApiCheck": "true"},
        Settings(instance_credentials=False),
    ),
    "skipMetadataApiCheck, off": ({"aws:skipMetadataApiCheck": "false"}, Settings()),
    "a profile of ours in place of keys": (
        {"aws:accessKey": CANARY, "aws:secretKey": CANARY, "amplify-jobs:profile": "jobs"},
        Settings(profile="jobs"),
    ),
}


@pytest.mark.parametrize(("config", "settings"), HONOURED.values(), ids=HONOURED)
def test_what_is_honoured(project: Project, config: dict[str, Any], settings: Settings) -> None:
    project.stack("\n".join(f"{key}: {json.dumps(value)}" for key, value in config.items()))
    assert project.read().settings == settings
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
    assert engine_config(texts, (), project.directory, "dev").settings == settings


CURES = {
    **{key: f"remove it and set {name}, which" for key, name in aws.BY_ENVIRONMENT.items()},
    **dict.fromkeys(aws.CREDENTIALS, "remove it, or set amplify-jobs:profile to say who signs"),
}


@pytest.mark.parametrize("key", CURES)
@pytest.mark.parametrize("value", [CANARY, {"secure": CANARY}, [CANARY], {"roleArn": CANARY}])
def test_what_is_refused_in_words(project: Project, key: str, value: Any) -> None:
    project.stack(f"aws:{key}: {json.dumps(value)}")
    [problem] = project.problems()
    said = f"aws:{key} is not supported here: {CURES[key]}"
    assert problem.startswith(f"{STACK}:2: {said}")
    assert CANARY not in problem
    with pytest.raises(ConfigError) as caught:
        engine_config({f"aws:{key}": json.dumps(value)}, (), project.directory, None)
    assert said in str(caught.value)
    assert CANARY not in str(caught.value)


IN_PLAIN_TEXT: dict[str, Any] = {
    "accessKey": CANARY,
    "secretKey": CANARY,
    "token": CANARY,
    "assumeRoleWithWebIdentity": {"roleArn": ROLE, "webIdentityToken": CANARY},
}


def said_of(key: str) -> str:
    advice = "remove it, and rotate the credentials"
    return f"aws:{key} is in plain text for all who read this file: {advice}"


@pytest.mark.parametrize(("key", "value"), IN_PLAIN_TEXT.items())
@pytest.mark.parametrize("profile", ["amplify-jobs:profile: jobs", ""])
def test_credentials_in_plain_text_are_warned_of(
    project: Project, key: str, value: Any, profile: str
) -> None:
    project.stack(f"aws:{key}: {json.dumps(value)}\n{profile}")
    findings = check_project(project.directory).findings
    [warning] = [each for each in findings if each.severity == "warning"]
    assert (warning.path.name, warning.line, warning.message) == (STACK, 2, said_of(key))
    assert any(each.severity == "error" for each in findings) is not bool(profile)


@pytest.mark.parametrize(("key", "value"), IN_PLAIN_TEXT.items())
def test_so_are_those_that_a_program_gets_and_only_those(
    project: Project, key: str, value: Any
) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    config = {f"aws:{key}": text, "amplify-jobs:profile": "jobs"}
    project.stack(f"aws:{key}: {json.dumps(value)}\namplify-jobs:profile: jobs")
    read = engine_config(config, (), project.directory, "dev")
    assert read.warnings == (f"{STACK}:2: {said_of(key)}",)
    secret = engine_config(config, {f"aws:{key}"}, project.directory, "dev")
    assert secret.warnings == ()


@pytest.mark.parametrize(
    "written",
    [
        "aws:secretKey: { secure: canary }",
        "aws:assumeRoleWithWebIdentity: { webIdentityToken: { secure: canary } }",
        "aws:assumeRoleWithWebIdentity: { webIdentityTokenFile: /var/run/token }",
        """aws:assumeRoleWithWebIdentity: '{ "webIdentityTokenFile": "/var/run/token" }'""",
    ],
)
def test_what_nobody_can_use_is_not_warned_of(project: Project, written: str) -> None:
    project.stack(f"{written}\namplify-jobs:profile: jobs")
    assert [each for each in project.read().warnings if "aws:" in each] == []


@pytest.mark.parametrize("key", [*CURES, *aws.HARMLESS])
def test_what_says_nothing_passes(project: Project, key: str) -> None:
    value = "x" if key in aws.HARMLESS else ""
    project.stack(f"aws:{key}: {json.dumps(value)}\namplify-jobs:rules: {{}}")
    assert [each for each in project.read().warnings if "aws:" in each] == []


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("assume_roles", "assumeRoles"),
        ("assumeRoels", "assumeRoles"),
        ("allowedAccountIDs", "allowedAccountIds"),
        ("allowedAccountId", "allowedAccountIds"),
        ("AccessKey", "accessKey"),
        ("access-key", "accessKey"),
    ],
)
def test_a_misspelt_key_is_an_error(project: Project, key: str, meant: str) -> None:
    project.stack(f"aws:{key}: x")
    assert project.problems() == (f"{STACK}:2: unknown key aws:{key}: did you mean aws:{meant}?",)


def test_a_key_that_nobody_knows_is_a_warning(project: Project) -> None:
    project.stack("aws:brandNew: x")
    [warning] = [each for each in project.read().warnings if "brandNew" in each]
    assert warning == (
        f"{STACK}:2: aws:brandNew is unknown here and ignored: check that it names no "
        "credentials, role or endpoint"
    )


WRONG: dict[str, tuple[str, str]] = {
    "a short ID": (
        'aws:allowedAccountIds: ["1234"]',
        "allowedAccountIds[0] is not an account ID: write its 12 digits, in quotes",
    ),
    "an ID that YAML made another of": (
        "amplify-jobs:forbiddenAccountIds: [012345670123]",
        "forbiddenAccountIds[0] is not an account ID: write its 12 digits, in quotes",
    ),
    "no list": ('aws:allowedAccountIds: "111111111111"', "allowedAccountIds"),
    "a role that is none": (
        "aws:assumeRole: { roleArn: deploy }",
        "assumeRole.roleArn is not a role ARN: write arn:aws:iam::ACCOUNT:role/NAME",
    ),
    "one role and several": (
        f"aws:assumeRole: {{ roleArn: '{ROLE}' }}\naws:assumeRoles: [{{ roleArn: '{ROLE}' }}]",
        "aws:assumeRole and aws:assumeRoles are both set: keep one of them",
    ),
    "the endpoint of AWS Amplify alone": (
        "aws:endpoints: [{ amplify: 'http://127.0.0.1:4566' }]",
        "set amplify-jobs:endpoint, too",
    ),
    "an endpoint that is no URL": (
        "aws:endpoints: [{ sts: 'sts.test' }]",
        "endpoints[0].sts is not a URL",
    ),
}


@pytest.mark.parametrize(("config", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_has_its_place(project: Project, config: str, said: str) -> None:
    project.stack(config)
    [problem] = project.problems()
    assert problem.startswith(f"{STACK}:2: ")
    assert said in problem


def test_every_key_of_the_provider_is_decided_on_once() -> None:
    assert len(set(aws.KNOWN)) == len(aws.KNOWN)
    assert set(aws.STRUCTURED) <= set(aws.HONOURED)
