"""What a rule's names fit, counted; what fits nothing is a warning with the cure."""

from __future__ import annotations

from dataclasses import replace

from pulumi_amplify_jobs.domain.app_selection import Fit, Scope, fit, fits_of
from pulumi_amplify_jobs.domain.jobs import App
from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.domain.name_patterns import JobPattern
from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Rule

RULE = Rule(
    name="stuck",
    apps=AppSelector(ids=("d*",)),
    environments=("pro*", "dev"),
    match=Criteria(frozenset({"RUNNING"})),
    aim=Aim(status="FAILED"),
    limit=5,
)
APPS = (App("d1", "shop-web", {"team": "web"}), App("d2", "blog", {"team": "api"}))
SCOPE = Scope({"d1": ("prod", "dev"), "d2": ("prod",)}, known=APPS)
JOB = JobKey("d1", "prod", "a")


def warnings(rule: Rule, scope: Scope = SCOPE, spared: int = 0) -> list[str]:
    spares = dict.fromkeys(rule.exceptions, spared)
    return [each.warning for each in fits_of(rule, scope, spares, [JOB]) if each.warning]


def test_what_fits_is_counted() -> None:
    rule = replace(RULE, exceptions=(JobPattern("d1", "prod", "*"),))
    fits = fits_of(rule, SCOPE, {rule.exceptions[0]: 1}, [JOB])
    assert "; ".join(map(str, fits)) == (
        "apps d*: 2 apps; environments pro*: 2 environments; environments dev: 1 environment; "
        "except d1/prod/*: 1 job"
    )
    assert warnings(rule, spared=1) == []


def test_a_pattern_that_fits_no_app() -> None:
    rule = replace(RULE, apps=AppSelector(ids=("x*",)))
    assert warnings(rule, Scope({}, known=APPS)) == [
        "apps: x* matches no app: correct it, or remove it"
    ]


def test_another_case_is_named() -> None:
    rule = replace(RULE, apps=AppSelector(ids=("D1",)))
    assert warnings(rule, Scope({}, known=APPS)) == [
        "apps: D1 matches no app: names are case-sensitive, did you mean d1?"
    ]
    rule = replace(RULE, environments=("PROD",))
    assert warnings(rule) == [
        "environments: PROD matches no environment: names are case-sensitive, did you mean prod?"
    ]


def test_names_and_tags_are_each_counted_and_both_together() -> None:
    both = AppSelector(name_matches="blog", tags=(("team", "web"),))
    assert warnings(replace(RULE, apps=both), Scope({}, known=APPS)) == [
        "apps: blog and team=web matches no app at the same time: correct it, or remove it"
    ]
    tags = AppSelector(tags=(("team", "ops"),))
    assert warnings(replace(RULE, apps=tags), Scope({}, known=APPS)) == [
        "apps.tags: team=ops matches no app: correct it, or remove it"
    ]
    name = AppSelector(name_matches="Shop-*")
    assert warnings(replace(RULE, apps=name), Scope({}, known=APPS)) == [
        "apps.nameMatches: Shop-* matches no app: names are case-sensitive, did you mean shop-web?"
    ]


def test_what_follows_from_another_name_is_not_said_of_its_own() -> None:
    rule = replace(RULE, apps=AppSelector(ids=("x",)), exceptions=(JobPattern("x", "prod", "*"),))
    assert len(warnings(rule, Scope({}, known=APPS))) == 1


def test_an_exception_that_spares_nothing() -> None:
    def told(*parts: str) -> str:
        [line] = warnings(replace(RULE, exceptions=(JobPattern(*parts),)))
        return line

    assert told("D1", "prod", "a") == (
        "except: D1/prod/a matches no job: names are case-sensitive, did you mean d1/prod/a?"
    )
    assert told("D1", "PROD", "*") == (
        "except: D1/PROD/* matches no job: names are case-sensitive, did you mean d1/prod/a?"
    )
    assert told("d2", "Prod", "x") == (
        "except: d2/Prod/x matches no job: names are case-sensitive, did you mean d2/prod/x?"
    )
    assert told("d1", "prod", "z").endswith("matches no job: correct it, or remove it")


def test_a_refused_app_is_no_missing_one() -> None:
    rule = replace(RULE, apps=AppSelector(ids=("d1", "d9")))
    assert warnings(rule, replace(SCOPE, refused={"d9": "refused"})) == []


def test_what_fits_is_not_said_to_fit_nothing_at_the_same_time() -> None:
    both = replace(RULE, apps=AppSelector(name_matches="shop-*", tags=(("team", "web"),)))
    one = replace(RULE, apps=AppSelector(name_matches="blog"))
    assert warnings(both, replace(SCOPE, environments={"d1": ("prod", "dev")})) == []
    assert warnings(one, Scope({}, known=APPS)) == []
    assert (
        warnings(replace(both, apps=AppSelector(tags=(("team", "web"),))), Scope({}, known=APPS))
        == []
    )


def test_of_what_fits_nothing_else_is_near() -> None:
    assert fit("apps", "d1", ["d1", "D1"], "app") == Fit("apps", "d1", 1, "app")
    assert fit("apps", "x", ["d1"], "app") == Fit("apps", "x", 0, "app")


def test_a_refused_app_counts_by_its_whole_name() -> None:
    rule = replace(RULE, apps=AppSelector(ids=("d9", "x*")))
    refused = Scope({"d1": ("prod", "dev")}, refused={"d9": "no", "d9/prod": "no", "x": "no"})
    assert [str(each) for each in fits_of(rule, refused, {}, [])][:2] == [
        "apps d9: 1 app",
        "apps x*: 0 apps",
    ]


def test_nothing_is_counted_where_nothing_fits() -> None:
    both = replace(RULE, apps=AppSelector(name_matches="blog", tags=(("team", "web"),)))
    exception = JobPattern("d1", "prod", "z")
    scope = replace(SCOPE, environments={})
    assert [each.count for each in fits_of(both, scope, {}, [])] == [1, 1, 0]
    assert fits_of(RULE, SCOPE, {exception: 0}, [])[-1] == Fit("except", "d1/prod/z", 0, "job")


def test_long_names_are_cut() -> None:
    long, cut = "x" * 201, f"{'x' * 199}…"
    assert str(Fit("apps", long, 2, "app")) == f"apps {cut}: 2 apps"
    assert Fit("apps", long, 0, "app", near=long.upper()).warning == (
        f"apps: {cut} matches no app: names are case-sensitive, did you mean {cut.upper()}?"
    )
    assert "…" not in str(Fit("apps", long[1:], 2, "app"))
