"""Which pull request an event of GitHub Actions is about, and why it is about none."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_amplify_jobs.github.errors import GitHubError
from pulumi_amplify_jobs.github.workflow import find_place

SHA = "0123456789abcdef0123456789abcdef01234567"
HERE, ELSEWHERE = 7001, 7002


def number(name: str, event: Any, ref: str = "refs/heads/main", **given: Any) -> int:
    environment = {
        "GITHUB_REPOSITORY": "octo/shop",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_REF": ref,
    }
    return find_place(environment, event, **given).pull_request


def reason(name: str, event: Any, ref: str = "refs/heads/main", **given: Any) -> str:
    with pytest.raises(GitHubError) as caught:
        number(name, event, ref, **given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def listed(*numbers: int, base: int = HERE) -> list[dict[str, Any]]:
    return [{"number": each, "base": {"ref": "main", "repo": {"id": base}}} for each in numbers]


@pytest.mark.parametrize("base", ["main", "release/1.2", "pr-3-x"])
def test_a_merge_group_is_about_the_last_pull_request_in_it(base: str) -> None:
    ref = f"refs/heads/gh-readonly-queue/{base}/pr-12-{SHA}"
    assert number("merge_group", {"merge_group": {"head_ref": ref}}, ref) == 12
    assert number("merge_group", None, ref) == 12


def test_a_branch_that_looks_like_a_queue_is_none() -> None:
    for ref in (
        "refs/heads/gh-readonly-queue/main/pr-12",
        f"refs/heads/pr-12-{SHA}",
        f"refs/heads/gh-readonly-queue/main/pr-0-{SHA}",
        f"refs/heads/my/gh-readonly-queue/main/pr-12-{SHA}",
    ):
        assert reason("merge_group", {"merge_group": {"head_ref": ref}}, ref) == (
            "no pull request: run on the event pull_request, or name it with --pull-request N"
        )


@pytest.mark.parametrize("name", ["workflow_run", "check_suite", "check_run"])
def test_an_event_about_a_commit_lists_its_pull_request(name: str) -> None:
    event = {name: {"pull_requests": listed(12)}, "repository": {"id": HERE}}
    assert number(name, event) == 12


def test_a_pull_request_of_another_repository_is_not_meant() -> None:
    both = [*listed(3, base=ELSEWHERE), *listed(12)]
    event = {"workflow_run": {"pull_requests": both}, "repository": {"id": HERE}}
    assert number("workflow_run", event) == 12


@pytest.mark.parametrize("numbers", [[], None, "x", [{}], [7], [{"number": True}]])
def test_a_forks_run_lists_none_and_says_so(numbers: Any) -> None:
    event = {"workflow_run": {"pull_requests": numbers, "event": "pull_request"}}
    assert reason("workflow_run", event) == (
        "no pull request: the event workflow_run lists none, as GitHub does for a commit from a "
        "fork or without a pull request; name it with --pull-request N"
    )
    assert number("workflow_run", event, pull_request=5) == 5


def test_several_are_not_chosen_from() -> None:
    event = {"workflow_run": {"pull_requests": listed(13, 12)}, "repository": {"id": HERE}}
    assert reason("workflow_run", event) == (
        "which pull request? The event workflow_run lists #12, #13: name it with --pull-request N"
    )


@pytest.mark.parametrize(
    "name",
    ["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"],
)
def test_events_of_a_pull_request_name_it(name: str) -> None:
    assert number(name, {"pull_request": {"number": 12}}) == 12


@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch", "deployment_status"])
def test_other_events_are_about_none(name: str) -> None:
    assert reason(name, {"ref": "refs/heads/main"}) == (
        f"no pull request: the event {name} is not about one; name it with --pull-request N"
    )


def test_a_comment_on_an_issue_is_about_none() -> None:
    assert reason("issue_comment", {"issue": {"number": 7}}) == (
        "no pull request: the event issue_comment is about an issue; name it with --pull-request N"
    )
    assert number("issue_comment", {"issue": {"number": 7, "pull_request": {}}}) == 7


def test_the_number_of_one_repository_is_not_used_in_another() -> None:
    event = {"pull_request": {"number": 12}}
    assert reason("pull_request", event, repository="octo/other") == (
        "no pull request of octo/other: the event belongs to octo/shop; name it with "
        "--pull-request N"
    )
    assert number("pull_request", event, repository="Octo/Shop") == 12
    assert number("pull_request", event, repository="octo/other", pull_request=3) == 3
