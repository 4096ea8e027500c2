"""Commands over targets: which are meant, whose calls are made, and what a sick one costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_amplify_jobs.domain.targets import shard_of
from pulumi_amplify_jobs.emulator import Emulator
from tests.samples import APP, ENVIRONMENT, job

from .conftest import Project
from .test_rules import RULE

SHOP, PAY, BACK = "111122223333", "444455556666", "777788889999"
EU, US = "eu-west-1", "us-east-1"
PLACES = {"shop-eu": (SHOP, EU), "shop-us": (SHOP, US), "pay-eu": (PAY, EU), "back-eu": (BACK, EU)}
APPS = [{"appId": APP, "name": "shop", "environments": [ENVIRONMENT]}]
JOBS = {f"of-{name}": {"target": name, "jobId": "1", "status": "FAILED"} for name in (*PLACES, "")}
del JOBS["of-"]
Place = tuple[str | None, str | None]


def role_in(account: str) -> list[dict[str, str]]:
    return [{"roleArn": f"arn:aws:iam::{account}:role/amplify-jobs"}]


def targets(**changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the targets of the stack; `changed` are further keys, by name with `_` for `-`."""
    found: dict[str, dict[str, Any]] = {
        name: {"region": region, "accountId": account, "assumeRoles": role_in(account)}
        for name, (account, region) in PLACES.items()
    }
    for name in ("shop-eu", "shop-us"):
        found[name]["tags"] = {"team": "web"}
    for name, more in changed.items():
        found[name.replace("_", "-")] |= more
    return found


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """Three accounts, one of them in two regions: in each an app with two jobs that run."""
    accounts: dict[str, dict[str, Any]] = {}
    for account, region in PLACES.values():
        jobs = [job("1"), job("2")]
        accounts.setdefault(account, {})[region] = {"apps": APPS, "jobs": jobs}
    with Emulator(seed={"accounts": accounts}) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        yield emulator


@pytest.fixture
def fleet(project: Project, world: Emulator) -> Project:
    """A stack with a job in each of its targets, and a rule in all."""
    declare(project, world)
    return project


def declare(project: Project, world: Emulator, **changed: dict[str, Any]) -> None:
    project.declare(
        JOBS,
        endpoint=world.url,
        maxRetries=0,
        targets=targets(**changed),
        rules={"stuck": {**RULE, "targets": ["*"]}},
    )


def places(world: Emulator, operation: str | None = None) -> set[Place]:
    """Return the account and region of every call to the service, none of STS's among them."""
    return {
        (each.account_id, each.region)
        for each in world.requests(operation)
        if each.operation not in ("AssumeRole", "GetCallerIdentity")
    }


def of(*names: str) -> set[Place]:
    return {PLACES[name] for name in names}


