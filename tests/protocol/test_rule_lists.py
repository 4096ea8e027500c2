"""Lists that a rule's check reads, by a service that does what the emulator never would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pulumi_amplify_jobs.testing import Host
from tests.client.scripted import Reply, Request, ScriptedServer, serving
from tests.samples import job

from .conftest import ROOT
from .ruled import RULE, Ruled
from .stack import problem_of

APPS = "/apps"
GONE = Reply(404, b'{"message": "gone"}', {"x-amzn-errortype": "NotFoundException"})


def environments(app: str) -> str:
    return f"/apps/{app}/backendenvironments"


def jobs(app: str, environment: str) -> str:
    return f"/backend/{app}/job/{environment}"


def page(name: str, *items: dict[str, Any], token: str | None = None) -> Reply:
    body = {name: items, **({"nextToken": token} if token else {})}
    return Reply(body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


@dataclass
class Account:
    """Two apps with two environments each, and one stuck job in each of these."""

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    """By path, one after the other; the last one for good."""

    def __post_init__(self) -> None:
        self.replies[APPS] = [page("apps", *({"appId": app, "name": app} for app in ("d1", "d2")))]
        for app in ("d1", "d2"):
            both = ({"environmentName": name} for name in ("dev", "prod"))
            self.replies[environments(app)] = [page("backendEnvironments", *both)]
            for name in ("dev", "prod"):
                self.replies[jobs(app, name)] = [page("jobs", job("1", app=app, environment=name))]

    def answer(self, request: Request) -> Reply:
        replies = self.replies[urlsplit(request.path).path]
        return replies.pop(0) if len(replies) > 1 else replies[0]


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def service(account: Account) -> Iterator[ScriptedServer]:
    with serving(account.answer) as server:
        yield server


@pytest.fixture
def ruled(project: Path, service: ScriptedServer) -> Iterator[Ruled]:
    shutil.copy(ROOT / "__main__.py", project)
    with Host(project, endpoint=service.url) as host:
        yield Ruled(host)


def matches(ruled: Ruled) -> set[str]:
    return set(ruled(stuck=RULE).preview().steps["stuck"].inputs["matches"])


def test_an_environment_that_vanishes_between_list_and_read_has_no_jobs(
    ruled: Ruled, account: Account
) -> None:
    account.replies[jobs("d1", "dev")] = [GONE]
    assert matches(ruled) == {"d1/prod/1", "d2/dev/1", "d2/prod/1"}


def test_an_environment_that_vanishes_between_two_pages_is_half_a_list(
    ruled: Ruled, account: Account
) -> None:
    seen = page("jobs", job("7", app="d1", environment="dev"), token="a")
    account.replies[jobs("d1", "dev")] = [seen, GONE]
    problem = problem_of(ruled(stuck=RULE).preview)
    assert problem.message.startswith("stuck: ListBackendJobs d1/dev: ")


def test_an_app_that_vanishes_between_list_and_read_has_no_environments(
    ruled: Ruled, account: Account
) -> None:
    account.replies[environments("d1")] = [GONE]
    assert matches(ruled) == {"d2/dev/1", "d2/prod/1"}


@pytest.mark.parametrize(
    ("path", "reply", "call"),
    [
        (APPS, page("apps", {"appId": "d1", "name": "d1"}, token="a"), "ListApps"),
        (
            environments("d1"),
            page("backendEnvironments", {"environmentName": "dev"}, token="a"),
            "ListBackendEnvironments d1",
        ),
        (
            jobs("d1", "dev"),
            page("jobs", job("1", app="d1", environment="dev"), token="a"),
            "ListBackendJobs d1/dev",
        ),
    ],
)
def test_a_page_token_that_repeats_is_an_error_in_one_line(
    ruled: Ruled, account: Account, service: ScriptedServer, path: str, reply: Reply, call: str
) -> None:
    account.replies[path] = [reply]
    problem = problem_of(ruled(stuck=RULE).up)
    assert (problem.resource, problem.property) == ("stuck", "apps")
    told = f"stuck: {call}: the list does not end: its pages repeat"
    assert problem.message == told
    asked = [urlsplit(request.path).path for request in service.requests]
    assert asked.count(path) == 2


def test_an_answer_about_another_environment_is_an_error(ruled: Ruled, account: Account) -> None:
    account.replies[jobs("d1", "dev")] = [page("jobs", job("1", app="d9", environment="dev"))]
    problem = problem_of(ruled(stuck=RULE).preview)
    assert "stuck: ListBackendJobs d1/dev: " in problem.message
