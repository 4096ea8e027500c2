"""Targets in stack config and in included files, and what refers to them."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.client.regions import region_problem
from pulumi_amplify_jobs.config.check import Scope, check_project
from pulumi_amplify_jobs.config.stack import in_shard
from pulumi_amplify_jobs.config.targets import read_target_argument
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.targets import TargetSelector
from pulumi_amplify_jobs.errors import ConfigError
from pulumi_amplify_jobs.settings import AssumeRole, Settings

from .conftest import Project

TWO = """
aws:region: eu-central-1
amplify-jobs:maxRetries: 3
amplify-jobs:assumeRoles: [{ roleArn: "arn:aws:iam::999999999999:role/top" }]
amplify-jobs:targets:
  shop-eu:
    region: eu-west-1
    accountId: "111122223333"
    assumeRoles: [{ roleArn: "arn:aws:iam::111122223333:role/amplify-jobs" }]
    tags: { team: web }
  shop-us: { region: us-east-1, profile: shop, tags: { team: web, stage: prod } }
  plain: { region: eu-north-1 }
"""
RULE = """
  {name}:
    apps: ["*"]
    environments: ["*"]
    match: {{ status: RUNNING, olderThan: 6h }}
    set: {{ status: FAILED }}
    limit: 5
    {targets}
"""


def test_a_target_has_its_own_settings_over_those_at_the_top(project: Project) -> None:
    project.stack(TWO)
    eu, us, plain = (each.settings for each in project.read().targets.values())
    assert (eu.target, eu.region, eu.account_id) == ("shop-eu", "eu-west-1", "111122223333")
    assert eu.assume_roles == (AssumeRole("arn:aws:iam::111122223333:role/amplify-jobs"),)
    assert (us.region, us.profile, us.account_id) == ("us-east-1", "shop", None)
    assert (plain.region, plain.max_retries, plain.profile) == ("eu-north-1", 3, None)
    assert us.assume_roles == plain.assume_roles == project.read().settings.assume_roles
    assert [each.account for each in (eu, us)] == ["111122223333", "999999999999"]


def test_a_target_without_a_value_has_all_settings_of_those_at_the_top(project: Project) -> None:
    project.stack("aws:region: eu-north-1\namplify-jobs:targets:\n  plain:\n")
    config = project.read()
    plain = config.targets["plain"].settings
    assert (plain.target, plain.region) == ("plain", config.settings.region)


def test_a_job_is_in_the_target_that_it_or_its_defaults_name(project: Project) -> None:
    project.stack(
        TWO
        + """
amplify-jobs:defaults: { target: shop-eu, appId: d2abc, backendEnvironmentName: prod }
amplify-jobs:jobs:
  a: { jobId: "1", status: FAILED }
  b: { jobId: "1", status: FAILED, target: shop-us }
  c: { jobId: "1", status: FAILED, target: null }
"""
    )
    keys = [each.key for each in project.read().jobs.values()]
    assert keys == [JobKey("d2abc", "prod", "1", name) for name in ("shop-eu", "shop-us", "")]
    assert [str(key) for key in keys] == [
        "d2abc/prod/1@shop-eu",
        "d2abc/prod/1@shop-us",
        "d2abc/prod/1",
    ]
    assert {key.id for key in keys} == {"d2abc/prod/1"}


def test_the_same_job_of_one_target_is_declared_once(project: Project) -> None:
    project.stack(
        TWO
        + """
amplify-jobs:defaults: { appId: d2abc, backendEnvironmentName: prod, jobId: null }
amplify-jobs:jobs:
  a: { jobId: "1", status: FAILED, target: shop-eu }
  b: { jobId: "1", status: FAILED, target: shop-eu }
