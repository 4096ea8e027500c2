"""One emulator for the folder, emptied before each test, and clients for it."""

import os
from collections.abc import Iterator
from typing import Any, TypedDict

import boto3
import pytest
from botocore.config import Config
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.emulator import Emulator

NOW = 1_700_000_000.25
NOW_TEXT = "1700000000250"


class ClientSettings(TypedDict):
    region_name: str
    aws_access_key_id: str
    aws_secret_access_key: str
    config: Config


SETTINGS: ClientSettings = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "AKIDEXAMPLE",
    "aws_secret_access_key": "made-up",
    "config": Config(retries={"total_max_attempts": 1, "mode": "standard"}),
}
"""For clients that try once."""


def make_client(
    url: str,
    *,
    attempts: int = 1,
    read_timeout: float = 10,
    secret: str = "made-up",
    region: str = "eu-west-1",
) -> AmplifyBackendClient:
    return boto3.client(
        "amplifybackend",
        endpoint_url=url,
        region_name=region,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key=secret,
        config=Config(
            retries={"total_max_attempts": attempts, "mode": "standard"},
            read_timeout=read_timeout,
            max_pool_connections=16,
        ),
    )


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Keep the profile, the endpoints and the proxies of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("AWS_") or name.lower().endswith("_proxy"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[Emulator]:
    with Emulator(clock=lambda: NOW, fault_seed=7) as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator: Emulator) -> Emulator:
    running_emulator.reset()
    running_emulator.latency = 0.0
    running_emulator.updates = "set"
    return running_emulator


@pytest.fixture(scope="session")
def running_client(running_emulator: Emulator) -> AmplifyBackendClient:
    return make_client(running_emulator.url)


@pytest.fixture
def client(emulator: Emulator, running_client: AmplifyBackendClient) -> AmplifyBackendClient:
    return running_client


class Environment(TypedDict):
    AppId: str
    BackendEnvironmentName: str


DEV: Environment = {"AppId": "app", "BackendEnvironmentName": "dev"}


def job(job_id: str = "j", **fields: Any) -> dict[str, Any]:
    return {"appId": "app", "backendEnvironmentName": "dev", "jobId": job_id, **fields}
