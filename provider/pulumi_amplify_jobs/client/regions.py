"""The regions that the jobs' service is in, by botocore's own data."""

from __future__ import annotations

import os

from botocore.regions import EndpointResolver

from ..settings import Settings
from .data_loader import shared_loader

ENDPOINT_PREFIX = "amplifybackend"
"""What botocore's endpoints.json calls the service."""


def regions_with_jobs() -> tuple[str, ...]:
    """Return the regions that have AmplifyBackend, in all partitions, in order."""
    loader = shared_loader(os.environ.get("AWS_DATA_PATH"))
    resolver = EndpointResolver(loader.load_data("endpoints"))
    found = (
        resolver.get_available_endpoints(ENDPOINT_PREFIX, partition)
        for partition in resolver.get_available_partitions()
    )
    return tuple(sorted({region for regions in found for region in regions}))


def region_problem(settings: Settings) -> str | None:
    """Return why no job can be where these settings lead, or None.

    A region that only the AWS environment or profile sets is not known here.
    """
    regions = regions_with_jobs()
    if settings.region is None or settings.region in regions:
        return None
    return (
        f"region {settings.region} has no backend jobs, as botocore has no AmplifyBackend "
        f"there: write one of {', '.join(regions)}"
    )