"""
    )
    assert any("d2abc/prod/1@shop-eu is declared twice" in line for line in project.problems())


def test_an_included_file_has_targets_too(project: Project) -> None:
    project.write("more/targets.yaml", "targets:\n  shop-eu: { region: eu-west-1 }\n")
    project.write(
        "more/jobs.yaml",
        """
        targets: { shop-us: { region: us-east-1 } }
        defaults: { appId: d2abc, backendEnvironmentName: prod }
        jobs:
          a: { jobId: "1", status: FAILED, target: shop-eu }
          b: { jobId: "1", status: FAILED, target: shop-us }
        """,
    )
    project.stack("amplify-jobs:include: [more/*.yaml]")
    config = project.read()
    assert list(config.targets) == ["shop-us", "shop-eu"]
    assert [each.key.target for each in config.jobs.values()] == ["shop-eu", "shop-us"]


def test_a_target_is_declared_once_and_both_places_are_named(project: Project) -> None:
    project.write("more.yaml", "targets:\n  shop-eu: { region: eu-west-1 }\n")
    project.stack(TWO + "amplify-jobs:include: [more.yaml]\n")
    assert project.problems() == (
        "more.yaml:2: shop-eu: the target is declared twice, also in Pulumi.dev.yaml:6",
    )


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ("amplify-jobs:targets: [a]", "2: targets is not a mapping: write a name for each target "),
        ("amplify-jobs:targets: { 'a b': {} }", "2: a b is no target's name: write up to 64 "),
        ("amplify-jobs:targets: { a: 5 }", "2: a: 5 is not a mapping: write "),
        (
            "amplify-jobs:targets: { a: { regoin: x } }",
            "2: a: unknown key regoin: did you mean region?",
        ),
        (
            "amplify-jobs:targets: { a: { accountId: '1' } }",
            "2: a: accountId is not an account ID: ",
        ),
        ("amplify-jobs:targets: { a: { endpoint: x } }", "2: a: endpoint is not a URL: "),
        ("amplify-jobs:targets: { a: { tags: { b: 1 } } }", "2: a: tags.b 1 is a number: quote it"),
        ("amplify-jobs:target: { a: {} }", "2: unknown key amplify-jobs:target: did you mean "),
    ],
)
def test_what_a_target_may_not_be(project: Project, config: str, problem: str) -> None:
    project.stack(config)
    [line] = project.problems()
    assert line.startswith(f"Pulumi.dev.yaml:{problem}")


def test_an_unknown_target_is_an_error_at_its_line(project: Project) -> None:
    job = "{ appId: d2, backendEnvironmentName: prod, jobId: '1', status: FAILED, target: shopeu }"
    project.stack(TWO + f"amplify-jobs:jobs:\n  a: {job}\n")
    [line] = project.problems()
    assert line == "Pulumi.dev.yaml:14: a: target shopeu is unknown: did you mean shop-eu?"
    project.stack(f"amplify-jobs:jobs:\n  a: {job}\n")
    [line] = project.problems()
    assert line == (
        "Pulumi.dev.yaml:3: a: target shopeu is unknown: declare it below amplify-jobs:targets"
    )


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ("", ["r"]),
        ('targets: ["*"]', ["r@shop-eu", "r@shop-us", "r@plain"]),
        ('targets: ["shop-*"]', ["r@shop-eu", "r@shop-us"]),
        ("targets: [plain, shop-eu]", ["r@shop-eu", "r@plain"]),
        ("targets: { tags: { team: web } }", ["r@shop-eu", "r@shop-us"]),
        ("targets: { tags: { team: web, stage: prod } }", ["r@shop-us"]),
    ],
)
def test_a_rule_is_one_for_each_of_its_targets(
    project: Project, targets: str, expected: list[str]
) -> None:
    project.stack(TWO + "amplify-jobs:rules:\n" + RULE.format(name="r", targets=targets))
    config = project.read()
    assert list(config.rules) == expected
    for name, each in config.rules.items():
        assert each.rule.name == name
        assert each.rule.target == each.arguments.get("target", "")
        assert name == f"r@{each.rule.target}".removesuffix("@")
        assert "targets" not in each.arguments
    assert config.warnings == ()


@pytest.mark.parametrize(
    ("targets", "idle"),
    [
        ('targets: ["shop-*", "blog-*"]', "blog-*"),
        ("targets: { tags: { team: db } }", "team=db"),
    ],
)
def test_what_matches_no_target_is_a_warning(project: Project, targets: str, idle: str) -> None:
    project.stack(TWO + "amplify-jobs:rules:\n" + RULE.format(name="r", targets=targets))
    line = project.read().warnings[0]
    assert line.endswith(f"r: targets: {idle} matches no target: correct it, or remove it")


def test_a_rule_and_a_rule_in_a_target_have_different_names(project: Project) -> None:
    rules = RULE.format(name="r", targets="targets: [shop-eu]") + RULE.format(
        name='"r@shop-eu"', targets=""
    )
    project.stack(TWO + "amplify-jobs:rules:\n" + rules)
    assert any("the name r@shop-eu is declared twice" in line for line in project.problems())


def test_a_region_without_backend_jobs_is_refused_at_its_line(project: Project) -> None:
    project.stack(TWO.replace("us-east-1", "mars-1") + "amplify-jobs:jobs: {}\n")
    findings = check_project(project.directory, Scope(region_problem)).findings
    [found] = [each for each in findings if each.severity == "error"]
    assert (found.line, found.job) == (11, "shop-us")
    assert found.message.startswith("region mars-1 has no backend jobs")
    assert ": write one of ap-" in found.message
    assert " eu-west-1," in found.message


def test_an_encrypted_part_leaves_the_target_known(project: Project) -> None:
    project.write("Pulumi.yaml", "name: jobs\nruntime: python\n")
    project.stack(
        """
