"""Rules evaluated on live lists, at exact moments."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Matches, Rule
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.reconcile.rule_evaluation import RuleEvaluator
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.fake_clock import FakeClock
from tests.samples import APP, CREATED, ENVIRONMENT, job

SINCE = int(CREATED) / 1000
HOUR = 3600.0
RULE = Rule(
    name="stuck",
    apps=AppSelector(ids=("*",)),
    environments=("*",),
    match=Criteria(frozenset({"RUNNING"}), older_than=6 * HOUR, idle_for=HOUR),
    aim=Aim(status="FAILED"),
    limit=5,
)


def claimed(emulator: Emulator, now: float, rule: Rule = RULE) -> Matches:
    settings, clock = Settings(region="eu-west-1", endpoint=emulator.url), FakeClock()
    evaluator = RuleEvaluator(connect(settings, clock).inventory, frozenset(), now)
    [found] = evaluator.evaluate([rule])
    return found.matches


@pytest.mark.parametrize(
    ("moment", "matches"), [(6 * HOUR - 0.001, 0), (6 * HOUR, 1), (6 * HOUR + 0.001, 1)]
)
def test_exactly_as_old_as_asked_for_is_old_enough(
    emulator: Emulator, moment: float, matches: int
) -> None:
    emulator.seed([job("1")])
    assert len(claimed(emulator, SINCE + moment).jobs) == matches


@pytest.mark.parametrize(("idle", "matches"), [(HOUR - 0.001, 0), (HOUR, 1)])
def test_exactly_as_idle_as_asked_for_is_idle_enough(
    emulator: Emulator, idle: float, matches: int
) -> None:
    now = SINCE + 9 * HOUR
    emulator.seed([{**job("1"), "updateTime": str(round((now - idle) * 1000))}])
    assert len(claimed(emulator, now).jobs) == matches


@pytest.mark.parametrize(("ahead", "doubts"), [(299.0, 0), (300.0, 0), (301.0, 1)])
def test_a_clock_that_is_a_little_ahead_is_no_doubt_and_no_match(
    emulator: Emulator, ahead: float, doubts: int
) -> None:
    emulator.seed([job("1")])
    found = claimed(emulator, SINCE - ahead)
    assert (len(found.jobs), len(found.doubts)) == (0, doubts)


@pytest.mark.parametrize("field", ["createTime", "updateTime"])
@pytest.mark.parametrize("value", [None, "", "soon", "1e12", "-5", "1763942400000.5"])
def test_a_time_that_is_missing_or_no_number_is_a_doubt_never_a_match(
    emulator: Emulator, field: str, value: str | None
) -> None:
    fields = {**job("1"), field: value}
    emulator.seed([{name: text for name, text in fields.items() if text is not None}])
    found = claimed(emulator, SINCE + 9 * HOUR)
    assert found.jobs == ()
    [(doubtful, reason)] = found.doubts
    assert (doubtful.key.environment, reason.split()[0]) == ((APP, ENVIRONMENT), field)
