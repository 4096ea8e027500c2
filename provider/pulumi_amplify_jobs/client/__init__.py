"""AWS behind one small interface: the only package that knows boto3."""

from .answers import Page
from .app_answers import App
from .apps import AppsService, connect_apps
from .listing import Listing, Selection, list_environments
from .reader import JobReader
from .service import JobsService, connect

__all__ = [
    "App",
    "AppsService",
    "JobReader",
    "JobsService",
    "Listing",
    "Page",
    "Selection",
    "connect",
    "connect_apps",
    "list_environments",
]
