"""Where the comment goes: a pull request, as options, or GitHub Actions' own environment, say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..errors import one_line
from .events import below, pull_request_of
from .failures import GitHubError

PUBLIC_API = "https://api.github.com"
REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Place:
    """A pull request, and the API through which it is reached."""

    repository: str
    """OWNER/NAME"""
    pull_request: int
    api_url: str
    """Without a slash at the end."""
    fork: bool | None = None
    """Whether it comes from another repository; None where nobody says."""

    def __str__(self) -> str:
        return f"{self.repository}#{self.pull_request}"


@dataclass(frozen=True)
class Given:
    """What the options say; None where the environment is to say it."""

    repository: str | None = None
    pull_request: int | None = None
    api_url: str | None = None


def find_place(given: Given, environment: Mapping[str, str], event: Any) -> Place:
    """Return the place that the options name, or else the environment and the event's JSON.

    Raises GitHubError.
    """
    repository = given.repository or environment.get("GITHUB_REPOSITORY")
    if not repository:
        raise GitHubError("no repository: name it with --repo OWNER/NAME, or set GITHUB_REPOSITORY")
    owner, _, name = repository.partition("/")
    if not REPOSITORY.fullmatch(repository) or {owner, name} & {".", ".."}:
        raise GitHubError(f"{one_line(repository, 100)!r} is not a repository: write OWNER/NAME")
    number = given.pull_request or _number(repository, environment, event)
    api_url = given.api_url or environment.get("GITHUB_API_URL") or PUBLIC_API
    return Place(repository, number, checked_url(api_url), _fork(event, repository, number))


def checked_url(text: str) -> str:
    """Return the API's base URL without a slash at the end. Raises GitHubError."""
    try:
        url = urlsplit(text.strip())
        usable = bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable or url.scheme not in ("http", "https"):
        raise GitHubError(
            "the API's URL is not valid: write it as https://api.github.com or "
            "https://ghe.example/api/v3 (--api-url, GITHUB_API_URL)"
        )
    if url.username is not None or url.query or url.fragment:
        raise GitHubError("the API's URL has more than host and path: remove the rest")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise GitHubError(
            f"the token would be sent unencrypted to {one_line(url.netloc, 100)}: use https://"
        )
    return text.strip().rstrip("/")


def _number(repository: str, environment: Mapping[str, str], event: Any) -> int:
    """Return the event's pull request. Raises GitHubError where the event is another repository's.

    The numbers of one repository mean nothing in another.
    """
    here = environment.get("GITHUB_REPOSITORY", repository)
    if here.lower() != repository.lower():
        raise GitHubError(
            f"no pull request of {repository}: the event is one of {one_line(here, 100)}; name it "
            "with --pull-request N"
        )
    return pull_request_of(environment, event)


def _fork(event: Any, repository: str, number: int) -> bool | None:
    """Say whether the event's pull request is this one and comes from another repository."""
    base = below(event, "pull_request", "base", "repo", "full_name")
    here = isinstance(base, str) and base.lower() == repository.lower()
    if not here or below(event, "pull_request", "number") != number:
        return None
    # A fork that was deleted since has no name any more.
    return bool(below(event, "pull_request", "head", "repo", "full_name") != base)
