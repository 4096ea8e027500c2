"""What a workflow of GitHub Actions, or the options, say: token, pull request, step summary.

Variables: docs.github.com, "Variables reference", and "Workflow commands for GitHub Actions",
"Adding a job summary".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from ..errors import one_line
from ..limits import STEP_SUMMARY
from .comment_body import size
from .errors import GitHubError, TokenError
from .event import is_from_fork, pull_request_of

TOKEN_VARIABLES = ("GITHUB_TOKEN", "GH_TOKEN")
"""In this order, as in GitHub Actions; the second is the name that the gh command knows."""

USABLE = re.compile(r"[!-~]+")
"""What a header can carry."""


def find_token(environment: Mapping[str, str]) -> SecretStr | None:
    """Return the environment's token; an empty variable is none. Raises TokenError."""
    for variable in TOKEN_VARIABLES:
        value = environment.get(variable, "").strip()
        if value and not USABLE.fullmatch(value):
            raise TokenError(
                f"{variable} is not a token: it has whitespace or other invalid characters"
            )
        if value:
            return SecretStr(value)
    return None


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


def find_place(
    environment: Mapping[str, str],
    event: Any,
    repository: str | None = None,
    pull_request: int | None = None,
    api_url: str | None = None,
) -> Place:
    """Return the place that the options name, or else the environment and the event's JSON.

    Raises GitHubError.
    """
    repository = repository or environment.get("GITHUB_REPOSITORY")
    if not repository:
        raise GitHubError("no repository: name it with --repo OWNER/NAME, or set GITHUB_REPOSITORY")
    owner, _, name = repository.partition("/")
    if not REPOSITORY.fullmatch(repository) or {owner, name} & {".", ".."}:
        raise GitHubError(f"{one_line(repository, 100)!r} is not a repository: write OWNER/NAME")
    number = pull_request or _number(repository, environment, event)
    api_url = api_url or environment.get("GITHUB_API_URL") or PUBLIC_API
    return Place(repository, number, checked_url(api_url), is_from_fork(event, repository, number))


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
        raise GitHubError("the API's URL may only have a host and a path: remove the rest")
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
            f"no pull request of {repository}: the event belongs to {one_line(here, 100)}; name it "
            "with --pull-request N"
        )
    return pull_request_of(environment, event)


def add_to_summary(path: Path, render: Callable[[int], str]) -> bool:
    """Append a report to a step's summary; say whether it had room. Raises OSError.

    `render` makes a report of at most so many bytes, as far as it can be cut.
    """
    held = path.stat().st_size if path.exists() else 0
    gap = "\n\n" if held else ""
    content = render(STEP_SUMMARY - held - size(gap))
    if held + size(gap + content) > STEP_SUMMARY:
        return False
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(gap + content)
    return True
