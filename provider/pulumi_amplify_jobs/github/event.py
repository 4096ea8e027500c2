"""Which pull request an event of GitHub Actions is about.

Events: docs.github.com, "Events that trigger workflows" and "Webhook events and payloads".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import one_line
from .errors import GitHubError

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
    direct = _below(event, "pull_request", "number")
    if direct is None and _below(event, "issue", "pull_request") is not None:
        direct = _below(event, "issue", "number")
    if _is_number(direct):
        return int(direct)
    listing = next((each for each in LISTING if _below(event, each) is not None), None)
    if listing is not None:
        return _listed(listing, event)
    ref = environment.get("GITHUB_REF", "")
    queued = _below(event, "merge_group", "head_ref") or ref
    found = PULL_REQUEST_REF.fullmatch(ref) or QUEUE_REF.fullmatch(str(queued))
    if found is None:
        raise GitHubError(f"no pull request: {_why(environment, event)}{NAME_IT}")
    return int(found[1])


def _listed(name: str, event: Any) -> int:
    """Return the only pull request in an event's list. Raises GitHubError for none and several."""
    here = _below(event, "repository", "id")
    listed = _below(event, name, "pull_requests")
    numbers = {
        _below(each, "number")
        for each in (listed if isinstance(listed, list) else ())
        if here is None or _below(each, "base", "repo", "id") in (None, here)
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
    if _below(event, "issue") is not None:
        return f"the event {one_line(name or 'of an issue', 50)} is about an issue; "
    if name in ("", "pull_request", "pull_request_target", "merge_group"):
        return "run on the event pull_request, or "
    return f"the event {one_line(name, 50)} is not about one; "


def _is_number(value: Any) -> bool:
    return type(value) is int and value > 0


def _below(value: Any, *names: str) -> Any:
    """Return what stands below some names in JSON data, or None."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def is_from_fork(event: Any, repository: str, number: int) -> bool | None:
    """Say whether the event's pull request is this one and comes from another repository."""
    base = _below(event, "pull_request", "base", "repo", "full_name")
    here = isinstance(base, str) and base.lower() == repository.lower()
    if not here or _below(event, "pull_request", "number") != number:
        return None
    # A fork that was deleted since has no name any more.
    return bool(_below(event, "pull_request", "head", "repo", "full_name") != base)
