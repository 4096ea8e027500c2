"""Apps and environments of an account: all of them, each once, and no answer trusted blindly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_amplify_jobs.client.apps import AppsService
from pulumi_amplify_jobs.domain.jobs import App
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import (
    AccessDeniedError,
    MalformedAnswerError,
    RequestRefusedError,
    ServiceError,
)
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.fake_clock import FakeClock
from tests.samples import job

from .conftest import REGION
from .scripted import Reply, Request, serving


def apps_at(url: str, clock: FakeClock | None = None) -> AppsService:
    return connect(Settings(region=REGION, endpoint=url), clock or FakeClock()).apps


@pytest.fixture
def apps(emulator: Emulator, clock: FakeClock) -> AppsService:
    return apps_at(emulator.url, clock)


def test_every_app_is_found_page_by_page(emulator: Emulator, apps: AppsService) -> None:
    wanted = [f"d{number:03}" for number in range(250)]
    seeds = [{"appId": each, "name": f"shop-{each}", "tags": {"team": "web"}} for each in wanted]
    emulator.seed({"apps": seeds})
    found = list(apps.apps())
    assert [app.app_id for app in found] == wanted
    assert found[0] == App("d000", "shop-d000", {"team": "web"})
    assert len(emulator.requests("ListApps")) == 3


def test_apps_are_read_only_as_far_as_they_are_asked_for(
    emulator: Emulator, apps: AppsService
) -> None:
    emulator.seed({"apps": [{"appId": f"d{number}"} for number in range(250)]})
    assert next(apps.apps()).app_id == "d0"
    assert len(emulator.requests("ListApps")) == 1


def test_every_environment_of_an_app(emulator: Emulator, apps: AppsService) -> None:
    names = [f"env{number:03}" for number in range(120)]
    emulator.seed({"apps": [{"appId": "d1", "environments": names}]})
    emulator.seed([job("1", app="d2", environment="prod")])
    assert apps.environments("d1") == tuple(names)
    assert len(emulator.requests("ListBackendEnvironments")) == 3
    assert apps.environments("d2") == ("prod",)


@pytest.mark.parametrize("time", ["1763942400000", 1e300, "soon", {"at": 1}, "9" * 400])
def test_a_time_that_nobody_reads_may_be_any(time: object) -> None:
    app = {"appId": "d1", "name": "shop", "createTime": time}
    with serving(lambda _: Reply(body=json.dumps({"apps": [app]}).encode())) as server:
        assert [each.app_id for each in apps_at(server.url).apps()] == ["d1"]


def test_an_app_that_is_gone_is_no_failure(emulator: Emulator, apps: AppsService) -> None:
    assert apps.environments("d9") is None


def test_throttling_in_the_middle_is_ridden_out(
    emulator: Emulator, apps: AppsService, clock: FakeClock
) -> None:
    emulator.seed({"apps": [{"appId": f"d{number}"} for number in range(150)]})
    found = apps.apps()
    next(found)
    emulator.fault("429", operation="ListApps", times=3)
    began = clock.now()
    assert len(list(found)) == 149
    assert clock.now() > began


def test_throttling_without_end_fails_in_one_line(
    emulator: Emulator, apps: AppsService, clock: FakeClock
) -> None:
    emulator.fault("429", operation="ListApps")
    began = clock.now()
    with pytest.raises(ServiceError, match=r"^ListApps: .*gave up after \d+ attempts in 1\d\d s"):
        list(apps.apps())
    assert 60 < clock.now() - began <= 121


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("ListApps", "amplify:ListApps"),
        ("ListBackendEnvironments", "amplify:ListBackendEnvironments"),
    ],
)
def test_a_refused_permission_names_the_action(
    emulator: Emulator, apps: AppsService, operation: str, action: str
) -> None:
    emulator.seed({"apps": [{"appId": "d1"}]})
    emulator.fault("denied", operation=operation)
    with pytest.raises(AccessDeniedError, match=f"allow the IAM action {action}") as failed:
        list(apps.apps()) if operation == "ListApps" else apps.environments("d1")
    assert "\n" not in str(failed.value)


def app(**fields: Any) -> dict[str, Any]:
    return {"appId": "d1", "name": "shop", "appArn": "arn:aws:amplify:r:1:apps/d1", **fields}


def answering(*bodies: Any) -> Any:
    """Return a script that answers with one body after the other, then with the last."""
    left = list(bodies)

    def script(_request: Request) -> Reply:
        body = left.pop(0) if len(left) > 1 else left[0]
        headers = {"Content-Type": "application/json"}
        return Reply(body=json.dumps(body).encode(), headers=headers)

    return script


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({}, "has no list of apps"),
        ({"apps": ""}, "has no list of apps"),
        ({"apps": [app(appId="")]}, "an app has no appId"),
        ({"apps": [app(name=None)]}, "the app d1 has no name"),
        ({"apps": [app(appArn="arn:aws:amplify:r:1:apps/d2")]}, "is for another app, d2"),
    ],
)
def test_an_answer_that_is_none_is_an_error(answer: dict[str, Any], told: str) -> None:
    with (
        serving(answering(answer)) as server,
        pytest.raises(MalformedAnswerError, match=told) as failed,
    ):
        list(apps_at(server.url).apps())
    assert str(failed.value).startswith("ListApps: ")
    assert len(server.requests) >= 10


def test_environments_of_another_app_are_an_error() -> None:
    arn = "arn:aws:amplify:r:1:apps/d2/backendenvironments/prod"
    entry = {"environmentName": "prod", "backendEnvironmentArn": arn}
    with serving(answering({"backendEnvironments": [entry]})) as server:
        found = apps_at(server.url)
        with pytest.raises(MalformedAnswerError, match="is for another app"):
            found.environments("d1")


def test_a_page_token_that_repeats_is_an_error() -> None:
    pages = ({"apps": [app()], "nextToken": "a"}, {"apps": [app()], "nextToken": "b"})
    with serving(answering(*pages, pages[0])) as server:
        found = apps_at(server.url).apps()
        assert next(found).app_id == "d1"
        with pytest.raises(MalformedAnswerError, match=r"^ListApps: the list does not end"):
            list(found)


def test_an_app_that_goes_between_its_pages_has_no_whole_list() -> None:
    gone = json.dumps({"__type": "NotFoundException", "message": "no such app"}).encode()
    environment = {"environmentName": "prod", "backendEnvironmentArn": ""}
    pages = {
        "/apps": {"apps": [app()], "nextToken": "t"},
        "/apps/d1/backendenvironments": {"backendEnvironments": [environment], "nextToken": "t"},
    }

    def script(request: Request) -> Reply:
        path, _, query = request.path.partition("?")
        if "nextToken" in query:
            return Reply(404, gone)
        return Reply(200, json.dumps(pages[path]).encode())

    with serving(script) as server:
        found = apps_at(server.url)
        with pytest.raises(RequestRefusedError, match=r"^ListApps: .*no such app"):
            list(found.apps())
        with pytest.raises(RequestRefusedError, match=r"^ListBackendEnvironments d1: .*no such"):
            found.environments("d1")


def test_an_app_that_moves_to_the_next_page_is_one_app() -> None:
    other = app(appId="d2", appArn="")
    pages = ({"apps": [app()], "nextToken": "a"}, {"apps": [app(), other]})
    with serving(answering(*pages)) as server:
        assert [each.app_id for each in apps_at(server.url).apps()] == ["d1", "d2"]


@pytest.mark.parametrize("app_id", ["", ".", "..", "a\nb"])
def test_an_app_id_that_no_path_can_hold_is_refused_before_any_call(
    emulator: Emulator, apps: AppsService, app_id: str
) -> None:
    with pytest.raises(RequestRefusedError, match="the app ID"):
        apps.environments(app_id)
    assert emulator.requests() == []


def test_the_environment_has_an_endpoint_for_this_service_alone(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_AMPLIFYBACKEND", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_AMPLIFY", emulator.url)
    emulator.seed({"apps": [{"appId": "d1"}]})
    found = connect(Settings(region=REGION), FakeClock()).apps
    assert [app.app_id for app in found.apps()] == ["d1"]
