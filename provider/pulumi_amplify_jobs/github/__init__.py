"""GitHub: one comment for each stack under a pull request, kept up to date."""

from .api import Api
from .comment_body import Version, harmless, hidden, marker, room
from .decisions import Decision, Wanted
from .errors import GitHubError, ReadOnlyError, TokenError
from .publish import Published, look, settle
from .workflow import Given, Place, Token, add_to_summary, find_place, find_token

__all__ = [
    "Api",
    "Decision",
    "GitHubError",
    "Given",
    "Place",
    "Published",
    "ReadOnlyError",
    "Token",
    "TokenError",
    "Version",
    "Wanted",
    "add_to_summary",
    "find_place",
    "find_token",
    "harmless",
    "hidden",
    "look",
    "marker",
    "room",
    "settle",
]
