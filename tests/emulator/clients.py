"""Clients of the services that sign with given keys, for given regions."""

from __future__ import annotations

from dataclasses import dataclass

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader
from mypy_boto3_amplify import AmplifyClient
from mypy_boto3_amplifybackend import AmplifyBackendClient
from mypy_boto3_sts import STSClient

LOADER = Loader(include_default_search_paths=True)
"""For all sessions, which would otherwise each read the models anew."""
ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"})


@dataclass(frozen=True)
class Keys:
    """Who signs, and where requests go."""

    url: str
    access_key: str = "AKIDEXAMPLE"
    secret_key: str = "made-up"
    token: str | None = None

    def session(self, region: str) -> boto3.Session:
        session = botocore.session.get_session()
        session.register_component("data_loader", LOADER)
        return boto3.Session(
            self.access_key, self.secret_key, self.token, region, botocore_session=session
        )

    def jobs(self, region: str = "eu-west-1") -> AmplifyBackendClient:
        session = self.session(region)
        return session.client("amplifybackend", endpoint_url=self.url, config=ONCE)

    def apps(self, region: str = "eu-west-1") -> AmplifyClient:
        return self.session(region).client("amplify", endpoint_url=self.url, config=ONCE)

    def sts(self, region: str = "us-east-1") -> STSClient:
        return self.session(region).client("sts", endpoint_url=self.url, config=ONCE)

    def assume(self, role: str, name: str = "run", seconds: int = 3600) -> Keys:
        """Return the keys of a session of a role."""
        answer = self.sts().assume_role(
            RoleArn=role, RoleSessionName=name, DurationSeconds=seconds
        )["Credentials"]
        return Keys(
            self.url, answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"]
        )


def role(account_id: str, name: str = "amplify-jobs") -> str:
    return f"arn:aws:iam::{account_id}:role/{name}"
