"""Where to comment: from the options, or from what GitHub Actions sets."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_amplify_jobs.github.errors import GitHubError, TokenError
from pulumi_amplify_jobs.github.workflow import Place, find_place, find_token

ACTIONS = {
    "GITHUB_REPOSITORY": "octo/shop",
    "GITHUB_API_URL": "https://api.github.com",
    "GITHUB_REF": "refs/pull/12/merge",
}


def event(number: Any = 12, head: Any = "octo/shop", base: str = "octo/shop") -> dict[str, Any]:
    repository = {"full_name": head} if head else None
    return {
        "pull_request": {
            "number": number,
            "head": {"repo": repository},
            "base": {"repo": {"full_name": base}},
        }
    }


def test_the_environment_of_github_actions_is_enough() -> None:
    found = find_place(ACTIONS, event())
    assert found == Place("octo/shop", 12, "https://api.github.com", fork=False)


def test_the_ref_stands_in_for_the_event() -> None:
    assert find_place(ACTIONS, None) == Place("octo/shop", 12, "https://api.github.com")
    head = {**ACTIONS, "GITHUB_REF": "refs/pull/13/head"}
    assert find_place(head, {}).pull_request == 13


def test_the_event_of_a_comment_names_the_pull_request() -> None:
    where = {**ACTIONS, "GITHUB_REF": "refs/heads/main"}
    assert find_place(where, {"issue": {"number": 7, "pull_request": {}}}).pull_request == 7
    with pytest.raises(GitHubError, match="no pull request"):
        find_place(where, {"issue": {"number": 7}})


def test_options_go_before_the_environment() -> None:
    given = ("octo/other", 3, "https://ghe.example/api/v3")
    found = find_place(ACTIONS, event(head="mallory/shop"), *given)
    # Nothing is known of a pull request that the event is not about.
    assert found == Place("octo/other", 3, "https://ghe.example/api/v3", fork=None)


@pytest.mark.parametrize(
    ("head", "fork"), [("octo/shop", False), ("mona/shop", True), (None, True)]
)
def test_the_event_tells_a_fork(head: str | None, fork: bool) -> None:
    assert find_place(ACTIONS, event(head=head)).fork is fork


@pytest.mark.parametrize(
    "url",
    [
        "https://ghe.example/api/v3",
        "https://ghe.example/api/v3/",
        "https://ghe.example/api/v3//",
        " https://ghe.example/api/v3\n",
    ],
)
def test_a_base_url_with_and_without_a_slash(url: str) -> None:
    assert find_place(ACTIONS, None, api_url=url).api_url == "https://ghe.example/api/v3"


def test_the_public_api_is_the_default() -> None:
    where = {name: value for name, value in ACTIONS.items() if name != "GITHUB_API_URL"}
    assert find_place(where, None).api_url == "https://api.github.com"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "no repository"),
        ("ghe.example", "write it as"),
        ("ftp://ghe.example", "write it as"),
        ("https://", "write it as"),
        ("https://ghe.example:x/", "write it as"),
        ("https://[::1", "write it as"),
        ("https://me:hunter2@ghe.example/", "remove the rest"),
        ("https://ghe.example/?token=hunter2", "remove the rest"),
        ("http://ghe.example/api/v3", "unencrypted to ghe.example"),
    ],
)
def test_a_wrong_url_is_told_without_what_may_be_secret(url: str, reason: str) -> None:
    given = ("octo/shop" if url else None, 12, url)
    with pytest.raises(GitHubError, match=reason) as caught:
        find_place({}, None, *given)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unencrypted_connection_may_stay_on_this_machine() -> None:
    assert find_place({}, None, "a/b", 1, "http://127.0.0.1:8080/").api_url


@pytest.mark.parametrize(
    "name", ["shop", "a/b/c", "a/..", "./b", "a/b?x=1", "a b/c", "a/b\n", "é/b"]
)
def test_what_is_no_repository(name: str) -> None:
    with pytest.raises(GitHubError, match="is not a repository: write OWNER/NAME"):
        find_place({}, None, name, 1)


@pytest.mark.parametrize(
    "data", [None, [], "x", {"pull_request": []}, event("12"), event(True), event(0), event(-1)]
)
def test_what_is_no_pull_request(data: Any) -> None:
    where = {**ACTIONS, "GITHUB_REF": "refs/heads/main"}
    with pytest.raises(GitHubError, match="--pull-request N"):
        find_place(where, data)


def test_the_token_of_the_environment() -> None:
    both = {"GITHUB_TOKEN": "first\n", "GH_TOKEN": "second"}
    token = find_token(both)
    assert token is not None
    assert token.get_secret_value() == "first"
    assert "first" not in f"{token} {token!r} {[token]}"
    other = find_token({"GITHUB_TOKEN": "", "GH_TOKEN": "second"})
    assert other is not None
    assert other.get_secret_value() == "second"
    assert find_token({"GITHUB_TOKEN": " "}) is None


@pytest.mark.parametrize("value", ["two words", "line\nbreak", "tökén", "nul\0"])
def test_what_can_be_no_token_is_told_without_it(value: str) -> None:
    with pytest.raises(TokenError, match=r"^GH_TOKEN is not a token") as caught:
        find_token({"GH_TOKEN": value})
    assert value not in str(caught.value)
