"""botocore's data is read once for all sessions of a process, and no more of it than is needed."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session

from pulumi_amplify_jobs.client import regions
from pulumi_amplify_jobs.client.data_loader import DataLoader, shared_loader
from pulumi_amplify_jobs.client.session import APPS, JOBS, STS, Connection
from pulumi_amplify_jobs.settings import Settings


class Counting(JSONFileLoader):
    """Notes which files are read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def load_file(self, file_path: str) -> Any:
        found = super().load_file(file_path)
        if found is not None:
            self.read.append(file_path)
        return found


def fresh() -> tuple[DataLoader, Counting]:
    loader = DataLoader(Loader().search_paths)
    loader.file_loader = counting = Counting()
    return loader, counting


@pytest.mark.parametrize("service", [JOBS, APPS, STS])
@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1"])
def test_it_loads_what_botocores_own_loads(service: str, kind: str) -> None:
    loader, _ = fresh()
    assert loader.load_service_model(service, kind) == Loader().load_service_model(service, kind)


def test_a_service_that_there_is_not_is_refused_as_botocore_does() -> None:
    loader, _ = fresh()
    said = []
    for each in (loader, Loader()):
        with pytest.raises(UnknownServiceError) as caught:
            each.load_service_model("amplifybackends", "service-2")
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert JOBS in said[0]


def test_threads_that_begin_together_read_a_file_once() -> None:
    loader, counting = fresh()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: loader.load_service_model(JOBS, "service-2"), range(16)))
    assert len({id(each) for each in found}) == 1
    assert len(counting.read) == len(set(counting.read))


def test_sessions_share_one_loader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clients = [Connection(Settings(region=name)).jobs() for name in ("eu-west-1", "us-east-1")]
    models = [client.meta.service_model.metadata for client in clients]
    assert models[0] is models[1]
    assert shared_loader(None) is shared_loader(None)
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    other = Connection(Settings(region="eu-west-1")).jobs()
    assert other.meta.service_model.metadata is not models[0]


LISTED = """
import os, sys
sys.addaudithook(lambda name, args: name == "os.listdir" and listed.append(str(args[0])))
listed = []
from pulumi_amplify_jobs.client.session import Connection
from pulumi_amplify_jobs.settings import Settings
Connection(Settings(region="eu-west-1")).jobs()
print(len([path for path in listed if f"botocore{os.sep}data" in path]))
"""


def test_a_client_looks_at_the_folder_of_its_own_service_alone() -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", LISTED], capture_output=True, text=True, check=True, env=os.environ
    )
    assert int(done.stdout) <= 4, done.stdout


def test_the_regions_are_those_of_botocores_data() -> None:
    found = regions.regions_with_jobs()
    core = Session()
    known = {
        region
        for partition in core.get_available_partitions()
        for region in core.get_available_regions(JOBS, partition)
    }
    assert found == tuple(sorted(known))
    assert "eu-west-1" in found


def test_regions_of_the_users_own_data_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "endpoints.json").write_text(
        '{"partitions": [{"partition": "p", "regions": {"b-1": {}, "a-1": {}, "c-1": {}},'
        ' "services": {"amplifybackend": {"endpoints": {"b-1": {}, "a-1": {}, "p-global": {}}}}},'
        ' {"partition": "q", "regions": {"z-1": {}}, "services": {}}]}'
    )
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert regions.regions_with_jobs() == ("a-1", "b-1")
