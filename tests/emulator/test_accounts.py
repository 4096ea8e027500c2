"""Several accounts and regions: what each sees, what strikes it, and what the log says of it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from pulumi_amplify_jobs.emulator import Emulator, EmulatorError, apps, load_seed

from .clients import Keys, role
from .conftest import DEV, job

A, B, DEFAULT = "111122223333", "444455556666", "123456789012"
EU, US = "eu-west-1", "us-east-1"
SEED: dict[str, Any] = {
    "jobs": [job(status="DEFAULT")],
    "accounts": {
        A: {
            EU: {"jobs": [job(status="A-EU")], "apps": [{"appId": "shop"}]},
            US: {"jobs": [job(status="A-US"), job("k")]},
        },
        B: {EU: {"jobs": [job(status="B-EU")]}},
    },
    "keys": {"AKIDOFA": A},
}


@pytest.fixture
def accounts() -> Any:
    with Emulator(seed=SEED, fault_seed=7) as emulator:
        yield emulator


def status(keys: Keys, region: str = EU) -> str | None:
    return keys.jobs(region).get_backend_job(**DEV, JobId="j").get("Status")


def names(keys: Keys, region: str) -> list[str]:
    return [each["appId"] for each in keys.apps(region).list_apps()["apps"]]


def test_each_region_of_each_account_has_its_own_jobs(accounts: Emulator) -> None:
    hub = Keys(accounts.url)
    a, b = hub.assume(role(A)), hub.assume(role(B))
    assert (status(a, EU), status(a, US), status(b, EU)) == ("A-EU", "A-US", "B-EU")
    assert status(Keys(accounts.url, "AKIDOFA"), US) == "A-US"
    with pytest.raises(ClientError, match="NotFoundException"):
        status(b, US)
    assert (names(a, EU), names(a, US), names(b, US)) == (["shop", "app"], ["app"], [])
    a.jobs(US).update_backend_job(**DEV, JobId="j", Status="FAILED")
    assert (status(a, EU), status(a, US), status(b, EU)) == ("A-EU", "FAILED", "B-EU")
    assert [each.get("JobId") for each in a.jobs(US).list_backend_jobs(**DEV)["Jobs"]] == ["j", "k"]


def test_the_default_account_is_the_same_in_all_regions(accounts: Emulator) -> None:
    hub = Keys(accounts.url)
    assert [status(hub, region) for region in (EU, US, "ap-south-1")] == ["DEFAULT"] * 3
    assert httpx.get(f"{accounts.url}/backend/app/job/dev/j").json()["status"] == "DEFAULT"
    assert [each.status for each in accounts.jobs()] == ["DEFAULT"]


def test_the_default_account_has_regions_where_it_is_declared() -> None:
    seed = {"accounts": {DEFAULT: {EU: {"jobs": [job(status="EU")]}}}}
    with Emulator(seed=seed) as emulator:
        assert status(Keys(emulator.url), EU) == "EU"
        assert names(Keys(emulator.url), US) == []
        assert emulator.at(DEFAULT, EU).job("app", "dev", "j").status == "EU"


def test_names_are_those_of_the_account_and_the_region(accounts: Emulator) -> None:
    a = Keys(accounts.url).assume(role(A))
    [app] = a.apps(US).list_apps()["apps"]
    assert app["appArn"] == f"arn:aws:amplify:{US}:{A}:apps/app"
    [found] = a.apps(US).list_backend_environments(appId="app")["backendEnvironments"]
    arn = f"arn:aws:amplify:{US}:{A}:apps/app/backendenvironments/dev"
    assert found["backendEnvironmentArn"] == arn


def test_a_test_reaches_into_a_region_of_an_account(accounts: Emulator) -> None:
    us = accounts.at(A, US)
    assert us.set_job("app", "dev", "j", status="SEEN").status == "SEEN"
    assert accounts.at(A, EU).job("app", "dev", "j").status == "A-EU"
    us.remove_job("app", "dev", "k")
    accounts.at(A, EU).remove_app("shop")
    accounts.at(B, EU).remove_environment("app", "dev")
    assert [each.job_id for each in us.jobs()] == ["j"]
    assert [each.app_id for each in accounts.at(A, EU).apps()] == ["app"]
    assert accounts.at(B, EU).jobs() == []
    assert accounts.at(A, "ap-south-1").apps() == []
    with pytest.raises(KeyError, match="999999999999"):
        accounts.at("999999999999", EU)


def test_what_is_to_come_comes_everywhere(accounts: Emulator) -> None:
    then = {"after": "1h", "status": "COMPLETED"}
    accounts.seed({"accounts": {B: {US: {"jobs": [job(status="RUNNING", then=then)]}}}})
    accounts.advance("1h")
    assert accounts.at(B, US).job("app", "dev", "j").status == "COMPLETED"
    assert accounts.at(B, EU).job("app", "dev", "j").status == "B-EU"


@pytest.mark.parametrize("updates", ["ignore", "revert"])
def test_what_becomes_of_updates_is_the_same_everywhere(accounts: Emulator, updates: Any) -> None:
    accounts.updates = updates
    a = Keys(accounts.url).assume(role(A))
    a.jobs().update_backend_job(**DEV, JobId="j", Status="FAILED")
    accounts.advance("10s")
    assert status(a) == "A-EU"


def test_a_fault_keeps_to_its_account_and_region(accounts: Emulator) -> None:
    hub = Keys(accounts.url)
    a, b = hub.assume(role(A)), hub.assume(role(B))
    accounts.fault("denied", account_id=A, region=US)
    accounts.fault("504", account_id=B)
    accounts.fault("429", region="ap-south-1")
    assert (status(a, EU), status(hub, US)) == ("A-EU", "DEFAULT")
    with pytest.raises(ClientError) as caught:
        status(a, US)
    assert caught.value.response["Error"]["Message"] == (
        f"User: arn:aws:sts::{A}:assumed-role/amplify-jobs/run is not authorized to perform: "
        f"amplifybackend:GetBackendJob on resource: "
        f"arn:aws:amplifybackend:{US}:{A}:/backend/app/job/dev/j"
    )
    for keys, region, code in (
        (b, EU, "GatewayTimeoutException"),
        (hub, "ap-south-1", "TooManyRequestsException"),
    ):
        with pytest.raises(ClientError, match=code):
            status(keys, region)
    assert [(each.account_id, each.region, each.fault) for each in accounts.requests()[2:]] == [
        (A, EU, None),
        (DEFAULT, US, None),
        (A, US, "denied"),
        (B, EU, "504"),
        (DEFAULT, "ap-south-1", "429"),
    ]


def test_half_of_one_account_s_calls_are_throttled_and_none_of_the_others(
    accounts: Emulator,
) -> None:
    hub = Keys(accounts.url)
    a, b = hub.assume(role(A)).jobs(), hub.assume(role(B)).jobs()
    accounts.fault("throttle", 0.5, account_id=A)
    for _ in range(60):
        with suppress(a.exceptions.TooManyRequestsException):
            a.get_backend_job(**DEV, JobId="j")
        b.get_backend_job(**DEV, JobId="j")
    struck = [each.fault for each in accounts.requests("GetBackendJob") if each.account_id == A]
    assert len(struck) == 60
    assert 15 <= struck.count("429") <= 45


def test_a_region_s_faults_need_no_accounts(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING")])
    emulator.fault("504", region=US)
    assert status(Keys(emulator.url), EU) == "RUNNING"
    with pytest.raises(ClientError, match="GatewayTimeoutException"):
        status(Keys(emulator.url), US)


def test_the_log_says_who_signed_what_and_where(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with Emulator(seed=SEED, log=log) as emulator:
        a = Keys(emulator.url).assume(role(A), "ci-42")
        a.jobs(US).update_backend_job(**DEV, JobId="j", Status="FAILED")
        httpx.get(f"{emulator.url}/backend/app/job/dev/j")
        entries = [each.wire() for each in emulator.requests()]
        over_http = httpx.get(f"{emulator.url}/_admin/requests").json()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    signed = ("operation", "accountId", "region", "accessKeyId", "roleSessionName")
    expected = [
        ("AssumeRole", DEFAULT, US, "AKIDEXAMPLE", None),
        ("UpdateBackendJob", A, US, a.access_key, "ci-42"),
        ("GetBackendJob", DEFAULT, None, None, None),
    ]
    for found in (lines, entries, over_http):
        assert [tuple(each[name] for name in signed) for each in found] == expected
    assert entries[0]["body"]["RoleArn"] == role(A)
    assert a.secret_key not in log.read_text()
    assert a.token not in (None, log.read_text())


def test_the_admin_calls_show_one_region_of_one_account(accounts: Emulator) -> None:
    url = f"{accounts.url}/_admin"
    query = {"accountId": A, "region": US}
    assert len(httpx.get(f"{url}/jobs", params=query).json()["jobs"]) == 2
    assert httpx.get(f"{url}/jobs").json()["jobs"][0]["status"] == "DEFAULT"
    query["region"] = EU
    found = httpx.get(f"{url}/apps", params=query).json()["apps"]
    assert [each["appId"] for each in found] == ["shop", "app"]
    assert httpx.get(f"{url}/health").json()["jobs"] == 5
    fault = {"kind": "429", "rate": 0.5, "accountId": A, "region": EU}
    assert httpx.put(f"{url}/faults", json=[fault]).json() == [fault]
    answer = httpx.put(f"{url}/faults", json=[{**fault, "accountId": "1"}])
    said = "faults[0]: accountId '1': 12 digits are expected"
    assert (answer.status_code, answer.json()) == (400, {"message": said})
    for wrong in ({"accountId": A}, {"region": EU}, {"accountId": "999999999999", "region": EU}):
        answer = httpx.get(f"{url}/jobs", params=wrong)
        said = "query: give accountId, that of a declared account, and region"
        assert (answer.status_code, answer.json()) == (400, {"message": said})


def test_a_reset_leaves_one_account(accounts: Emulator) -> None:
    a = Keys(accounts.url).assume(role(A))
    accounts.reset()
    accounts.seed([job(status="NEW")])
    # What was a session's is now a key like any other.
    assert [status(keys) for keys in (a, Keys(accounts.url, "AKIDOFA"))] == ["NEW", "NEW"]
    assert "accountId" not in accounts.requests()[0].wire()
    with pytest.raises(KeyError, match=A):
        accounts.at(A, EU)


def test_a_database_keeps_accounts_and_sessions(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    seed = dict(SEED, roles=[{"roleArn": role(B), "principals": [A]}])
    with Emulator(seed=seed, database=path) as emulator:
        a = Keys(emulator.url).assume(role(A))
    with Emulator(database=path) as emulator:
        kept = Keys(emulator.url, a.access_key, a.secret_key, a.token)
        key = Keys(emulator.url, "AKIDOFA")
        assert [status(each, US) for each in (kept, key)] == ["A-US", "A-US"]
        assert status(kept.assume(role(B))) == "B-EU"
        with pytest.raises(ClientError, match="AccessDenied"):
            Keys(emulator.url).assume(role(B))


def test_a_seed_adds_to_what_there_is(accounts: Emulator) -> None:
    more = {"accounts": {"777788889999": {EU: {"jobs": [job(status="C")]}}}}
    assert accounts.seed(more) == 1
    hub = Keys(accounts.url)
    assert [status(hub.assume(role(each))) for each in (A, "777788889999")] == ["A-EU", "C"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("accounts: []", ": accounts is a list: a mapping is expected"),
        (
            "accounts:\n  111122223333: {}",
            ":2: accounts: account 111122223333 is a number: quote it",
        ),
        (
            "accounts: {'1111': {}}",
            ":1: accounts: '1111' is not an account ID: 12 digits are expected",
        ),
        (
            "accounts:\n  '111122223333':",
            ":2: accounts.111122223333 is null: a mapping is expected",
        ),
        (
            "accounts:\n  '111122223333':\n    eu_west_1: {}",
            ":3: accounts.111122223333: 'eu_west_1' is not a region, such as eu-west-1",
        ),
        (
            "accounts: {'111122223333': {eu-west-1: []}}",
            ": accounts.111122223333.eu-west-1: a list, where a mapping of jobs and apps is "
            "expected",
        ),
        (
            "accounts: {'111122223333': {eu-west-1: {job: []}}}",
            ":1: accounts.111122223333.eu-west-1: unknown field job: did you mean jobs?",
        ),
        (
            "accounts:\n  '111122223333':\n    eu-west-1:\n      jobs: [{appId: a}]",
            ":4: accounts.111122223333.eu-west-1: jobs[0]: backendEnvironmentName is missing",
        ),
        (
            "accounts: {'111122223333': {eu-west-1: {apps: [{appId: a}, {appId: a}]}}}",
            ":1: accounts.111122223333.eu-west-1: apps[1]: the same app as apps[0]",
        ),
        (
            "accounts: {'444455556666': {}}\nkeys:\n  AKID: '111122223333'",
            ":3: keys.AKID: account 111122223333 is not among accounts: add it",
        ),
        ("keys: {AKID: '123456789012'}", ":1: keys is for accounts: declare them"),
        ("jobs: []\nroles: []", ":2: roles is for accounts: declare them"),
        ("keys: {AKID: 1}", ":1: keys.AKID: account 1 is a number: quote it"),
        ("keys: {7: '123456789012'}", ":1: keys: 7 is a number: an access key ID is expected"),
        (
            "roles: [{roleArn: x}]",
            ":1: roles[0]: 'x' is not the ARN of a role, such as "
            "arn:aws:iam::111122223333:role/NAME",
        ),
        (
            "accounts: {'444455556666': {}}\n"
            "roles: [{roleArn: 'arn:aws:iam::111122223333:role/x'}]",
            ": roles[0]: account 111122223333 is not among accounts: add it",
        ),
        (
            "roles: [{roleArn: 'arn:aws:iam::123456789012:role/x', principals: [me]}]",
            ":1: roles[0]: principals: 'me' is neither an account ID nor an ARN",
        ),
        (
            "roles: [{roleArn: 'arn:aws:iam::123456789012:role/x', principals: ['1', 2]}]",
            ":1: roles[0]: principals.1 2 is a number: quote it",
        ),
        (
            "jobs: []\napps: [{appId: a}]\naccounts: {'123456789012': {}}",
            ":3: accounts: 123456789012 is the account of the jobs and apps at the top: move them "
            "into one of its regions",
        ),
    ],
)
def test_accounts_that_are_wrong_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("seed.yaml").write_text(text)
    with pytest.raises(EmulatorError) as caught:
        load_seed("seed.yaml")
    assert str(caught.value) == f"seed.yaml{message}"


def test_a_listing_of_one_of_4000_regions_reads_none_of_the_others() -> None:
    content = {"apps": [{"appId": f"d{number}"} for number in range(3)]}
    regions = dict.fromkeys((EU, US, "eu-west-2", "us-west-2"), content)
    ids = [f"{10**11 + number}" for number in range(1000)]
    with Emulator(seed={"accounts": dict.fromkeys(ids, regions)}) as emulator:
        keys = Keys(emulator.url).assume(role(ids[700]))
        assert names(keys, US) == ["d0", "d1", "d2"]
        query = "EXPLAIN QUERY PLAN " + apps.PAGE
        plan = emulator._state.store._database.read(query, ("x", 0, 5))
        step = "SEARCH apps USING INDEX app_listing (place=? AND position>?)"
        assert [row["detail"] for row in plan] == [step]
