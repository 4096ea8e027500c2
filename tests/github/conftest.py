"""A pull request to comment on, and nothing of what this machine says of GitHub."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import SecretStr

from pulumi_amplify_jobs.github.api import Api
from pulumi_amplify_jobs.github.calls import Caller
from pulumi_amplify_jobs.github.workflow import Place

from ..fake_clock import FakeClock
from .stand_in import PULL_REQUEST, REPOSITORY, TOKEN, GitHub, github

EPOCH = 1_795_500_000.0  # 2026-11-24T06:00:00Z


@pytest.fixture(autouse=True)
def _no_github(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GH_", "ACTIONS_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def hub() -> Iterator[GitHub]:
    with github() as stand_in:
        yield stand_in


class World:
    """Virtual time, and its seconds since 1970."""

    def __init__(self) -> None:
        self.clock = FakeClock()

    def epoch(self) -> float:
        return EPOCH + self.clock.passed

    def api(self, place: Place, token: str = TOKEN, **options: float) -> Api:
        caller = Caller(place.api_url, SecretStr(token), self.clock, self.epoch, **options)
        return Api(place, caller)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def place(hub: GitHub) -> Place:
    return Place(REPOSITORY, PULL_REQUEST, hub.url)


@pytest.fixture
def api(place: Place, world: World) -> Iterator[Api]:
    with closing(world.api(place)) as api:
        yield api
