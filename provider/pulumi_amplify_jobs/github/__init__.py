"""GitHub: one comment for each stack under a pull request, kept up to date."""

from .api import Api
from .decisions import Create, Decision, Keep, Update, Wanted
from .failures import GitHubError, ReadOnlyError, TokenError
from .layout import Version, harmless, hidden, marker, room
from .place import Given, Place, find_place
from .settling import Outcome, look, settle
from .summary import add_to_summary
from .tokens import Token, find_token

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