amplify-jobs:targets:
  shop-eu:
    assumeRoles: [{ roleArn: "arn:aws:iam::111122223333:role/x", externalId: { secure: AAAA } }]
amplify-jobs:jobs:
  a: { appId: d2, backendEnvironmentName: prod, jobId: "1", status: FAILED, target: shop-eu }
"""
    )
    findings = check_project(project.directory).findings
    assert [each.severity for each in findings] == ["note"]


def test_a_shard_has_the_jobs_and_rules_of_its_targets(project: Project) -> None:
    jobs = "".join(
        f"  job-{name}: {{ appId: d2, backendEnvironmentName: prod, jobId: '1', status: FAILED, "
        f"target: {name} }}\n"
        for name in ("shop-eu", "shop-us", "plain")
    )
    rules = RULE.format(name="r", targets='targets: ["*"]')
    project.stack(f"{TWO}amplify-jobs:jobs:\n{jobs}amplify-jobs:rules:\n{rules}")
    whole = project.read()
    shards = [in_shard(whole, {"AMPLIFY_JOBS_SHARD": f"{n}/2"}) for n in (1, 2)]
    assert sorted(name for each in shards for name in each.declared) == sorted(whole.declared)
    assert sorted(name for each in shards for name in each.rules) == sorted(whole.rules)
    for each in shards:
        in_jobs = {declared.target for declared in each.declared.values()}
        assert in_jobs == {declared.rule.target for declared in each.rules.values()}
    assert in_shard(whole, {}) is whole
    with pytest.raises(ConfigError, match="AMPLIFY_JOBS_SHARD: '3/2' is no shard: write I/N"):
        in_shard(whole, {"AMPLIFY_JOBS_SHARD": "3/2"})


def test_what_is_declared_is_parted_by_target(project: Project) -> None:
    project.stack(
        TWO
        + """
amplify-jobs:defaults: { appId: d2abc, backendEnvironmentName: prod }
amplify-jobs:jobs:
  a: { jobId: "1", status: FAILED, target: shop-us }
  b: { jobId: "2", status: FAILED }
  c: { jobId: "3", status: FAILED, target: shop-us }
amplify-jobs:rules:"""
        + RULE.format(name="r", targets="targets: [shop-*]")
    )
    config = project.read()
    parts = config.by_target
    assert {name: (list(part.declared), list(part.rules)) for name, part in parts.items()} == {
        "": (["b"], []),
        "shop-eu": ([], ["r@shop-eu"]),
        "shop-us": (["a", "c"], ["r@shop-us"]),
    }
    assert list(parts) == ["", "shop-eu", "shop-us"]
    for part in parts.values():
        assert (part.settings, part.targets) == (config.settings, config.targets)
        assert all(config.declared[name] is job for name, job in part.declared.items())
        assert all(config.rules[name] is rule for name, rule in part.rules.items())
    assert config.settings_by_target == {
        "": config.settings,
        **{name: each.settings for name, each in config.targets.items()},
    }


def test_a_setting_of_a_target_is_known_by_the_target_s_name(project: Project) -> None:
    project.stack(
        """