class TestShowing:
    """`amplify-jobs targets`."""

    def test_a_table_without_any_call(self, fleet: Project, world: Emulator) -> None:
        result = fleet.invoke("targets")
        assert (result.exit_code, result.output) == (
            0,
            "Stack dev\n"
            "\n"
            "Target   Account and region               Tags      Jobs  Rules\n"
            f"shop-eu  account {SHOP}, eu-west-1  team=web  1     1\n"
            f"shop-us  account {SHOP}, us-east-1  team=web  1     1\n"
            f"pay-eu   account {PAY}, eu-west-1  -         1     1\n"
            f"back-eu  account {BACK}, eu-west-1  -         1     1\n"
            "\n"
            "4 targets.\n",
        )
        assert world.requests() == []

    def test_shards_in_the_table(self, fleet: Project) -> None:
        lines = fleet.invoke("targets", "--shards", "3").stdout.splitlines()
        shown = {line.split()[0]: line.split()[-1] for line in lines[3:7]}
        assert shown == {name: f"{shard_of(name, 3)}/3" for name in PLACES}
        assert lines[-1] == f"4 targets in {len(set(shown.values()))} of 3 shards."

    def test_json_is_a_matrix_of_targets(self, fleet: Project) -> None:
        result = fleet.invoke("targets", "--json", "--target", "shop-*")
        assert json.loads(result.stdout) == {
            "include": [
                {
                    "target": name,
                    "accountId": PLACES[name][0],
                    "region": PLACES[name][1],
                    "tags": {"team": "web"},
                    "jobs": 1,
                    "rules": 1,
                }
                for name in ("shop-eu", "shop-us")
            ]
        }

    @pytest.mark.parametrize("shards", [1, 2, 16])
    def test_json_with_shards_is_a_matrix_that_has_each_target_once(
        self, fleet: Project, shards: int
    ) -> None:
        document = json.loads(fleet.invoke("targets", "--json", "--shards", str(shards)).stdout)
        assert list(document) == ["include"]
        entries = document["include"]
        assert sorted(name for each in entries for name in each["targets"]) == sorted(PLACES)
        for entry in entries:
            assert list(entry) == ["shard", "targets", "jobs", "rules"]
            assert entry["targets"]
            assert entry["jobs"] == entry["rules"] == len(entry["targets"])
            for name in entry["targets"]:
                assert entry["shard"] == f"{shard_of(name, shards)}/{shards}"

    def test_what_has_no_target_belongs_to_a_shard_too(self, project: Project) -> None:
        project.declare({"a": {"jobId": "1", "status": "FAILED"}})
        [entry] = json.loads(project.invoke("targets", "--json", "--shards", "4").stdout)["include"]
        assert entry == {"shard": f"{shard_of('', 4)}/4", "targets": [], "jobs": 1, "rules": 0}
        [entry] = json.loads(project.invoke("targets", "--json").stdout)["include"]
        assert (entry["target"], entry["region"], entry["jobs"]) == (None, EU, 1)


def test_a_matrix_that_is_too_large_for_github_is_warned_of(project: Project) -> None:
    many = {f"t{n}": {"region": EU, "accountId": f"{n:012}"} for n in range(257)}
    jobs = {name: {"target": name, "jobId": "1", "status": "FAILED"} for name in many}
    project.declare(jobs, targets=many)
    warning = "warning: GitHub Actions allows 256 jobs in a matrix: use --shards with a smaller"
    assert project.invoke("targets", "--json").stderr.startswith(warning)
    assert project.invoke("targets", "--json", "--shards", "9").stderr == ""


READING = [["plan"], ["list"], ["discover", "-s", "dev"], ["watch", "--timeout", "1s"]]
CHOOSING = [
    (["--target", "shop-us"], ["shop-us"]),
    (["--target", "shop-us", "--target", "p*"], ["shop-us", "pay-eu"]),
    (["--target-tag", "team=web"], ["shop-eu", "shop-us"]),
    (["--target", "*-eu", "--target-tag", "team=web"], ["shop-eu"]),
]


class TestChoosing:
    """`--target`, `--target-tag` and `--shard`: no call is made in any other target."""

    @pytest.mark.parametrize("command", READING, ids=lambda each: each[0])
    @pytest.mark.parametrize(("options", "chosen"), CHOOSING)
    def test_only_these_are_asked(
        self,
        fleet: Project,
        world: Emulator,
        command: list[str],
        options: list[str],
        chosen: list[str],
    ) -> None:
        result = fleet.invoke(*command, *options)
        assert result.exit_code in (0, 2), result.output
        assert places(world) == of(*chosen)

    def test_only_these_are_written(self, fleet: Project, world: Emulator) -> None:
        result = fleet.invoke("apply", "--yes", "--target", "*-us", "--target", "pay-eu")
        assert result.exit_code == 0, result.output
        written = [(each.account_id, each.region) for each in world.requests("UpdateBackendJob")]
        assert sorted(written) == sorted([*of("shop-us", "pay-eu")] * 2)
        assert places(world) == of("shop-us", "pay-eu")

    @pytest.mark.parametrize("command", [*READING[:3], ["apply", "--yes"]], ids=lambda c: c[0])
    def test_shards_share_the_targets(
        self, fleet: Project, world: Emulator, command: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Place] = []
        for number in (1, 2, 3):
            if number == 3:
                monkeypatch.setenv("AMPLIFY_JOBS_SHARD", "3/3")
            option = [] if number == 3 else ["--shard", f"{number}/3"]
            result = fleet.invoke(*command, *option)
            assert result.exit_code in (0, 2), result.output
            asked += places(world)
            share = [name for name in PLACES if shard_of(name, 3) == number]
            assert places(world) == of(*share)
            world.clear_requests()
        assert sorted(asked) == sorted(PLACES.values())

    def test_a_shard_without_targets_has_nothing_to_do(
        self, fleet: Project, world: Emulator
    ) -> None:
        total = next(n for n in range(5, 99) if all(shard_of(name, n) > 1 for name in PLACES))
        result = fleet.invoke("plan", "--shard", f"1/{total}")
        assert result.exit_code == 0
        assert f"note: shard 1/{total} has no targets" in result.stderr
        assert world.requests() == []

    @pytest.mark.parametrize("command", [*READING, ["apply", "--yes"]], ids=lambda each: each[0])
    def test_an_unknown_target_is_an_error_before_any_call(
        self, fleet: Project, world: Emulator, command: list[str]
    ) -> None:
        result = fleet.invoke(*command, "--target", "shopeu")
        line = "error: --target shopeu matches no target: did you mean shop-eu?\n"
        assert (result.exit_code, result.output) == (1, line)
        assert world.requests() == []

    @pytest.mark.parametrize("command", ["list", "watch"])
    def test_an_environment_that_nothing_declares_is_looked_at_in_the_target_that_is_named(
        self, fleet: Project, world: Emulator, command: str
    ) -> None:
        result = fleet.invoke(command, f"{APP}/dev", "-s", "dev", "--target", "pay-eu")
        assert result.exit_code == 0, result.output
        assert places(world) == of("pay-eu")


