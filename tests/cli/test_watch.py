"""watch: what it shows, when it ends, and with which exit code. It never writes."""

from __future__ import annotations

import io
import signal
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from rich.console import Console

from pulumi_amplify_jobs.cli.errors import CommandError
from pulumi_amplify_jobs.cli.plan.stack_plan import PlannedJob, StackPlan
from pulumi_amplify_jobs.cli.stack import Stack
from pulumi_amplify_jobs.cli.watch.log import heartbeat, log_entries, news
from pulumi_amplify_jobs.cli.watch.look import End, Look, Watch, take_look, watch_until_done
from pulumi_amplify_jobs.cli.watch.screen import Fitted, look_rows, outlook, summary
from pulumi_amplify_jobs.clock import Clock
from pulumi_amplify_jobs.config.loader import DeclaredJob
from pulumi_amplify_jobs.config.rule_loader import DeclaredRule
from pulumi_amplify_jobs.config.stack import StackConfig
from pulumi_amplify_jobs.domain.jobs import DesiredJob, ObservedJob
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.domain.plan import plan
from pulumi_amplify_jobs.domain.rules import Aim, AppSelector, Criteria, Matches, Rule, desired
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.reconcile.rule_evaluation import Evaluation, Refusal
from pulumi_amplify_jobs.services import Services, Targets, connect
from pulumi_amplify_jobs.settings import Settings, Target
from tests.fake_clock import FakeClock
from tests.samples import APP, ENVIRONMENT, job

from .conftest import Project
from .observe import STYLE, terminal

NOW = 1795540000.0
WANTED = DesiredJob(JobKey(APP, ENVIRONMENT, "1"), status="FAILED", name="push")


class Seen:
    """Keeps the looks that it is shown, and lets a test act after each."""

    def __init__(self, *acts: Any) -> None:
        self.looks: list[Look] = []
        self._acts = list(acts)

    def __call__(self, look: Look, left: float) -> None:  # noqa: ARG002 (told by the looks)
        self.looks.append(look)
        if self._acts:
            self._acts.pop(0)()


def stack(*jobs: DesiredJob, rules: Sequence[Rule] = ()) -> Stack:
    declared = {rule.name: DeclaredRule(rule, {}) for rule in rules}
    config = StackConfig(
        {job.name or "": DeclaredJob(job, {}) for job in jobs}, Settings(), rules=declared
    )
    return Stack("dev", config)


@pytest.fixture
def watched(emulator: Emulator) -> Watch:
    clock = FakeClock()
    return Watch(
        targets=reached(Settings(region="eu-west-1", endpoint=emulator.url), clock),
        clock=clock,
        stack=stack(WANTED),
        environments={"": [Environment(APP, ENVIRONMENT)]},
        interval=5.0,
        timeout=60.0,
    )


def reached(settings: Settings, clock: Clock) -> Targets:
    return Targets({"": settings}, partial(connect, clock=clock))


def run(watch: Watch, seen: Seen) -> int:
    return ended(watch, seen).code


def ended(watch: Watch, seen: Seen) -> End:
    return watch_until_done(watch, seen, lambda: NOW)


