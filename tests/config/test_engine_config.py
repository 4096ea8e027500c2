"""Config as the engine hands it out: JSON text, with the lines of the stack's file; secrets."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.config.stack import StackConfig, known_keys
from pulumi_amplify_jobs.domain.jobs import TO_BE_FOUND, LatestJob
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.errors import ConfigError

from .conftest import STACK, Project

KEY = {"appId": "d1", "backendEnvironmentName": "prod", "jobId": "1"}


def engine(
    project: Project, values: Mapping[str, object], secret: Collection[str] = ()
) -> StackConfig:
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
    return engine_config(texts, secret, project.directory, "dev")


def problems(
    project: Project, values: Mapping[str, object], secret: Collection[str] = ()
) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        engine(project, values, secret)
    return caught.value.problems


def secret_keys(config: StackConfig) -> dict[str, frozenset[str]]:
    return {name: each.secret for name, each in config.declared.items() if each.secret}


def test_texts_and_json(project: Project) -> None:
    config = engine(
        project,
        {
            "amplify-jobs:jobs": {"a": {**KEY, "status": "FAILED"}},
            "amplify-jobs:maxRetries": "3",
            "aws:region": "eu-west-1",
        },
    )
    assert (list(config.jobs), config.settings.max_retries, config.settings.region) == (
        ["a"],
        3,
        "eu-west-1",
    )


def test_a_mistake_has_the_line_and_the_spelling_of_the_stacks_file(project: Project) -> None:
    project.stack("amplify-jobs:jobs:\n  a:\n    jobId: 0012\n    status: FAILED\n")
    jobs = {"a": {**KEY, "jobId": 10, "status": "FAILED"}}
    assert problems(project, {"amplify-jobs:jobs": jobs}) == (
        f'{STACK}:4: a: jobId 0012 is a number: quote it, "0012"',
    )


@pytest.mark.parametrize("text", [None, "config: [", "config: {}\n", "- a\n"])
def test_without_a_file_that_says_so_there_is_no_line(project: Project, text: str | None) -> None:
    if text is not None:
        project.write(STACK, text)
    assert problems(project, {"amplify-jobs:jobs": {"a": {**KEY, "jobId": 10}}}) == (
        'stack config: a: jobId 10 is a number: quote it, "10"',
    )


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "hello": "amplify-jobs:jobs is text, hello: write YAML below the key",
        "9" * 5000: f"amplify-jobs:jobs is text, {'9' * 79}…: write YAML below the key",
        "[" * 100_000: f"amplify-jobs:jobs is text, {'[' * 79}…: write YAML below the key",
        "[" * 200 + "]" * 200: "amplify-jobs:jobs is nested deeper than 50 levels",
        "12": "jobs is not a mapping: write a name for each job and its keys below it",
    }.items(),
    ids=lambda text: text[:20],
)
def test_text_where_a_structure_belongs(project: Project, text: str, said: str) -> None:
    assert problems(project, {"amplify-jobs:jobs": text}) == (f"stack config: {said}",)


@pytest.mark.parametrize("key", known_keys())
def test_every_known_key_is_read(project: Project, key: str) -> None:
    assert problems(project, {key: "\0"})


def test_the_keys_of_others_are_not(project: Project) -> None:
    engine(project, {"aws:defaultTags": "[", "jobs:jobs": "["})


HIDDEN = "hunter2-secret"
WRONG_SECRETS: Mapping[str, object] = {
    "amplify-jobs:jobs": {
        "a": {**KEY, "status": [HIDDEN]},
        "b": {**KEY, "ifMissing": HIDDEN, "status": "x"},
        "c": {**KEY, "when": HIDDEN, "wait": {"timeout": HIDDEN}},
        "d": HIDDEN,
        "e": {**KEY, "jobId": HIDDEN * 50, "status": HIDDEN},
        "f": {**KEY, "appId": HIDDEN, "status": HIDDEN},
        "g": {**KEY, "appId": HIDDEN, "status": HIDDEN},
        "h": {**KEY, "wait": {"timeout": 271828}, "status": "x"},
        "i": {**KEY, "jobId": 271828, "status": "x"},
    },
    "amplify-jobs:defaults": {"wait": HIDDEN, "ifMissing": HIDDEN},
    "amplify-jobs:include": [f"../{HIDDEN}", f"{HIDDEN}.yaml", f"{HIDDEN}*"],
    "amplify-jobs:endpoint": HIDDEN,
    "amplify-jobs:maxRetries": HIDDEN,
    "amplify-jobs:retryMode": HIDDEN,
    "amplify-jobs:assumeRoles": [{"roleArn": HIDDEN, "duration": HIDDEN, "policyArns": HIDDEN}],
    "aws:region": f"{HIDDEN}\n",
}


def test_secret_values_are_never_echoed(project: Project) -> None:
    found = problems(project, WRONG_SECRETS, secret=set(WRONG_SECRETS))
    assert len(found) >= 18
    assert not [line for line in found if HIDDEN in line or "271828" in line]


def test_nor_by_a_provider_which_is_not_told_what_is_secret(project: Project) -> None:
    sealed = "\n".join(f"{key}: {{ secure: AAAB }}" for key in WRONG_SECRETS)
    project.stack(sealed)
    found = problems(project, WRONG_SECRETS)
    assert not [line for line in found if HIDDEN in line or "271828" in line]
    assert all(line.startswith(f"{STACK}:") for line in found)


def test_text_that_is_secret_and_no_json_is_not_echoed_either(project: Project) -> None:
    assert problems(project, {"amplify-jobs:jobs": HIDDEN}, {"amplify-jobs:jobs"}) == (
        "stack config: amplify-jobs:jobs is text, (secret): write YAML below the key",
    )


def test_unseen_values_of_secret_jobs_are_not_warned_of(project: Project) -> None:
    jobs = {"a": {**KEY, "status": HIDDEN, "when": {"status": HIDDEN}}}
    config = engine(project, {"amplify-jobs:jobs": jobs}, {"amplify-jobs:jobs"})
    assert [name for name, each in config.declared.items() if each.secret] == ["a"]
    assert config.warnings == ()


JOBS = "amplify-jobs:jobs"
SEALED = """amplify-jobs:jobs:
    a: { appId: d1, backendEnvironmentName: prod, jobId: "1", status: { secure: AAAB } }
    b:
        { appId: d1, backendEnvironmentName: prod, jobId: "2", status: FAILED,
          when: { status: { secure: AAAB } } }
    c: { appId: d1, backendEnvironmentName: prod, jobId: "3", status: STALLED }
