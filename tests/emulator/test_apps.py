"""Apps and their backend environments, as boto3's own client for AWS Amplify sees them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from mypy_boto3_amplify import AmplifyClient
from mypy_boto3_amplify.type_defs import ListBackendEnvironmentsRequestTypeDef
from mypy_boto3_amplifybackend import AmplifyBackendClient

from pulumi_amplify_jobs.emulator import App, Emulator, EmulatorError, load_seed, parse_apps

from .conftest import DEV, NOW, SETTINGS, job

WHEN = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)


@pytest.fixture(scope="module")
def running_apps(running_emulator: Emulator) -> AmplifyClient:
    return boto3.client("amplify", endpoint_url=running_emulator.url, **SETTINGS)


@pytest.fixture
def apps(emulator: Emulator, running_apps: AmplifyClient) -> AmplifyClient:
    return running_apps


def app(app_id: str = "app", **fields: Any) -> dict[str, Any]:
    return {"appId": app_id, **fields}


def environments(apps: AmplifyClient, app_id: str = "app", **query: Any) -> list[str]:
    answer = apps.list_backend_environments(appId=app_id, **query)
    return [each["environmentName"] for each in answer["backendEnvironments"]]


def all_apps(apps: AmplifyClient) -> list[list[str]]:
    pages = apps.get_paginator("list_apps").paginate()
    return [[each["appId"] for each in page["apps"]] for page in pages]


def test_an_app_has_all_that_the_model_requires(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed({"apps": [app("d1", name="shop ☃", tags={"team": "web"})]})
    [found] = apps.list_apps()["apps"]
    required = apps.meta.service_model.shape_for("App").required_members
    assert set(required) <= set(found)
    assert (found["appId"], found["name"], found["tags"]) == ("d1", "shop ☃", {"team": "web"})
    assert found["appArn"].endswith(":apps/d1")
    assert (found["createTime"], found["updateTime"]) == (WHEN, WHEN)


def test_an_environment_has_all_that_the_model_requires(
    apps: AmplifyClient, emulator: Emulator
) -> None:
    emulator.seed({"apps": [app("d1", environments=["dev"])]})
    [found] = apps.list_backend_environments(appId="d1")["backendEnvironments"]
    shape = apps.meta.service_model.shape_for("BackendEnvironment")
    assert set(shape.required_members) <= set(found)
    assert found["environmentName"] == "dev"
    assert found["backendEnvironmentArn"].endswith(":apps/d1/backendenvironments/dev")
    assert found["createTime"] == WHEN


def test_what_jobs_name_is_there_anyhow(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2"), {**job(), "backendEnvironmentName": "prod"}])
    [found] = apps.list_apps()["apps"]
    assert (found["appId"], found["name"], found["tags"]) == ("app", "app", {})
    assert environments(apps) == ["dev", "prod"]


def test_seeding_an_app_again_renames_it_and_adds_environments(
    apps: AmplifyClient, emulator: Emulator
) -> None:
    emulator.seed({"apps": [app(name="shop", environments=["dev"])], "jobs": [job()]})
    emulator.advance("1h")
    emulator.seed({"apps": [app(tags={"a": "b"}, environments=["prod", "dev"])]})
    [found] = apps.list_apps()["apps"]
    assert (found["name"], found["tags"]) == ("app", {"a": "b"})
    assert found["updateTime"] - found["createTime"] == datetime.timedelta(hours=1)
    assert environments(apps) == ["dev", "prod"]
    assert len(emulator.jobs()) == 1


def test_500_apps_page_by_page(apps: AmplifyClient, emulator: Emulator) -> None:
    names = [f"d{number}" for number in range(500)]
    emulator.seed({"apps": [app(name) for name in reversed(names)]})
    found = all_apps(apps)
    assert [len(page) for page in found] == [100] * 5
    assert [name for page in found for name in page] == list(reversed(names))


def test_environments_page_by_page(apps: AmplifyClient, emulator: Emulator) -> None:
    names = [f"e{number}" for number in range(60)]
    emulator.seed({"apps": [app(environments=names), app("other", environments=["x"])]})
    first = apps.list_backend_environments(appId="app")
    assert len(first["backendEnvironments"]) == 50
    token = first["nextToken"]
    rest = apps.list_backend_environments(appId="app", nextToken=token, maxResults=50)
    assert "nextToken" not in rest
    found = first["backendEnvironments"] + rest["backendEnvironments"]
    assert [each["environmentName"] for each in found] == names


@pytest.mark.parametrize(("size", "found"), [(0, 10), (1, 1), (9, 9), (10, 10), (50, 10)])
def test_a_page_has_so_many_and_0_is_as_many_as_possible(
    apps: AmplifyClient, emulator: Emulator, size: int, found: int
) -> None:
    emulator.seed({"apps": [app(environments=[str(number) for number in range(10)])]})
    answer = apps.list_backend_environments(appId="app", maxResults=size)
    assert len(answer["backendEnvironments"]) == found
    assert ("nextToken" in answer) is (found < 10)


@pytest.mark.parametrize("name", ["a/b", "ü ☃", "a b?c=d&e", "%2F", "+", "#&=;"])
def test_a_listing_by_name_has_that_environment_only(
    apps: AmplifyClient, emulator: Emulator, name: str
) -> None:
    emulator.seed({"apps": [app(name, environments=["x", name, "y"])]})
    assert environments(apps, name, environmentName=name) == [name]
    assert environments(apps, name, environmentName="none") == []


def test_an_app_without_environments_has_none(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed({"apps": [app()]})
    assert environments(apps) == []


def test_an_app_that_is_not_there_is_not_found(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed([job()])
    with pytest.raises(apps.exceptions.NotFoundException) as caught:
        apps.list_backend_environments(appId="other")
    assert caught.value.response["Error"]["Message"] == "App other does not exist"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("maxResults=101", "maxResults is 101: it must be from 0 to 100"),
        ("maxResults=-1", "maxResults is -1: it must be from 0 to 100"),
        ("maxResults=", "maxResults is not of type integer"),
        ("maxResults=1e1", "maxResults is not of type integer"),
        ("maxResults=" + "9" * 5000, "maxResults is not of type integer"),
        ("nextToken=none", "nextToken is not valid for this request"),
        ("nextToken=", "nextToken is not valid for this request"),
        ("nextToken=" + "a" * 2001, "nextToken has 2001 characters: it must be at most 2000"),
        ("nextToken=%ff", "the query is not UTF-8"),
    ],
)
def test_a_query_that_does_not_fit_is_a_bad_request(
    emulator: Emulator, query: str, message: str
) -> None:
    answer = httpx.get(f"{emulator.url}/apps?{query}")
    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] == "BadRequestException"
    assert answer.json() == {"message": message}


def test_a_token_is_good_for_its_own_listing_only(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed({"apps": [app(environments=["a", "b"]), app("other", environments=["a", "b"])]})
    of_apps = apps.list_apps(maxResults=1)["nextToken"]
    assert apps.list_apps(nextToken=of_apps)["apps"][0]["appId"] == "other"
    token = apps.list_backend_environments(appId="app", maxResults=1)["nextToken"]
    assert environments(apps, nextToken=token) == ["b"]
    wrong_ones: tuple[ListBackendEnvironmentsRequestTypeDef, ...] = (
        {"appId": "other", "nextToken": token},
        {"appId": "app", "nextToken": of_apps},
        {"appId": "app", "nextToken": token, "environmentName": "b"},
    )
    for wrong in wrong_ones:
        with pytest.raises(apps.exceptions.BadRequestException, match="nextToken is not valid"):
            apps.list_backend_environments(**wrong)


def test_an_environment_that_vanished_is_as_if_it_had_never_been(
    apps: AmplifyClient, client: AmplifyBackendClient, emulator: Emulator
) -> None:
    emulator.seed([job("1", then={"after": "1s", "status": "X"}), job("2")])
    emulator.seed([{**job("3"), "backendEnvironmentName": "prod"}])
    emulator.set_job("app", "dev", "2", status="FAILED")
    emulator.remove_environment("app", "dev")
    assert environments(apps) == ["prod"]
    assert environments(apps, environmentName="dev") == []
    assert client.list_backend_jobs(**DEV)["Jobs"] == []
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_backend_job(**DEV, JobId="2")
    assert [each.job_id for each in emulator.jobs()] == ["3"]
    emulator.advance("1h")
    emulator.seed([job("2", status="RUNNING")])
    emulator.fault("stale")
    assert client.get_backend_job(**DEV, JobId="2")["Status"] == "RUNNING"
    with pytest.raises(KeyError, match="app/none"):
        emulator.remove_environment("app", "none")


def test_an_app_that_vanished_takes_all_with_it(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed({"apps": [app("other")], "jobs": [job()]})
    emulator.remove_app("app")
    assert (all_apps(apps), emulator.jobs()) == ([["other"]], [])
    with pytest.raises(apps.exceptions.NotFoundException):
        environments(apps)
    with pytest.raises(KeyError, match="app"):
        emulator.remove_app("app")


def test_a_job_that_vanished_leaves_its_environment(
    apps: AmplifyClient, emulator: Emulator
) -> None:
    emulator.seed([job()])
    emulator.remove_job("app", "dev", "j")
    assert environments(apps) == ["dev"]


def test_faults_strike_apps_too(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed([job()])
    emulator.fault("429", operation="ListApps", times=1)
    assert environments(apps) == ["dev"]
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        apps.list_apps()
    emulator.fault("denied", times=2)
    with pytest.raises(ClientError, match=r"perform: amplify:ListApps on .*:amplify:.*:apps/\*$"):
        apps.list_apps()
    denied = r"perform: amplify:ListBackendEnvironments on resource: arn:aws:amplify:.*:apps/app$"
    with pytest.raises(ClientError, match=denied):
        environments(apps)
    emulator.fault("stale")
    assert (all_apps(apps), environments(apps)) == ([["app"]], ["dev"])


def test_foreign_answers_belie_their_arns(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed([job()])
    emulator.fault("foreign")
    [found] = apps.list_apps()["apps"]
    assert (found["appId"], found["appArn"].rpartition("/")[2]) == ("app-foreign", "app")
    [environment] = apps.list_backend_environments(appId="app")["backendEnvironments"]
    assert environment["backendEnvironmentArn"].endswith(
        ":apps/app-foreign/backendenvironments/dev"
    )


def test_another_operation_of_amplify_is_not_emulated(
    apps: AmplifyClient, emulator: Emulator
) -> None:
    with pytest.raises(ClientError, match=r"does not know GetApp: .*ListBackendEnvironments only"):
        apps.get_app(appId="d1")


def test_the_record_names_the_app(apps: AmplifyClient, emulator: Emulator) -> None:
    emulator.seed([job()])
    environments(apps, environmentName="dev")
    [entry] = emulator.requests("ListBackendEnvironments")
    assert (entry.app_id, entry.job_id) == ("app", None)
    assert entry.path == "/apps/app/backendenvironments"


def test_admin_seeds_and_shows_apps(emulator: Emulator) -> None:
    shown = app("d1", name="shop", tags={"team": "web"}, environments=["prod", "dev"])
    seed = {"apps": [shown], "jobs": [job()]}
    assert httpx.post(f"{emulator.url}/_admin/seed", json=seed).json() == {"seeded": 2}
    implicit = app("app", name="app", tags={}, environments=["dev"])
    assert httpx.get(f"{emulator.url}/_admin/apps").json() == {"apps": [shown, implicit]}
    assert [each.wire() for each in emulator.apps()] == [shown, implicit]
    httpx.post(f"{emulator.url}/_admin/reset")
    assert (emulator.apps(), emulator.jobs()) == ([], [])


def test_a_file_has_apps_beside_jobs(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("apps:\n- {appId: d1, environments: [dev]}\n- {appId: d2, name: shop}\n")
    seed = load_seed(path)
    assert (seed.jobs, [each.app_id for each in seed.apps]) == ((), ["d1", "d2"])
    with Emulator(seed=path) as emulator:
        assert [each.name for each in emulator.apps()] == ["d1", "shop"]
        assert emulator.apps() == [App.model_validate(each.wire()) for each in seed.apps]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("apps: [{}]", ":1: apps[0]: appId is missing"),
        ("apps:\n- appId: a\n  name: 5", ":3: apps[0]: name 5 is a number: quote it"),
        ("apps: [{appId: a, nmae: b}]", ":1: apps[0]: unknown field nmae: did you mean name?"),
        ("apps: [{appId: a}, {appId: a}]", ":1: apps[1]: the same app as apps[0]"),
        (
            "apps: [{appId: a, environments: dev}]",
            ":1: apps[0]: environments is text: a list is expected",
        ),
        (
            "apps: [{appId: a, environments: [1]}]",
            ":1: apps[0]: environments.0 1 is a number: quote it",
        ),
        (
            "apps: [{appId: a, environments: [x, y, x]}]",
            ":1: apps[0]: environments names x twice",
        ),
        ("apps: [{appId: a, tags: [x]}]", ":1: apps[0]: tags is a list: a mapping is expected"),
        (
            "apps: [{appId: a, tags: {x: 1}}]",
            ":1: apps[0]: tags.x 1 is a number: quote it",
        ),
        ("apps: {}", ":1: apps is a mapping: a list is expected"),
        ("apps: [x]", ": apps[0]: text, where a mapping is expected"),
        ("app: []", ":1: unknown field app: did you mean apps?"),
    ],
)
def test_apps_that_are_wrong_are_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(text)
    with pytest.raises(EmulatorError) as caught:
        load_seed(path)
    assert str(caught.value) == f"{path}{message}"


def test_a_wrong_app_adds_nothing(emulator: Emulator) -> None:
    with pytest.raises(EmulatorError, match=r"^seed: apps\[1\]: appId is missing$"):
        emulator.seed({"jobs": [job()], "apps": [app("d1"), {}]})
    assert (emulator.apps(), emulator.jobs()) == ([], [])
    with pytest.raises(EmulatorError, match=r"^seed: apps\[0\]: "):
        parse_apps(emulator.jobs() or [None])