def test_it_ends_when_all_is_as_declared(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    seen = Seen(lambda: None, lambda: emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED"))
    assert run(watched, seen) == 0
    assert [look.pending for look in seen.looks] == [1, 1, 0]
    assert emulator.requests("UpdateBackendJob") == []


def test_each_target_is_connected_once_however_often_it_is_looked_at(emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", "FAILED")])
    clock = FakeClock()
    connected: list[str] = []

    def make(settings: Settings) -> Services:
        connected.append(settings.target)
        return connect(settings, clock)

    names = ("here", "there")
    reached = {
        name: Settings(target=name, region="eu-west-1", endpoint=emulator.url) for name in names
    }
    declared = {
        name: DeclaredJob(DesiredJob(JobKey(APP, ENVIRONMENT, id_, name), status="FAILED"), {})
        for name, id_ in zip(names, "12", strict=True)
    }
    targets = {name: Target(each) for name, each in reached.items()}
    watched = Watch(
        targets=Targets(reached, make),
        clock=clock,
        stack=Stack("dev", StackConfig(declared, Settings(), targets=targets)),
        environments={name: [Environment(APP, ENVIRONMENT)] for name in names},
        interval=5.0,
        timeout=60.0,
    )
    for _ in range(3):
        take_look(watched, NOW)
    assert sorted(connected) == ["here", "there"]


def test_the_timeout_is_another_exit_code(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    seen = Seen()
    assert ended(watched, seen) == End(2, ["timed out: 1 not as declared"])
    assert len(seen.looks) == 13


def test_what_no_waiting_mends_ends_it_at_once(watched: Watch, emulator: Emulator) -> None:
    seen = Seen()
    end = ended(watched, seen)
    assert (end.code, len(seen.looks)) == (1, 1)  # the declared job is not there
    [error] = end.errors
    assert "the service has no such job" in error
    emulator.seed([job("1")])
    emulator.fault("denied", operation="ListBackendJobs")
    assert run(replace(watched, stack=stack()), Seen()) == 1


def test_a_read_that_fails_is_tried_again(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("1", status="FAILED")])
    impatient = Settings(region="eu-west-1", endpoint=emulator.url, max_retries=0)
    emulator.fault("504", operation="GetBackendJob", times=1)
    watch = replace(watched, targets=reached(impatient, FakeClock()))
    seen = Seen()
    assert run(watch, seen) == 0
    assert len(seen.looks) == 2


def test_running_jobs_that_nothing_declares_are_seen_but_not_waited_for(
    watched: Watch, emulator: Emulator
) -> None:
    emulator.seed([job("1", status="FAILED"), job("2"), job("3", status="COMPLETED")])
    seen = Seen()
    assert run(watched, seen) == 0
    assert [each.key.job_id for each in seen.looks[0].others] == ["2"]


def test_without_a_stack_it_ends_when_nothing_runs(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("2")])
    seen = Seen(lambda: emulator.set_job(APP, ENVIRONMENT, "2", status="COMPLETED"))
    assert run(replace(watched, stack=stack()), seen) == 0
    assert len(seen.looks) == 2


RULE = Rule(
    name="stuck",
    apps=AppSelector(name_matches="shop-*"),
    environments=(ENVIRONMENT,),
    match=Criteria(frozenset({"RUNNING"}), older_than=6 * 3600.0),
    aim=Aim(status="FAILED"),
    limit=5,
)


@pytest.mark.parametrize(
    ("name", "rule", "actions"),
    [
        ("shop-web", RULE, ["update"]),
        ("blog", RULE, []),
        ("blog", replace(RULE, apps=AppSelector(ids=("*",))), ["update"]),
        ("shop-web", replace(RULE, environments=("dev",)), []),
    ],
)
def test_what_a_rule_would_do_is_shown_and_waited_for(
    watched: Watch, emulator: Emulator, name: str, rule: Rule, actions: list[str]
) -> None:
    emulator.seed({"jobs": [job("2")], "apps": [{"appId": APP, "name": name}]})
    look = take_look(replace(watched, stack=stack(rules=[rule])), NOW)
    assert [each.action for each in look.plan.jobs] == actions
    assert len(look.others) == 1 - len(actions)
    assert look.pending == 1


def test_names_of_apps_are_read_for_rules_that_go_by_them(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed({"jobs": [job("2")], "apps": [{"appId": APP, "name": "shop-web"}]})
    rule = {
        "apps": {"nameMatches": "shop-*"},
        "environments": ["*"],
        "match": {"status": "RUNNING", "olderThan": "6h"},
        "set": {"status": "FAILED"},
        "limit": 5,
    }
    project.declare({}, rules={"stuck": rule})
    place = f"{APP}/{ENVIRONMENT}"
    done = project.run("watch", place, "--stack", "dev", "--interval", "1s", "--timeout", "1s")
    assert done.returncode == 2
    assert f"stuck ({place}/2): RUNNING, apply would set status to FAILED" in done.stdout
    assert len(emulator.requests("ListApps")) == 1


def test_a_look_takes_few_calls(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job(f"j{number}") for number in range(20)])
    jobs = [
        replace(WANTED, key=JobKey(APP, ENVIRONMENT, f"j{number}"), name=f"job-{number}")
        for number in range(20)
    ]
    take_look(replace(watched, stack=stack(*jobs)), NOW)
    assert len(emulator.requests()) == 2


def test_only_news_is_told(watched: Watch, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2")])
    before = log_entries(take_look(watched, NOW))
    first = news({}, before, NOW)
    label = f"push ({APP}/{ENVIRONMENT}/1)"
    assert first == [
        f"2026-11-24T17:06:40Z {label}: RUNNING, apply would set status to FAILED",
        f"2026-11-24T17:06:40Z {APP}/{ENVIRONMENT}/2 (not declared): RUNNING",
    ]
    assert news(before, before, NOW) == []
    emulator.set_job(APP, ENVIRONMENT, "2", status="COMPLETED")
    [line] = news(before, log_entries(take_look(watched, NOW)), NOW)
    assert line.endswith(f"{APP}/{ENVIRONMENT}/2 (not declared): no longer running")
    assert heartbeat(take_look(watched, NOW)).endswith("still waiting for 1 job")


def matched(observed: ObservedJob) -> PlannedJob:
    """Return a job that a rule matches."""
    wanted = desired(RULE, observed, NOW)
    return PlannedJob(wanted, plan(wanted, observed), observed)


def told(before: Look, after: Look) -> list[str]:
    """Return the lines about what is new, without their moments."""
    return [line.partition(" ")[2] for line in news(log_entries(before), log_entries(after), NOW)]


RUNS = ObservedJob(JobKey(APP, ENVIRONMENT, "1"), status="RUNNING", create_time="1795000000000")
NO_PLAN = StackPlan((), ())


def test_what_is_gone_is_named_for_what_it_was() -> None:
    refusal = Refusal("apps", "the service failed", CommandError("the service failed"))
    rule = Evaluation(Matches(RULE, ()), (refusal,))
    before = Look(NOW, StackPlan((matched(RUNS),), (rule,)), failure=CommandError("no answer"))
    assert told(before, Look(NOW, NO_PLAN)) == [
        f"stuck ({APP}/{ENVIRONMENT}/1): no longer matched",
        "stuck: no longer refused",
        "jobs that are not declared: read again",
    ]


def test_a_job_that_a_rule_matches_from_now_on_still_runs() -> None:
    before, after = Look(NOW, NO_PLAN, (RUNS,)), Look(NOW, StackPlan((matched(RUNS),), ()))
    line = f"stuck ({APP}/{ENVIRONMENT}/1): RUNNING, apply would set status to FAILED"
    assert told(before, after) == [line]
    assert told(after, before) == [f"{APP}/{ENVIRONMENT}/1 (not declared): RUNNING"]


def test_the_command_waits_for_a_job(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.declare({"push": {"jobId": "1", "status": "FAILED"}})
    with project.start("watch", "--interval", "1s", "--timeout", "24h") as process:
        assert process.stdout is not None
        told = f"push ({APP}/{ENVIRONMENT}/1): RUNNING, apply would set status"
        assert any(told in line for line in process.stdout)
        emulator.set_job(APP, ENVIRONMENT, "1", status="FAILED")
        output, errors = process.communicate()
    assert process.returncode == 0, errors
    assert f"push ({APP}/{ENVIRONMENT}/1): FAILED, as declared" in output


@pytest.mark.parametrize(
    ("left", "told"),
    [(0.0, "1 s"), (0.4, "1 s"), (29.2, "30 s"), (59.0, "59 s"), (60.0, "1 min"), (61.0, "2 min")],
)
def test_what_is_left_of_the_time_is_never_told_as_nothing(left: float, told: str) -> None:
    assert outlook(left) == f"up to {told} left, Ctrl-C to stop"


def painted(look: Look, columns: int, height: int) -> list[str]:
    console = Console(file=io.StringIO(), width=columns, height=height, force_terminal=True)
    fitted = Fitted(look_rows(look), summary(look), outlook(60.0))
    options = console.options.update(height=height)
    return ["".join(each.text for each in line) for line in console.render_lines(fitted, options)]


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("height", [12, 24, 60])
def test_what_is_painted_fits_the_terminal_and_keeps_its_last_line(
    watched: Watch, emulator: Emulator, columns: int, height: int
) -> None:
    emulator.seed([job(f"j{number}", status="FAILED") for number in range(30)])
    emulator.set_job(APP, ENVIRONMENT, "j29", status="RUNNING")
    jobs = [
        replace(WANTED, key=JobKey(APP, ENVIRONMENT, f"j{number}"), name=f"job-{number}")
        for number in range(30)
    ]
    lines = painted(take_look(replace(watched, stack=stack(*jobs)), NOW), columns, height)
    text = " ".join(" ".join(lines).split())
    assert len(lines) == height
    assert "29 of 30 as declared; up to 1 min left, Ctrl-C to stop." in text
    assert "prod/j29" in text  # what is open is never hidden by what is not
    if (columns, height) == (120, 60):
        assert "enlarge" not in text
    if height == 12:
        assert "more; enlarge the terminal" in text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_on_a_terminal_it_ends_at_a_signal_and_leaves_the_table(
    project: Project, emulator: Emulator, number: signal.Signals
) -> None:
    emulator.seed([job("1"), job("2")])
    project.declare({"push": {"jobId": "1", "status": "FAILED"}})
    with terminal(project.path, "watch", "--interval", "1s") as screen:
        screen.wait_for("Ctrl-C")
        screen.process.send_signal(number)
        assert screen.finish() == 1
    begun, left = screen.text.split("\x1b[?1049l")  # the terminal's own screen is back
    assert "\x1b[?1049h" in begun
    told = " ".join(STYLE.sub("", left).split())
    assert "push UpdateBackendAPI RUNNING → FAILED" in told
    assert "0 of 1 as declared, 1 other running." in told
    assert told.endswith("error: interrupted; nothing was written")


def test_on_a_terminal_its_reason_stays_when_the_screen_is_left(
    project: Project, emulator: Emulator
) -> None:
    emulator.fault("denied")
    options = ("--endpoint", emulator.url, "--region", "eu-west-1")
    with terminal(project.path, "watch", f"{APP}/{ENVIRONMENT}", *options) as own:
        assert own.finish() == 1
    _, left = own.text.split("\x1b[?1049l")
    told = " ".join(STYLE.sub("", left).split())
    assert f"error: ListBackendJobs {APP}/{ENVIRONMENT}: access denied" in told


def test_a_named_environment_in_which_nothing_runs_is_told(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1", "COMPLETED")])
    options = ("--endpoint", emulator.url, "--region", "eu-west-1")
    result = project.run("watch", f"{APP}/prdo", *options)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.startswith(f"note: {APP}/prdo: no job runs; check the spelling")