class TestTables:
    """A column for the target, once there is more than one."""

    @pytest.mark.parametrize("command", ["plan", "list"])
    def test_there_is_a_column_of_several_targets_only(self, fleet: Project, command: str) -> None:
        several = fleet.invoke(command).stdout
        one = fleet.invoke(command, "--target", "pay-eu").stdout
        [head] = [line for line in several.splitlines() if "Operation" in line]
        assert "Target" in head
        assert "Target " not in one
        assert "pay-eu" in one

    def test_where_it_is_looked_is_shown(self, fleet: Project) -> None:
        lines = fleet.invoke("plan").stdout.splitlines()
        assert lines[0] == "Stack dev: 4 jobs declared, 4 rules in 4 targets"
        assert lines[1:5] == [
            f"  {name}: account {account}, {region}" for name, (account, region) in PLACES.items()
        ]

    @pytest.mark.parametrize("command", READING[:3], ids=lambda each: each[0])
    def test_json_has_the_target_of_each_job(self, fleet: Project, command: list[str]) -> None:
        document = json.loads(fleet.invoke(*command, "--json").stdout)
        assert document["version"] == 2
        assert {each["target"] for each in document["jobs"]} == set(PLACES)


WRONG = {"pay_eu": {"assumeRoles": role_in(BACK)}}
WRONG_LINE = (
    f"the credentials of target pay-eu belong to AWS account {BACK} (arn:aws:sts::{BACK}:"
    "assumed-role/amplify-jobs/pulumi-amplify-jobs), but the target's accountId is "
    f"{PAY}; sign in to that account"
)
SICK = {
    "wrong account": (WRONG, WRONG_LINE),
    "refused role": (
        {"pay_eu": {"assumeRoles": role_in("0" * 12)}},
        "allow the IAM action sts:AssumeRole",
    ),
    "unreachable": ({"pay_eu": {"endpoint": "http://127.0.0.1:1"}}, "127.0.0.1:1"),
}
WELL = of("shop-eu", "shop-us", "back-eu")


