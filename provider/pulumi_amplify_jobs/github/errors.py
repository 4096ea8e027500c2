"""What can go wrong with GitHub, in one line each. No message has the token in it."""

from __future__ import annotations

from ..errors import AmplifyJobsError

READ_ONLY = "resource not accessible by integration"
"""What GitHub answers where the token is an app's (GITHUB_TOKEN is one) without the permission."""

PERMISSION = (
    "the token needs the permission pull-requests: write (of a classic token, the scope repo)"
)


class GitHubError(AmplifyJobsError):
    """A call to GitHub failed, or can't be made."""


class TokenError(GitHubError):
    """There is no token, or none that GitHub knows."""


class NoAccessError(GitHubError):
    """The token may not see or do this."""


class ReadOnlyError(NoAccessError):
    """The token of a job that may not write, as in a pull request from a fork."""


class NotThereError(GitHubError):
    """There is no such thing, or the token can't see it."""


class UncertainError(GitHubError):
    """A comment may have been created, or not: the answer was lost."""


def refusal(status: int, message: str, call: str) -> GitHubError:
    """Return the error for an answer that a retry does not change.

    `message` is GitHub's own, in one line; `call` says what was asked for.
    """
    said = f": {message}" if message else ""
    if READ_ONLY in message.lower() and status in (403, 404):
        return ReadOnlyError(f"can't {call} ({status}{said}); {PERMISSION}")
    if status == 401:
        return TokenError(f"can't {call}: the token is not valid, or has expired ({status}{said})")
    if status == 403:
        # A locked conversation takes no comments, whatever the token may do.
        advice = "" if "locked" in message.lower() else f"; {PERMISSION}"
        return NoAccessError(f"can't {call} ({status}{said}){advice}")
    if status in (404, 410):
        return NotThereError(
            f"can't {call} ({status}{said}): there is none, or the token can't see it; check "
            "--repo, --pull-request and the token's repositories"
        )
    if status == 422:
        return GitHubError(f"can't {call}: GitHub did not accept the comment ({status}{said})")
    return GitHubError(f"can't {call}: GitHub answered {status}{said}")
