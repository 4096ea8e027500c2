"""Bad nights: a failing service, a killed engine, an impatient user."""

from __future__ import annotations

import signal
from collections import Counter

from demo import sessions
from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project
from tests.samples import APP, ENVIRONMENT, job
from tests.waiting import until

JOBS = 60
HOSTILE = ["0012", "a/b", "ü ☃", "a b?c&d#e", "%2F", "x" * 256, "1e3", "job;'\"<b>"]
ESCAPED = {"a/b": "a%2Fb", "a b?c&d#e": "a b%3Fc&d#e", "%2F": "%252F"}
"""How their keys are written, where that is another text."""


def declared(count: int) -> dict[str, dict[str, str]]:
    return {f"job-{n}": {"jobId": f"j{n}", "status": "FAILED"} for n in range(count)}


def statuses(emulator: Emulator) -> set[str | None]:
    return {live.status for live in emulator.jobs()}


def test_a_third_of_all_calls_failing(project: Project, emulator: Emulator) -> None:
    emulator.seed([job(f"j{n}") for n in range(JOBS)])
    for kind in ("429", "504", "500", "drop", "lost"):
        emulator.fault(kind, 1 / 15)
    project.configure(declared(JOBS))
    assert "attempt" not in project.up().text  # no log becomes a message of the engine
    assert statuses(emulator) == {"FAILED"}
    assert any(request.fault for request in emulator.requests())
    emulator.clear_faults()
    emulator.clear_requests()
    project.up("--expect-no-changes")
    assert emulator.requests("UpdateBackendJob") == []


def test_killed_engine_converges_and_writes_no_job_twice_but_those_in_flight(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job(f"j{n}") for n in range(JOBS)])
    emulator.latency = 0.2
    project.configure(declared(JOBS))
    with project.running("up", "--yes", "--skip-preview", "--parallel", "4") as process:
        until(lambda: len(emulator.requests("UpdateBackendJob")) >= 10)
        process.kill()
    emulator.latency = 0.0
    before = Counter(request.job_id for request in emulator.requests("UpdateBackendJob"))
    assert 10 <= len(before) < JOBS
    project.pulumi("cancel", "--yes")
    project.apply()
    assert statuses(emulator) == {"FAILED"}
    after = Counter(request.job_id for request in emulator.requests("UpdateBackendJob"))
    assert set(after) == {f"j{n}" for n in range(JOBS)}
    twice = [job_id for job_id, count in after.items() if count > 1]
    assert len(twice) <= 4


def test_interrupt_leaves_no_process_behind(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c")])
    project.configure(
        {"a": {"jobId": "4f1c", "operation": "CloneBackend", "wait": {"timeout": "30m"}}}
    )
    with project.running("up", "--yes", "--skip-preview") as process:
        until(lambda: len(emulator.requests("GetBackendJob")) >= 3)
        process.send_signal(signal.SIGINT)
        output = process.stdout
        assert output is not None
        heard = "".join(iter(lambda: output.read(1), "^"))  # up to "^C received; cancelling"
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=240)
        assert process.returncode != 0
        assert "Traceback" not in heard + text
        until(lambda: not sessions.members(process.pid), "the end of its processes")


def test_hostile_job_ids(project: Project, emulator: Emulator) -> None:
    emulator.seed([job(job_id) for job_id in HOSTILE])
    project.configure(
        {f"h{n}": {"jobId": job_id, "status": "FAILED"} for n, job_id in enumerate(HOSTILE)}
    )
    project.up()
    assert statuses(emulator) == {"FAILED"}
    ids = {state["id"] for state in project.resources().values()}
    assert ids == {f"{APP}/{ENVIRONMENT}/{ESCAPED.get(job_id, job_id)}" for job_id in HOSTILE}
    project.up("--expect-no-changes")
    assert len(emulator.requests("UpdateBackendJob")) == len(HOSTILE)


def test_included_files_hold_what_stack_config_cannot(project: Project, emulator: Emulator) -> None:
    emulator.seed([job(f"j{n}") for n in range(40)])
    (project.folder / "jobs").mkdir()
    for part in range(2):
        lines = "".join(
            f"  job-{n}: {{ jobId: j{n}, status: FAILED }}\n"
            for n in range(part * 20, part * 20 + 20)
        )
        (project.folder / "jobs" / f"{part}.yaml").write_text(f"jobs:\n{lines}")
    project.configure({}, include=["jobs/*.yaml"])
    project.apply()
    assert statuses(emulator) == {"FAILED"}
    assert len(emulator.requests()) <= 2 + 2 * 40