amplify-jobs:region: eu-central-1
amplify-jobs:targets:
  own:
    { region: eu-west-1, profile: shop, endpoint: "http://h:1", maxRetries: 7, retryMode: adaptive }
  plain: {}
"""
    )
    own, plain = (each.settings for each in project.read().targets.values())
    assert (own.region_source, own.profile_source, own.endpoint_source) == (
        "region of the target own",
        "profile of the target own",
        "endpoint of the target own",
    )
    assert (own.endpoint, own.max_retries, own.retry_mode) == ("http://h:1", 7, "adaptive")
    top = project.read().settings
    assert (plain.region, plain.region_source) == (top.region, top.region_source)
    assert (plain.endpoint, plain.retry_mode) == (top.endpoint, top.retry_mode)


def test_a_region_without_jobs_is_told_in_its_own_line(project: Project) -> None:
    project.stack("amplify-jobs:targets:\n  a:\n    tags: {}\n    region: xx-west-1\n")
    found = check_project(project.directory, Scope(region_problem)).findings
    assert [each.line for each in found if each.severity == "error"] == [5]


def test_a_target_of_a_program_lies_over_the_stack_s_settings() -> None:
    settings = Settings(region="eu-west-1", profile="ops", max_retries=2)
    target, problems = read_target_argument(
        {"name": "shop", "region": "us-east-1", "tags": {"team": "web"}}, settings
    )
    assert problems == []
    assert target is not None
    assert target.tags == (("team", "web"),)
    reached = target.settings
    assert (reached.target, reached.region, reached.profile, reached.max_retries) == (
        "shop",
        "us-east-1",
        "ops",
        2,
    )
    assert read_target_argument({"region": "us-east-1", "nam": "x"}, settings) == (
        None,
        ["unknown key target.nam: did you mean name?"],
    )
    assert read_target_argument({"name": "shop", "accountId": "1"}, settings) == (
        None,
        ["target.accountId is not an account ID: write its 12 digits, in quotes"],
    )


def test_an_unknown_target_is_told_in_its_own_line(project: Project) -> None:
    project.stack(
        """
        amplify-jobs:targets: { shop: {} }
        amplify-jobs:jobs:
          a:
            appId: d1
            backendEnvironmentName: prod
            jobId: "1"
            status: FAILED
            target: shoq
        """
    )
    assert project.problems() == (
        "Pulumi.dev.yaml:9: a: target shoq is unknown: did you mean shop?",
    )


def test_what_has_no_target_is_in_one_shard(project: Project) -> None:
    project.stack(
        TWO
        + """
amplify-jobs:jobs:
  a: { appId: d2, backendEnvironmentName: prod, jobId: "1", status: FAILED }
"""
    )
    config = project.read()
    parts = [in_shard(config, {"AMPLIFY_JOBS_SHARD": f"{n}/3"}).declared for n in (1, 2, 3)]
    assert sorted(len(each) for each in parts) == [0, 0, 1]


def test_what_concerns_only_other_targets_is_not_told(project: Project) -> None:
    project.stack(
        TWO
        + """
amplify-jobs:defaults: { appId: d2abc, backendEnvironmentName: prod }
amplify-jobs:jobs:
  a: { jobId: 1, status: FAILED, target: shop-eu }
  b: { jobId: 2, status: FAILED, target: plain }
  c: { jobId: 3, status: FAILED }
"""
    )
    web = Scope(selector=TargetSelector(tags=(("team", "web"),)))
    found = check_project(project.directory, web)
    assert [each.job for each in sorted(found.findings)] == ["a"]
    assert found.targets == {
        "shop-eu": {"team": "web"},
        "shop-us": {"team": "web", "stage": "prod"},
        "plain": {},
    }
