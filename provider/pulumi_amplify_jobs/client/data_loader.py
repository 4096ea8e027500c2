"""botocore's data, read once in a process: models of services, rules of endpoints, regions.

Left to itself, each session of botocore's has a loader of its own, and reads all of it again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader, create_loader


class DataLoader(Loader):
    """May be shared by sessions and threads, as none of them changes what it returns."""

    def __init__(self, search_paths: list[str]) -> None:
        super().__init__(extra_search_paths=search_paths, include_default_search_paths=False)
        # Without it, threads that begin together would each read the same.
        self._lock = threading.RLock()

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        """Return a service's model of this type, such as `service-2`."""
        with self._lock:
            return super().load_service_model(service_name, type_name, api_version)

    def load_data_with_path(self, name: str) -> Any:
        """Return what a file of this name has, and the path where it was found."""
        with self._lock:
            return super().load_data_with_path(name)

    def list_available_services(self, type_name: str) -> Any:
        """Return the services that have a model of this type."""
        return _Services(self, type_name)


class _Services:
    """The services that have a model of a type; who asks for one has not all of them looked up.

    botocore does, before it loads a model: there are hundreds of folders.
    """

    def __init__(self, loader: Loader, type_name: str) -> None:
        self._loader = loader
        self._type_name = type_name

    def __contains__(self, service_name: str) -> bool:
        try:
            return bool(self._loader.list_api_versions(service_name, self._type_name))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(Loader.list_available_services(self._loader, self._type_name))


@cache
def shared_loader(data_path: str | None) -> DataLoader:
    """Return the loader of this process for what AWS_DATA_PATH, or a profile's data_path, says."""
    return DataLoader(create_loader(data_path).search_paths)
