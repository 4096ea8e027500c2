"""Each mistake is one line: file and line, job, the key as spelt, what is wrong, what to write."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.errors import ConfigError

from .conftest import STACK, Project

JOB = """
amplify-jobs:jobs:
  a:
    appId: d1
    backendEnvironmentName: prod
"""


def a_job(project: Project, *lines: str) -> None:
    """Declare a job whose own lines begin at line 6."""
    project.stack(JOB + "".join(f"    {line}\n" for line in lines))


@pytest.mark.parametrize(
    ("written", "said"),
    {
        "12": 'jobId 12 is a number: quote it, "12"',
        "0012": 'jobId 0012 is a number: quote it, "0012"',
        "1e3": 'jobId 1e3 is a number: quote it, "1e3"',
        "089": 'jobId 089 is a number: quote it, "089"',
        "1_000": 'jobId 1_000 is a number: quote it, "1_000"',
        "0x1F": 'jobId 0x1F is a number: quote it, "0x1F"',
        ".5": 'jobId .5 is a number: quote it, ".5"',
        "true": 'jobId true is a boolean: quote it, "true"',
        "null": 'jobId null is empty: quote it, "null"',
        "~": 'jobId ~ is empty: quote it, "~"',
        "": "jobId is empty: it must be text, in quotes",
        "2024-01-01": 'jobId 2024-01-01 is a date: quote it, "2024-01-01"',
        "2024-1-1T5:30:00Z": 'jobId 2024-1-1T5:30:00Z is a date: quote it, "2024-1-1T5:30:00Z"',
        "2024-01-01 00:00:00 +0000 UTC": "jobId is a date, as Pulumi reads it without quotes: "
        "quote it",
        "0o17": 'jobId 0o17 is a number: quote it, "0o17"',
        "[a]": "jobId is a list: it must be text",
        '""': "jobId is empty: write a value",
        ".": "jobId is ., which can't be used in a request's path: write the real name",
        "..": "jobId is .., which can't be used in a request's path: write the real name",
        r'"a\0b"': "jobId has control characters: remove them",
        r'"a\nb"': "jobId has control characters: remove them",
        r'"a\u2028b"': "jobId has control characters: remove them",
        "x" * 257: "jobId has 257 characters: at most 256 are allowed",
    }.items(),
)
def test_a_job_id_that_is_none(project: Project, written: str, said: str) -> None:
    a_job(project, f"jobId: {written}", "status: FAILED")
    assert project.problems() == (f"{STACK}:6: a: {said}",)


@pytest.mark.parametrize(
    ("written", "read"),
    {
        '"0012"': "0012",
        "'1e3'": "1e3",
        '"true"': "true",
        "4f1c": "4f1c",
        "a/b c": "a/b c",
        '"/"': "/",
        "...": "...",
        "zażółć-☃": "zażółć-☃",
        "1.2.3": "1.2.3",
        "'%2F?#'": "%2F?#",
        "x" * 256: "x" * 256,
        "|-\n      block": "block",
    }.items(),
)
def test_a_job_id_survives_as_it_is_written(project: Project, written: str, read: str) -> None:
    a_job(project, f"jobId: {written}", "status: FAILED")
    assert project.read().jobs["a"].key.job_id == read


@pytest.mark.parametrize(
    ("line", "said"),
    {
        "status: 5": 'status 5 is a number: quote it, "5"',
        "status: true": 'status true is a boolean: quote it, "true"',
        "status: 2024-01-01": 'status 2024-01-01 is a date: quote it, "2024-01-01"',
        'status: ""': "status is empty: write a value",
        "stauts: FAILED": "unknown key stauts: did you mean status?",
        "Status: FAILED": "unknown key Status: did you mean status?",
        "if_missing: ignore": "unknown key if_missing: did you mean ifMissing?",
        "when: RUNNING": "when RUNNING is not a mapping: write when: { status: RUNNING }",
        "when: []": "when [] is not a mapping: write when: { status: RUNNING }",
        "when: [a]": 'when ["a"] is not a mapping: write when: { status: RUNNING }',
        "when: {}": "when names neither operation nor status: add one, or remove it",
        "when: {status: 1}": 'when.status 1 is a number: quote it, "1"',
        "when: {state: x}": "unknown key when.state: did you mean status?",
        "wait: 30m": "wait 30m is not a mapping: write wait: { timeout: 30m }",
        "wait: {timeout: 30}": "wait.timeout: 30 has no unit: write 30s or 30m",
        "wait: {timeout: 0}": "wait.timeout: 0 is not a duration: write 90s, 30m, 1h30m, 2d or 1w",
        "wait: {timeout: -5}": "wait.timeout: -5 is not a duration: write 90s, 30m, 1h30m, 2d or "
        "1w",
        "wait: {timeout: 1.5}": "wait.timeout: 1.5 is not a duration: write 90s, 30m, 1h30m, 2d "
        "or 1w",
        "wait: {timeout: 0s}": "wait.timeout: '0s' is not a duration: write 90s, 30m, 1h30m, 2d "
        "or 1w",
        "wait: {timeout: 5 m}": (
            "wait.timeout: '5 m' is not a duration: write 90s, 30m, 1h30m, 2d or 1w"
        ),
        "wait: {timeout: 999999w}": (
            "wait.timeout: '999999w' is longer than 3650 days: write less"
        ),
        "wait: {timeout: true}": 'wait.timeout true is a boolean: quote it, "true"',
        "wait: {}": "wait.timeout is missing",
        "wait: {timeut: 5m}": "unknown key wait.timeut: did you mean timeout?",
        "ifMissing: skip": "ifMissing skip is unknown: write error or ignore",
        "ifMissing: no": "ifMissing no is unknown: write error or ignore",
        "zzzz: 1": "unknown key zzzz: expected one of appId, backendEnvironmentName, "
        "target, operation, status, "
        "when, ifMissing, wait, jobId",
    }.items(),
)
def test_a_mistake_in_a_job(project: Project, line: str, said: str) -> None:
    a_job(project, 'jobId: "1"', "operation: UpdateBackendAPI", line)
    assert project.problems() == (f"{STACK}:8: a: {said}",)


@pytest.mark.parametrize(
    ("written", "said"),
    {
        "amplify-jobs:jobs: [a]": "jobs is not a mapping: write a name for each job and its keys "
        "below it",
        "amplify-jobs:jobs: {a: FAILED}": "a: is not a mapping: write jobId and status, or "
        "operation, "
        "below it",
        'amplify-jobs:jobs: {"": {}}': "a job's name is empty: write a value",
        r'amplify-jobs:jobs: {"a\nb": {}}': "a b: a job's name has control characters: remove them",
        "amplify-jobs:jobs: hello": "amplify-jobs:jobs is text, hello: write YAML below the key",
        "amplify-jobs:include: jobs/*.yaml": "amplify-jobs:include is text, jobs/*.yaml: write "
        '["jobs/*.yaml"]',
        "amplify-jobs:include: '*.yaml'": 'amplify-jobs:include is text, *.yaml: write ["*.yaml"]',
        "amplify-jobs:job: {}": "unknown key amplify-jobs:job: did you mean jobs?",
        "amplify-jobs:max_retries: 3": "unknown key amplify-jobs:max_retries: did you mean "
        "maxRetries?",
        "amplify-jobs:endpoint: localhost:4566": "endpoint is not a URL: write http://HOST:PORT or "
        "https://HOST",
        "amplify-jobs:endpoint: http://h:99999": "endpoint is not a URL: write http://HOST:PORT or "
        "https://HOST",
        "amplify-jobs:endpoint: http://user:made-up@h": "endpoint has a user or a "
        "password in it, which no call would send: remove it",
        "amplify-jobs:endpoint: http://[::1": "endpoint is not a URL: write http://HOST:PORT or "
        "https://HOST",
        "amplify-jobs:maxRetries: -1": "maxRetries -1 is not a whole number of 0 or more: write "
        "one such "
        "as 5",
        "amplify-jobs:maxRetries: many": "maxRetries many is not a whole number of 0 or more: "
        "write one "
        "such as 5",
        f"amplify-jobs:maxRetries: '{'9' * 5000}'": f"maxRetries {'9' * 79}… is not a whole number "
        "of 0 or more: write one such as 5",
        "amplify-jobs:retryMode: legacy": "retryMode legacy is unknown: write standard or adaptive",
        "amplify-jobs:region: 2024-01-01": 'region 2024-01-01 is a date: quote it, "2024-01-01"',
        "aws:profile: [x]": "aws: profile is a list: it must be text",
        "amplify-jobs:assumeRoles: [x]": "assumeRoles[0] x is not a mapping: write its keys "
        "below it, "
        "or { key: value }",
        "amplify-jobs:assumeRoles: {roleArn: x}": 'assumeRoles {"roleArn": "x"} is not a list: '
        "write assumeRoles: [{ roleArn: ARN }]",
        "amplify-jobs:include: 5": 'include is not a list: write ["5"]',
        "amplify-jobs:include: {a: b}": 'include is not a list: write a list such as ["a", "b"]',
        "amplify-jobs:include: ['12:30']": "include 12:30: there is no such file in project/",
        "amplify-jobs:assumeRoles: [{}]": "assumeRoles[0].roleArn is missing",
        "amplify-jobs:assumeRoles: [{roleArn: admin}]": "assumeRoles[0].roleArn is not a role ARN: "
        "write arn:aws:iam::ACCOUNT:role/NAME",
        "amplify-jobs:defaults: [x]": 'defaults: ["x"] is not a mapping: write its keys below '
        "it, or "
        "{ key: value }",
        "amplify-jobs:defaults: {jobId: '1'}": "defaults can't have a jobId: each job declares its "
        "own",
    }.items(),
)
def test_a_mistake_outside_the_jobs(project: Project, written: str, said: str) -> None:
    project.stack(written)
    assert project.problems() == (f"{STACK}:2: {said}",)


def test_nested_mistakes_in_a_role_are_told_by_their_path(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:assumeRoles:
          - roleArn: arn:aws:iam::123456789012:role/first
          - roleArn: arn:aws:iam::123456789012:role/second
            duration: 900
            externalID: x
            tags: {team: 7}
            policyArns: x
        """
    )
    assert project.problems() == (
        f"{STACK}:5: assumeRoles[1].duration: 900 has no unit: write 900s or 900m",
        f'{STACK}:8: assumeRoles[1].policyArns x is not a list: write ["x"]',
        f'{STACK}:7: assumeRoles[1].tags.team 7 is a number: quote it, "7"',
        f"{STACK}:6: unknown key assumeRoles[1].externalID: did you mean externalId?",
    )


