"""Rules under a real engine: named in the preview, settled by the update, refused when moved."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, ENVIRONMENT, job, rule
from tests.updates import written

RULE = rule(limit=50)
HOUR = 3600 * 1000


def test_the_first_preview_names_every_match_and_a_second_up_makes_no_update(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2", status="COMPLETED")])
    project.configure({}, rules={"stuck": RULE})
    preview = project.preview().text
    named = preview[preview.index(f"{APP}/prod/1: {{") :]
    assert re.search(r'created: "2025-.*\s+from\s*: \{\s+operation: "UpdateBackendAPI"', named)
    assert re.search(r'to\s*: \{\s+status: "FAILED"', named)
    assert re.search(rf"matches {APP}/prod/1: .* old, idle for", preview)
    assert written(emulator) == set()
    project.up()
    assert written(emulator) == {"1"}
    emulator.clear_requests()
    assert "2 unchanged" in project.up().text
    assert "2 unchanged" in project.preview().text
    assert written(emulator) == set()


def test_a_later_match_is_a_precise_diff(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.configure({}, rules={"stuck": RULE})
    project.apply()
    emulator.seed([job("2")])
    preview = project.preview().text
    assert f"+ {APP}/prod/2: {{" in preview
    project.apply()
    assert written(emulator) == {"1", "2"}


def test_a_reviewed_plan_is_refused_when_a_match_appeared_since(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    project.configure({}, rules={"stuck": RULE})
    project.preview("--save-plan", "plan.json")
    emulator.seed([job("2")])
    refused = project.up("--plan", "plan.json", expect=None)
    assert refused.code != 0
    assert "violates plan" in refused.text
    assert f"{APP}/prod/2" in refused.text
    assert written(emulator) == set()


def test_a_reviewed_plan_holds_while_time_passes(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    project.configure({}, rules={"stuck": RULE})
    project.preview("--save-plan", "plan.json")
    project.up("--plan", "plan.json")
    assert written(emulator) == {"1"}


def test_jobs_that_fail_are_named_and_the_next_up_takes_only_them(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job(name) for name in "123"])
    emulator.fault("denied", operation="UpdateBackendJob", times=1)
    project.configure({}, rules={"stuck": RULE})
    failed = project.apply(expect=None)
    assert failed.code != 0
    assert (
        "stuck: 1 of 3 jobs not settled yet, the next run takes those that still match"
        in failed.text
    )
    assert "Traceback" not in failed.text
    emulator.clear_requests()
    project.apply()
    assert len(written(emulator)) == 1
    assert "2 unchanged" in project.up().text


def test_over_the_limit_the_preview_fails(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2")])
    project.configure({}, rules={"stuck": {**RULE, "limit": 1}})
    failed = project.preview(expect=None)
    assert failed.code != 0
    assert "2 jobs match, more than the limit of 1, so nothing is written" in failed.text
    assert "Traceback" not in failed.text


@pytest.mark.parametrize("seed", range(4))
def test_under_a_plan_just_what_it_names_is_written_or_nothing(
    project: Project, emulator: Emulator, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    emulator.seed([job(name) for name in "abc"])
    project.configure({}, rules={"stuck": RULE})
    log = tmp_path / "grpc.json"
    project.pulumi("preview", "--save-plan", "plan.json", expect=0, PULUMI_DEBUG_GRPC=str(log))
    [named] = checked_matches(log)
    assert named == set("abc")
    before = running(emulator)
    for _ in range(seed):  # none, one, two, three
        move(emulator, dice)
    moved = running(emulator) != before
    run = project.pulumi("up", "--yes", "--plan", "plan.json")
    assert (run.code != 0, "violates plan" in run.text) == (moved, moved)
    assert written(emulator) == (set() if moved else named)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("check", ["preview", "update"])
@pytest.mark.parametrize("held_by", ["--strict", "--plan"])
def test_nothing_is_written_that_the_preview_did_not_name_while_jobs_move(
    project: Project, emulator: Emulator, tmp_path: Path, held_by: str, check: str, seed: int
) -> None:
    emulator.seed([job(name) for name in "abcijk"])
    emulator.latency = 0.05  # between a check's list and the write there is time to move
    project.configure({}, rules={"stuck": RULE})
    preview, update = tmp_path / "preview.json", tmp_path / "update.json"
    with moving(emulator, random.Random(seed), after=1 if check == "preview" else 2) as moved:
        arguments = [held_by]
        if held_by == "--plan":
            arguments = ["--skip-preview", "--plan", "plan.json"]
            saving = ("preview", "--save-plan", "plan.json")
            project.pulumi(*saving, expect=0, PULUMI_DEBUG_GRPC=str(preview))
        project.pulumi("up", "--yes", *arguments, PULUMI_DEBUG_GRPC=str(update))
    checks = [named for log in (preview, update) if log.exists() for named in checked_matches(log)]
    assert len(checks) == 2
    for named in checks:  # the preview's, and that of the run itself
        assert written(emulator) <= named
    if check == "update":
        assert set("abcijk") - moved <= written(emulator)


@contextmanager
def moving(emulator: Emulator, dice: random.Random, after: int) -> Iterator[set[str]]:
    """Move jobs as soon as a check has listed them so many times; yield those that move."""
    over = threading.Event()
    moved: set[str] = set()

    def work() -> None:
        while len(emulator.requests("ListBackendJobs")) < after:
            if over.wait(0.005):
                return
        for _ in range(6):
            moved.add(move(emulator, dice))

    mover = threading.Thread(target=work)
    mover.start()
    try:
        yield moved
    finally:
        over.set()
        mover.join()


def move(emulator: Emulator, dice: random.Random) -> str:
    """Have a job come, vanish, end, or hang once more; return its ID."""
    there = {each.job_id for each in emulator.jobs()}
    job_id = dice.choice("abcdefgh")
    if job_id not in there:
        emulator.seed([job(job_id)])
    elif dice.random() < 0.3:
        emulator.remove_job(APP, ENVIRONMENT, job_id)
    else:
        emulator.set_job(APP, ENVIRONMENT, job_id, status=dice.choice(["RUNNING", "COMPLETED"]))
    return job_id


def running(emulator: Emulator) -> set[tuple[str, str | None]]:
    """Return what a rule sees of the jobs that run."""
    return {(each.job_id, each.update_time) for each in emulator.jobs() if each.status == "RUNNING"}


def checked_matches(log: Path) -> list[set[str]]:
    """Return the IDs of the jobs that each check of the rule named, in order."""
    found = []
    for line in log.read_text().splitlines():
        entry = json.loads(line)
        if entry["method"].endswith("/Check") and entry["progress"] == "response_completed":
            matches = entry["response"]["inputs"].get("matches") or {}
            found.append({key.rsplit("/", 1)[-1] for key in matches})
    return found


def test_ten_thousand_jobs_in_five_hundred_environments(
    project: Project, emulator: Emulator
) -> None:
    dice = random.Random(5)
    stuck = {f"j{number}" for number in dice.sample(range(10_000), 37)}
    now = int(time.time() * 1000)
    emulator.seed([one_of_many(number, stuck, now) for number in range(10_000)])
    project.configure({}, rules={"stuck": RULE})
    with PeakMemory() as peak:
        preview = project.preview().text
    assert set(re.findall(r"app\d+/env\d/(j\d+)\s*: \{", preview)) == stuck
    calls = Counter(request.operation for request in emulator.requests())
    assert calls["ListApps"] + calls["ListBackendEnvironments"] <= 500
    assert calls["ListBackendJobs"] <= 500  # each environment has 20 jobs: one page
    assert set(calls) == {"ListApps", "ListBackendEnvironments", "ListBackendJobs"}
    assert peak.megabytes < 150
    project.apply()
    assert written(emulator) == stuck
    assert len(emulator.requests("UpdateBackendJob")) == 37
    emulator.clear_requests()
    assert "2 unchanged" in project.apply().text
    assert written(emulator) == set()


def one_of_many(number: int, stuck: set[str], now: int) -> dict[str, str]:
    """Return a job of 500 environments: stuck, young and running, or over."""
    job_id = f"j{number}"
    old = job_id in stuck
    young = not old and number % 40 == 0
    created = now - (7 * HOUR if old else HOUR if young else 700 * HOUR)
    fields = job(
        job_id,
        "RUNNING" if old or young else "COMPLETED",
        app=f"app{number % 100}",
        environment=f"env{number % 500 // 100}",
    )
    return {**fields, "createTime": str(created), "updateTime": str(created)}


class PeakMemory:
    """The most memory that a provider process has had resident."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        assert self.megabytes > 0, "no provider process was seen"

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            for process in Path("/proc").glob("[0-9]*"):
                self.megabytes = max(self.megabytes, resident_peak(process))


def resident_peak(process: Path) -> float:
    """Return a provider process's peak resident memory in MB, 0 for any other process."""
    try:
        if b"pulumi.dynamic" not in (process / "cmdline").read_bytes():
            return 0.0
        [line] = re.findall(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
    except (OSError, ValueError):  # it ended meanwhile
        return 0.0
    return int(line) / 1024
