"""GitHub: one comment for each stack under a pull request, kept up to date."""

from .api import Api
from .comment_body import Version, harmless, hidden, marker, room
from .decisions import Create, Decision, Keep, Update, Wanted
from .errors import GitHubError, ReadOnlyError, TokenError
from .publish import Outcome, look, settle
from .pull_request import Given, Place, find_place
from .step_summary import add_to_summary
from .token import Token, find_token

__all__ = [
    "Api",
    "Create",
    "Decision",
    "GitHubError",
    "Given",
    "Keep",
    "Outcome",
    "Place",
    "ReadOnlyError",
    "Token",
    "TokenError",
    "Update",
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