def test_all_problems_are_told_together(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:retryMode: never
        amplify-jobs:include: [gone.yaml, more.yaml]
        amplify-jobs:defaults: {appId: d1, backendEnvironmentName: prod, wait: 5}
        amplify-jobs:jobs:
          a: {jobId: 1, status: FAILED}
          b: {jobId: "1"}
          c: {jobId: "2", status: FAILED}
        """
    )
    project.write("more.yaml", 'extra: 1\njobs:\n  d: {jobId: "2", status: FAILED, x: 1}\n')
    assert project.problems() == (
        f"{STACK}:4: defaults: wait 5 is not a mapping: write wait: {{ timeout: 30m }}",
        f'{STACK}:6: a: jobId 1 is a number: quote it, "1"',
        f"{STACK}:7: b: declares neither operation nor status: add at least one",
        f"{STACK}:3: include gone.yaml: there is no such file in project/",
        "more.yaml:1: unknown key extra: expected one of defaults, jobs",
        "more.yaml:3: d: unknown key x: expected one of appId, backendEnvironmentName, target, "
        "operation, status, when, ifMissing, wait, jobId",
        f"{STACK}:2: retryMode never is unknown: write standard or adaptive",
    )


JOB_KEYS = 'appId: d1\nbackendEnvironmentName: prod\njobId: "1"\nstatus: FAILED\n'
RULE_KEYS = (
    'apps: ["*"]\nenvironments: ["*"]\nmatch: {status: RUNNING}\nset: {status: FAILED}\nlimit: 3\n'
)
TARGET_KEYS = 'region: eu-west-1\naccountId: "111122223333"\ntags: {team: web}\n'


@pytest.mark.parametrize(
    ("kind", "keys", "named"),
    [
        ("job", JOB_KEYS, "appId, backendEnvironmentName, jobId and status"),
        (
            "job",
            f"{JOB_KEYS}when: {{status: RUNNING}}\n",
            "appId, backendEnvironmentName, jobId, status and when",
        ),
        ("rule", RULE_KEYS, "apps, environments, match, set and limit"),
        ("target", TARGET_KEYS, "region, accountId and tags"),
    ],
)
@pytest.mark.parametrize("above", ["a:\n", ""])
def test_keys_beside_the_name_that_they_belong_below_are_one_line(
    project: Project, kind: str, keys: str, named: str, above: str
) -> None:
    project.stack(f"amplify-jobs:{kind}s:\n" + indent(f"{above}{keys}", "  "))
    line = 4 if above else 3
    assert project.problems() == (
        f"{STACK}:{line}: {named} stand where a {kind}'s name belongs: indent them below the "
        f"{kind}'s name",
    )


def test_one_key_beside_its_job(project: Project) -> None:
    project.stack(f"{JOB}    jobId: '1'\n    operation: CreateBackend\n  status: FAILED\n")
    assert project.problems() == (
        f"{STACK}:8: status stands where a job's name belongs: indent it below the job's name",
    )


def test_keys_beside_their_name_in_an_included_file(project: Project) -> None:
    project.stack("amplify-jobs:include: [a.yaml]")
    project.write("a.yaml", "jobs:\n" + indent(f"a:\n{JOB_KEYS}", "  "))
    assert project.problems() == (
        "a.yaml:3: appId, backendEnvironmentName, jobId and status stand where a job's name "
        "belongs: indent them below the job's name",
    )


def test_a_name_may_be_that_of_a_key(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:defaults: {appId: d1, backendEnvironmentName: prod, status: FAILED}
        amplify-jobs:jobs: {when: {jobId: "1"}, status: {jobId: "2"}}
        amplify-jobs:targets: {region: {region: eu-west-1}}
        """
    )
    assert list(project.read().jobs) == ["when", "status"]


