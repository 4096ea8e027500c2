"""AWS behind one small interface: the only package that knows boto3."""

from .answers import Page
from .apps import AppsService, connect_apps
from .census import Census
from .enumeration import Enumeration, enumerate_environments
from .listing import Listing, Selection, list_environments
from .newest import NewestJobs
from .polling import EnvironmentPoll, Polled
from .reader import JobReader
from .service import JobsService, connect

__all__ = [
    "AppsService",
    "Census",
    "Enumeration",
    "EnvironmentPoll",
    "JobReader",
    "JobsService",
    "Listing",
    "NewestJobs",
    "Page",
    "Polled",
    "Selection",
    "connect",
    "connect_apps",
    "enumerate_environments",
    "list_environments",
]
