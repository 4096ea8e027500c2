"""What a workflow of GitHub Actions, or the options, say: token, pull request, step summary.

Variables and events: docs.github.com, "Variables reference", "Events that trigger workflows",
"Webhook events and payloads", and "Workflow commands for GitHub Actions", "Adding a job summary".
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


PULL_REQUEST_REF = re.compile(r"refs/pull/([1-9][0-9]{0,9})/(?:merge|head)")
QUEUE_REF = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-([1-9][0-9]{0,9})-[0-9a-f]{40,64}")
"""The branch of a merge group: `gh-readonly-queue/BASE/pr-N-SHA`, N being the last one in it."""

LISTING = ("workflow_run", "check_suite", "check_run")
"""Events about a commit; they list the pull requests of the same repository that have it."""

NAME_IT = "name it with --pull-request N"


def pull_request_of(environment: Mapping[str, str], event: Any) -> int:
    """Return the number of the pull request, by the event's JSON or else by GITHUB_REF.

    Raises GitHubError, which says why the event has none.
    """
    direct = below(event, "pull_request", "number")
    if direct is None and below(event, "issue", "pull_request") is not None:
        direct = below(event, "issue", "number")
    if _is_number(direct):
        return int(direct)
    listing = next((each for each in LISTING if below(event, each) is not None), None)
    if listing is not None:
        return _listed(listing, event)
    ref = environment.get("GITHUB_REF", "")
    queued = below(event, "merge_group", "head_ref") or ref
    found = PULL_REQUEST_REF.fullmatch(ref) or QUEUE_REF.fullmatch(str(queued))
    if found is None:
        raise GitHubError(f"no pull request: {_why(environment, event)}{NAME_IT}")
    return int(found[1])


def _listed(name: str, event: Any) -> int:
    """Return the only pull request in an event's list. Raises GitHubError for none and several."""
    here = below(event, "repository", "id")
    listed = below(event, name, "pull_requests")
    numbers = {
        below(each, "number")
        for each in (listed if isinstance(listed, list) else ())
        if here is None or below(each, "base", "repo", "id") in (None, here)
    }
    found = sorted(filter(_is_number, numbers))
    if len(found) == 1:
        return int(found[0])
    if found:
        which = ", ".join(f"#{number}" for number in found[:10])
        raise GitHubError(f"which pull request? The event {name} lists {which}: {NAME_IT}")
    raise GitHubError(
        f"no pull request: the event {name} lists none, as GitHub does for a commit from a fork "
        f"or without a pull request; {NAME_IT}"
    )


def _why(environment: Mapping[str, str], event: Any) -> str:
    """Say why an event names no pull request, as the beginning of an advice."""
    name = environment.get("GITHUB_EVENT_NAME", "")
    if below(event, "issue") is not None:
        return f"the event {one_line(name or 'of an issue', 50)} is about an issue; "
    if name in ("", "pull_request", "pull_request_target", "merge_group"):
        return "run on the event pull_request, or "
    return f"the event {one_line(name, 50)} is not about one; "


def _is_number(value: Any) -> bool:
    return type(value) is int and value > 0


def below(value: Any, *names: str) -> Any:
    """Return what stands below some names in JSON data, or None."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


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


def _fork(event: Any, repository: str, number: int) -> bool | None:
    """Say whether the event's pull request is this one and comes from another repository."""
    base = below(event, "pull_request", "base", "repo", "full_name")
    here = isinstance(base, str) and base.lower() == repository.lower()
    if not here or below(event, "pull_request", "number") != number:
        return None
    # A fork that was deleted since has no name any more.
    return bool(below(event, "pull_request", "head", "repo", "full_name") != base)


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