@pytest.mark.parametrize(
    ("line", "said"),
    {
        "status: RUNING": "status RUNING is not a known value: did you mean RUNNING?",
        "status: Failed": "status Failed is not a known value: did you mean FAILED?",
        "status: XYZZY": "status XYZZY is not a known value: expected one of RUNNING, "
        "COMPLETED, FAILED",
        "operation: UpdateBackend": "operation UpdateBackend is not a known value: "
        "did you mean UpdateBackendAPI?",
        "when: {status: RUNING}": "when.status RUNING is not a known value: did you mean RUNNING?",
    }.items(),
)
def test_what_nobody_has_seen_yet_is_a_warning(project: Project, line: str, said: str) -> None:
    key = line.partition(":")[0]
    settled = "operation: CreateBackend" if key == "status" else "status: FAILED"
    a_job(project, 'jobId: "1"', settled, line)
    config = project.read()
    assert list(config.jobs) == ["a"]
    assert config.warnings == (f"{STACK}:8: a: {said}",)


def test_a_doubtful_default_is_warned_of_once(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:defaults: {appId: d1, backendEnvironmentName: prod, status: DONE}
        amplify-jobs:jobs: {a: {jobId: "1"}, b: {jobId: "2"}}
        """
    )
    assert project.read().warnings == (
        f"{STACK}:2: defaults: status DONE is not a known value: "
        "expected one of RUNNING, COMPLETED, FAILED",
    )


def test_lone_surrogates_from_the_engine_are_refused(tmp_path: Path) -> None:
    jobs = (
        '{"a\\ud800": {}, "b": {"appId": "\\ud800", "backendEnvironmentName": "e", '
        '"jobId": "1", "status": "x", "when": {"\\ud800": 1}, "ifMissing": "\\ud800"}, '
        '"c": {"\\ud800": 1}}'
    )
    with pytest.raises(ConfigError) as caught:
        engine_config({"amplify-jobs:jobs": jobs}, (), tmp_path, None)
    assert caught.value.problems == (
        "stack config: a: a job's name has control characters: remove them",
        "stack config: b: appId has control characters: remove them",
        "stack config: b: when has control characters: remove them",
        "stack config: b: ifMissing has control characters: remove them",
        "stack config: c: has control characters: remove them",
    )
