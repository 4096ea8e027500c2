"""AWS behind one small interface: the only package that knows boto3."""

from .answers import Page
from .apps import AppsService
from .connecting import Connected, connect
from .enumeration import Enumeration, enumerate_environments
from .inventory import Inventory
from .listing import Listing, Selection, list_environments
from .newest import NewestJobs
from .polling import EnvironmentPoll, Polled
from .reader import JobReader
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