@pytest.mark.parametrize(("changed", "line"), SICK.values(), ids=SICK)
class TestOfASickTarget:
    """It fails by itself, in one line; the others are settled."""

    def test_plan(
        self, project: Project, world: Emulator, changed: dict[str, Any], line: str
    ) -> None:
        declare(project, world, **changed)
        result = project.invoke("plan")
        assert result.exit_code == 1
        assert result.output.count(line) == 1
        assert "pay-eu: 1 job and 1 rule: " in result.stdout
        assert result.stdout.endswith(
            "Plan: 6 to update, 0 as declared, 1 error. Failed: pay-eu.\n"
        )
        assert places(world) == WELL

    def test_plan_as_json(
        self, project: Project, world: Emulator, changed: dict[str, Any], line: str
    ) -> None:
        declare(project, world, **changed)
        result = project.invoke("plan", "--json")
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
        assert line in result.stderr
        bad = [each for each in json.loads(result.stdout)["jobs"] if each["action"] == "error"]
        assert [each["target"] for each in bad] == ["pay-eu"]

    def test_apply(
        self, project: Project, world: Emulator, changed: dict[str, Any], line: str
    ) -> None:
        declare(project, world, **changed)
        result = project.invoke("apply", "--yes")
        assert result.exit_code == 1
        assert result.output.count(line) == 1
        assert "Applied: 6 updated; 1 failed. Failed: pay-eu.\n" in result.stdout
        assert places(world) == WELL
        written = [(each.account_id, each.region) for each in world.requests("UpdateBackendJob")]
        assert sorted(written) == sorted([*WELL] * 2)
        assert project.invoke("apply", "--yes").exit_code == 1
        assert len(world.requests("UpdateBackendJob")) == 6

    def test_list(
        self, project: Project, world: Emulator, changed: dict[str, Any], line: str
    ) -> None:
        declare(project, world, **changed)
        result = project.invoke("list")
        assert result.exit_code == 1
        assert result.output.count(line) == 1
        assert len(result.stderr.splitlines()) == 1
        assert result.stdout.endswith("6 RUNNING. Failed: pay-eu.\n")
        assert places(world) == WELL

    def test_discover(
        self, project: Project, world: Emulator, changed: dict[str, Any], line: str
    ) -> None:
        declare(project, world, **changed)
        result = project.invoke("discover", "-s", "dev")
        assert result.exit_code == 1
        assert result.stderr.startswith("error: ")
        assert len(result.stderr.splitlines()) == 1
        assert line in result.stderr
        assert "# Missing, because it could not be read: pay-eu: " in result.stdout
        assert result.stdout.count("jobId:") == 6
        assert places(world) == WELL

    def test_watch(
        self, project: Project, world: Emulator, changed: dict[str, Any], line: str
    ) -> None:
        declare(project, world, **changed)
        result = project.invoke("watch", "--timeout", "1s", "--interval", "1s")
        assert result.exit_code == 1
        assert line in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert places(world) == WELL


def test_a_target_with_rules_alone_is_named_by_the_summary_too(
    project: Project, world: Emulator
) -> None:
    rules = {"stuck": {**RULE, "targets": ["*-eu"]}}
    project.declare({}, endpoint=world.url, maxRetries=0, targets=targets(**WRONG), rules=rules)
    result = project.invoke("apply", "--yes")
    assert result.exit_code == 1
    assert "Plan: 4 to update, 0 as declared. Failed: pay-eu.\n" in result.stdout
    assert "Applied: 4 updated. Failed: pay-eu.\n" in result.stdout
    assert result.output.count(WRONG_LINE) == 1


def test_a_throttled_target_is_asked_again_until_it_answers(
    project: Project, world: Emulator
) -> None:
    world.fault("429", 0.5, account_id=PAY)
    project.declare(JOBS, endpoint=world.url, targets=targets())
    assert project.invoke("apply", "--yes").exit_code == 0
    written = [(each.account_id, each.region) for each in world.requests("UpdateBackendJob")]
    assert set(written) == set(PLACES.values())


def test_in_a_wrong_account_nothing_is_asked_but_whose_it_is(
    project: Project, world: Emulator
) -> None:
    declare(project, world, **WRONG)
    project.invoke("apply", "--yes", "--target", "pay-eu")
    calls = {(each.operation, each.account_id) for each in world.requests()}
    assert {name for name, account in calls if account == BACK} == {"GetCallerIdentity"}
    assert {name for name, _ in calls} == {"AssumeRole", "GetCallerIdentity"}


def test_a_region_without_backend_jobs_is_refused_before_any_call(
    project: Project, world: Emulator
) -> None:
    declare(project, world, shop_us={"region": "mars-1"})
    result = project.invoke("plan")
    assert result.exit_code == 1
    assert "target shop-us: region mars-1 has no backend jobs" in result.stderr
    assert world.requests() == []
