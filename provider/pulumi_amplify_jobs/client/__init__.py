"""AWS behind one small interface: the only package that knows boto3."""

from .apps import AppsService, Enumeration, enumerate_environments
from .connect import Connected, connect
from .environment_jobs import Listing, NewestJobs, Selection, list_environments
from .inventory import Inventory
from .polling import EnvironmentPoll, Polled
from .reader import JobReader
from .responses import Page
from .service import JobsService

__all__ = [
    "AppsService",
    "Connected",
    "Enumeration",
    "EnvironmentPoll",
    "Inventory",
    "JobReader",
    "JobsService",
    "Listing",
    "NewestJobs",
    "Page",
    "Polled",
    "Selection",
    "connect",
    "enumerate_environments",
    "list_environments",
]