"""


def handed_out(**changes: Any) -> dict[str, Any]:
    """Return the values that the engine hands out of the file above."""
    jobs: dict[str, Any] = {
        "a": {**KEY, "jobId": "1", "status": HIDDEN},
        "b": {**KEY, "jobId": "2", "status": "FAILED", "when": {"status": HIDDEN}},
        "c": {**KEY, "jobId": "3", "status": "STALLED"},
    }
    return {JOBS: {name: {**job, **changes} for name, job in jobs.items()}}


@pytest.mark.parametrize("told", [{JOBS}, set()], ids=["to a program", "to a provider"])
def test_only_what_is_encrypted_is_secret(project: Project, told: set[str]) -> None:
    project.stack(SEALED)
    config = engine(project, handed_out(), told)
    assert secret_keys(config) == {"a": {"status"}, "b": {"when"}}
    assert [line for line in config.warnings if "STALLED" in line]
    assert HIDDEN not in str(config.warnings)


def test_a_file_that_is_not_the_engines_says_nothing_of_what_is_secret(project: Project) -> None:
    project.stack(SEALED)
    values = handed_out(wait={"timeout": "5m"})
    config = engine(project, values, {JOBS})
    assert secret_keys(config) == {name: job.keys() for name, job in values[JOBS].items()}
    assert config.warnings == ()


RULES = """amplify-jobs:rules:
    r:
        apps: ["*"]
        environments: [prod, { secure: AAAB }]
        match: { status: STALLED }
        set: { status: FAILED }
        limit: 5
    open: { limit: -1 }
