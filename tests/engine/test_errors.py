"""What goes wrong is one line each, in the preview already, and never a traceback."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests.engine.project import Project, Run
from tests.samples import APP, ENVIRONMENT, job


def errors(run: Run) -> list[str]:
    """Return the error lines of the closing diagnostics; there is no traceback anywhere."""
    assert run.code != 0, str(run)
    assert "Traceback" not in run.text, str(run)
    assert "KeyboardInterrupt" not in run.text, str(run)
    assert 'File "' not in run.text, str(run)
    diagnostics = run.text[run.text.index("Diagnostics:") :]
    return [line.strip() for line in diagnostics.splitlines() if "error:" in line]


def test_missing_job(project: Project) -> None:
    project.configure({"a": {"jobId": "nope", "status": "FAILED"}})
    (line,) = errors(project.pulumi("preview"))
    assert f"a ({APP}/{ENVIRONMENT}/nope): the service has no such job" in line
    assert "correct its appId, backendEnvironmentName or jobId" in line
    assert "ifMissing: ignore" in line


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("denied", "allow the IAM action amplifybackend:GetBackendJob"),
        ("truncated", "the response is empty or truncated: it names no job"),
        ("empty", "the response is empty or truncated: it names no job"),
        ("foreign", "the response is for another job"),
    ],
)
def test_service_problem_in_the_first_preview(
    project: Project, emulator: Emulator, fault: str, said: str
) -> None:
    emulator.seed([job("4f1c")])
    emulator.fault(fault)
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}})
    (line,) = errors(project.pulumi("preview"))
    assert said in line


def test_service_problem_in_a_refresh(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c")])
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}})
    project.apply()
    emulator.fault("denied")
    lines = errors(project.pulumi("preview"))
    assert any("allow the IAM action amplifybackend:GetBackendJob" in line for line in lines)


def test_refused_update_fails_the_up_and_the_next_one_takes_it(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("4f1c")])
    emulator.fault("denied", operation="UpdateBackendJob")
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}})
    lines = errors(project.up(expect=None))
    assert any("allow the IAM action amplifybackend:UpdateBackendJob" in line for line in lines)
    emulator.clear_faults()
    project.apply()
    assert emulator.job(APP, ENVIRONMENT, "4f1c").status == "FAILED"


WRONG: dict[str, dict[str, Any]] = {
    "typo": {"jobId": "1", "statsu": "FAILED"},
    "number": {"jobId": 12, "status": "FAILED"},
    "empty": {"jobId": "", "status": "FAILED"},
    "dots": {"jobId": "..", "status": "FAILED"},
    "nul": {"jobId": "a\0b", "status": "FAILED"},
    "long": {"jobId": "x" * 300, "status": "FAILED"},
    "nothing": {"jobId": "5"},
    "twice": {"jobId": "same", "status": "FAILED"},
    "again": {"jobId": "same", "status": "FAILED"},
    "missing": {"status": "FAILED"},
    "choice": {"jobId": "6", "status": "FAILED", "ifMissing": "ingore"},
    "patience": {"jobId": "7", "status": "FAILED", "wait": {"timeout": 30}},
}

SAID = [
    "typo: unknown key statsu: did you mean status?",
    'number: jobId 12 is a number: quote it, "12"',
    "empty: jobId is empty",
    "dots: jobId is .., which can't be used in a request's path",
    "nul: jobId has control characters",
    "long: jobId has 300 characters",
    "nothing: declares neither operation nor status",
    "d2abcdefgh1234/prod/same is declared twice, also by",
    "missing: jobId is missing",
    "choice: ifMissing ingore is unknown: write error or ignore",
    "patience: wait.timeout: 30 has no unit: write 30s or 30m",
]


def test_every_config_problem_at_once_without_a_request(
    project: Project, emulator: Emulator
) -> None:
    project.configure(WRONG)
    lines = errors(project.pulumi("preview"))
    for said in SAID:
        (line,) = (line for line in lines if said in line)
        assert "Pulumi.dev.yaml:" in line
    assert emulator.requests() == []


def test_config_that_becomes_wrong_is_told_without_a_request(
    project: Project, emulator: Emulator
) -> None:
    emulator.seed([job("4f1c"), job("77")])
    good = {"a": {"jobId": "4f1c", "status": "FAILED"}, "b": {"jobId": "77", "status": "FAILED"}}
    project.configure(good)
    project.apply()
    emulator.clear_requests()
    project.configure({**good, **WRONG})
    run = project.pulumi("preview")
    errors(run)
    for said in SAID:
        assert run.text.count(said) >= 1, said
    assert emulator.requests() == []


def test_other_jobs_go_on_with_continue_on_error(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c"), job("77")])
    emulator.fault("denied", operation="UpdateBackendJob", job_id="4f1c")
    project.configure(
        {"a": {"jobId": "4f1c", "status": "FAILED"}, "b": {"jobId": "77", "status": "FAILED"}}
    )
    errors(project.up("--continue-on-error", expect=None))
    assert emulator.job(APP, ENVIRONMENT, "77").status == "FAILED"
    assert emulator.job(APP, ENVIRONMENT, "4f1c").status == "RUNNING"
    assert set(project.resources()) == {"b"}


def test_ended_another_way_keeps_what_was_written(project: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c", operation="CloneBackend", error="quota exceeded")])
    # The service takes the update and lets the job fail at once.
    wanted = {"jobId": "4f1c", "operation": "GenerateBackendAPIModels", "wait": {"timeout": "1s"}}
    project.configure({"a": wanted})
    run = project.up(expect=None)
    errors(run)
    label = f"a ({APP}/{ENVIRONMENT}/4f1c)"
    said = f"{label} was updated, but it is still RUNNING after 1s: quota exceeded"
    assert said in run.text
    state = project.resources()["a"]
    assert state["outputs"]["operation"] == "GenerateBackendAPIModels"
    assert "still RUNNING" in state["outputs"]["unsettled"]

    emulator.set_job(APP, ENVIRONMENT, "4f1c", status="COMPLETED")
    emulator.clear_requests()
    project.up()
    assert emulator.requests("UpdateBackendJob") == []
    assert "unsettled" not in project.resources()["a"]["outputs"]
    project.up("--expect-no-changes")


def test_a_job_s_own_texts_reach_no_terminal_as_controls(
    project: Project, emulator: Emulator
) -> None:
    hostile = "\x1b]0;title\x07RUN\rNING\n::error::x"
    emulator.seed([job("4f1c", hostile, hostile, error=hostile)])
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}})
    first = project.preview()
    project.apply()
    emulator.set_job(APP, ENVIRONMENT, "4f1c", status=hostile, error=f"{hostile}2")
    drifted = project.preview()
    for run in (first, drifted, project.up()):
        assert not {"\x1b", "\x07", "\r"} & set(run.text), repr(run.text)
        assert "\n::error" not in run.text.replace(" ", "")
    assert '"%1B]0;title%07RUN%0DNING%0A::error::x" => "FAILED"' in drifted.text


def test_a_job_s_own_texts_are_no_colors_of_pulumi_and_no_commands_of_github(
    project: Project, emulator: Emulator
) -> None:
    """The CLI panics of a color that it doesn't know, and leaves out what follows `<{%`."""
    hostile = "RUN<{%x%}>NING##[error]<{%"
    shown = "RUN%3C{%x%}>NING%23#[error]%3C{%"
    emulator.seed([job("4f1c", hostile, hostile, error=hostile)])
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED", "when": {"status": "PENDING"}}})
    project.apply()
    project.configure({"a": {"jobId": "4f1c", "status": "FAILED"}})
    for color in ("always", "never"):
        preview = project.preview("--color", color)
        assert preview.code == 0, str(preview)
        assert preview.text.count(shown) > 1, str(preview)
        assert "##[" not in preview.text
    up = project.up("--color", "always")
    assert up.code == 0, str(up)