"""


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, True),
        ({"environments": ["dev", HIDDEN]}, False),
        ({"environments": ["prod"]}, False),
        ({"environments": ["prod", HIDDEN, "dev"]}, False),
        ({"environments": 5}, False),
        ({"environments": ["prod", {"secure": "AAAB"}]}, False),
        ({"match": 5}, False),
    ],
    ids=["as in the file", "another", "fewer", "more", "no list", "not opened", "no mapping"],
)
def test_a_list_with_something_encrypted_is_known_where_the_rest_is_the_same(
    project: Project, changes: dict[str, Any], known: bool
) -> None:
    project.stack(RULES)
    rule: dict[str, Any] = {"apps": ["*"], "environments": ["prod", HIDDEN], "limit": 5}
    rule |= {"match": {"status": "STALLED"}, "set": {"status": "FAILED"}, **changes}
    rules = {"r": rule, "open": {"limit": -1}}
    said = problems(project, {"amplify-jobs:rules": rules}, {"amplify-jobs:rules"})
    assert HIDDEN not in str(said)
    assert any("limit -1 is not a whole number" in line for line in said) is known


def test_a_secret_that_is_a_date_is_not_shown(project: Project) -> None:
    date = "2025-11-24 00:00:00 +0000 UTC"
    said = problems(project, {"amplify-jobs:region": date}, {"amplify-jobs:region"})
    assert said == ("stack config: region is a date, as Pulumi reads it without quotes: quote it",)


def test_a_secret_default_is_a_secret_of_each_job_that_takes_it(project: Project) -> None:
    project.stack(
        "amplify-jobs:defaults: { appId: { secure: AAAB }, status: FAILED }\n"
        "amplify-jobs:jobs: { a: { jobId: '1' }, b: { jobId: '2', appId: d2 } }"
    )
    values = {
        "amplify-jobs:defaults": {"appId": HIDDEN, "status": "FAILED"},
        JOBS: {
            "a": {"jobId": "1", "backendEnvironmentName": "prod"},
            "b": {"jobId": "2", "backendEnvironmentName": "prod", "appId": "d2"},
        },
    }
    config = engine(project, values, {"amplify-jobs:defaults"})
    assert secret_keys(config) == {"a": {"appId"}}


def test_a_secret_job_that_is_declared_twice_is_not_named_by_its_key(project: Project) -> None:
    jobs = {name: {**KEY, "status": "FAILED"} for name in ("a", "b")}
    said = problems(project, {"amplify-jobs:jobs": jobs}, secret={"amplify-jobs:jobs"})
    assert said == ("stack config: b: (secret) is declared twice, also by a in stack config",)


@pytest.mark.parametrize("where", ["amplify-jobs:jobs", "amplify-jobs:defaults"])
def test_a_secret_target_that_nobody_declares_is_not_named(project: Project, where: str) -> None:
    job = {**KEY, "status": "FAILED"}
    values = {
        "amplify-jobs:jobs": {"a": {**job, "target": HIDDEN} if where.endswith("jobs") else job},
        "amplify-jobs:defaults": {"target": HIDDEN},
        "amplify-jobs:targets": {"shop": {}},
    }
    said = problems(project, values, secret={where})
    assert said == ("stack config: a: target (secret) is unknown: expected one of shop",)


def test_what_is_included_is_read_from_the_project(project: Project) -> None:
    project.write("more.yaml", f"jobs: {{ b: {json.dumps({**KEY, 'status': 'FAILED'})} }}")
    assert list(engine(project, {"amplify-jobs:include": ["more.yaml"]}).jobs) == ["b"]


def test_a_key_that_is_the_projects_own_is_placed_too(project: Project) -> None:
    project.write("Pulumi.yaml", "name: amplify-jobs\nruntime: python\n")
    project.stack("region: eu-west-1\nretryMode: fast")
    assert problems(project, {"amplify-jobs:retryMode": "fast"}) == (
        f"{STACK}:3: retryMode fast is unknown: write standard or adaptive",
    )


@pytest.mark.parametrize("stack", [None, "dev"])
def test_without_a_project_what_is_included_is_left_out(stack: str | None) -> None:
    values = {
        "amplify-jobs:jobs": json.dumps({"a": {**KEY, "status": "FAILED"}}),
        "amplify-jobs:include": '["more.yaml"]',
        "other:jobs": "x",
    }
    assert list(engine_config(values, (), None, stack).jobs) == ["a"]


@pytest.mark.parametrize("levels", [50, 51])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_json_text_is_at_most_50_levels_deep(
    project: Project, begin: str, end: str, levels: int
) -> None:
    deep = begin * (levels - 1) + ("[]" if begin == "[" else "{}") + end * (levels - 1)
    said = problems(project, {"amplify-jobs:jobs": deep})
    too_deep = "stack config: amplify-jobs:jobs is nested deeper than 50 levels"
    assert (said == (too_deep,)) is (levels > 50)


def test_text_without_anything_in_it_is_told(project: Project) -> None:
    said = problems(project, {"amplify-jobs:include": " "})
    assert said == (
        'stack config: amplify-jobs:include is text, "": write a list such as ["a", "b"]',
    )


def test_a_secret_job_whose_id_is_to_be_found_is_one(project: Project) -> None:
    jobs = {"a": {**KEY, "jobId": {"latest": {"status": "RUNNING"}}, "status": "FAILED"}}
    config = engine(project, {"amplify-jobs:jobs": jobs}, {"amplify-jobs:jobs"})
    declared = config.declared["a"]
    assert declared.secret == jobs["a"].keys()
    assert isinstance(declared.job, LatestJob)
    assert declared.job.declared.key == JobKey("d1", "prod", TO_BE_FOUND)


def test_a_target_that_is_no_name_is_told(project: Project) -> None:
    jobs = {"a": {**KEY, "status": "FAILED", "target": ["shop"]}}
    [line] = problems(project, {"amplify-jobs:jobs": jobs})
    assert line == "stack config: a: target is a list: it must be text"
