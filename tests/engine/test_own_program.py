"""A program of one's own, in an own project, with an environment that `pulumi install` made."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator
from tests import revision
from tests.engine.project import ROOT, WITHOUT_FRAMES, Project, Run
from tests.samples import APP, ENVIRONMENT, job

FIRST = re.findall(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(), re.DOTALL)[0]
"""The first program of docs/library.md, verbatim."""

START = f"""
import pulumi
import pulumi_amplify_jobs as amplify_jobs

key = {{"app_id": "{APP}", "backend_environment_name": "{ENVIRONMENT}"}}
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The virtual environment that `pulumi install` makes for a project with an example's pin."""
    project = Project.create(tmp_path_factory.mktemp("installed"), "http://127.0.0.1:1")
    (project.folder / ".venv").unlink()
    shutil.copy(ROOT / "examples/library/requirements.txt", project.folder)
    source = revision.source_of_now(tmp_path_factory.mktemp("source"))
    project.environment |= {**revision.GIT, revision.SOURCE: source}
    run = project.pulumi("install")
    if run.code != 0 and "Successfully installed" not in run.text:
        pytest.skip(f"pip can't install what the package needs: {run.text.splitlines()[-1]}")
    assert run.code == 0, str(run)
    return project.folder / ".venv"


@pytest.fixture
def own(project: Project, installed: Path) -> Project:
    """An own project: no program yet, no config but the connection."""
    (project.folder / ".venv").unlink()
    (project.folder / ".venv").symlink_to(installed)
    return project


def clean(run: Run) -> str:
    """Return what a run said: no traceback, whatever came of it."""
    for word in ("Traceback", "KeyboardInterrupt", 'File "', "internal error"):
        assert word not in run.text, str(run)
    return run.text


def errors(run: Run) -> list[str]:
    """Return the error lines of a run that failed."""
    assert run.code not in (0, 255), str(run)
    text = clean(run)
    diagnostics = text[text.rindex("Diagnostics:") :]
    told = [line.strip() for line in diagnostics.splitlines() if "error:" in line]
    # What Pulumi adds whenever a program ends by itself.
    return [line for line in told if "program exited with non-zero exit code" not in line]


def test_the_first_program_of_the_docs(own: Project, emulator: Emulator) -> None:
    emulator.seed([job("4f1c", "COMPLETED"), job("2")])
    own.program(FIRST)
    own.configure({"x": {"jobId": "2", "status": "FAILED"}})
    text = clean(own.preview("--save-plan", "plan.json"))
    assert re.search(r"pushStatus *: \[unknown\]", text)
    assert 'reason: "when: status is COMPLETED, not RUNNING"' in text
    assert "3 created" in clean(own.up("--plan", "plan.json"))
    assert emulator.job(APP, ENVIRONMENT, "4f1c").status == "COMPLETED"
    assert len(emulator.requests("UpdateBackendJob")) == 1
    again = clean(own.preview("--expect-no-changes"))
    assert "pushStatus" not in again


def test_strict_runs_as_previewed_and_outputs_at_rest_are_no_change(
    own: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1", "COMPLETED"), job("2")])
    own.configure({})
    exported = "\n".join(
        f"pulumi.export('{each}-{name}', {each}.{name})"
        for each in ("left", "done", "gone")
        for name in ("status", "operation", "error", "skipped")
    )
    own.program(
        f"""{START}
when = {{"status": "RUNNING"}}
left = amplify_jobs.BackendJob("left", **key, job_id="1", status="FAILED", when=when)
done = amplify_jobs.BackendJob("done", **key, job_id="2", status="FAILED")
gone = amplify_jobs.BackendJob("gone", **key, job_id="3", status="FAILED", if_missing="ignore")
{exported}
"""
    )
    clean(own.up("--strict"))
    for refresh in ("true", "false"):
        text = clean(own.preview(f"--refresh={refresh}", "--save-plan", "plan.json"))
        assert "[unknown]" not in text
        assert "--outputs:--" not in text
    clean(own.up("--plan", "plan.json", "--expect-no-changes"))
    shown = own.pulumi("stack", "output", "--json", expect=0).text
    assert '"left-status": "COMPLETED"' in shown
    assert '"done-status": "FAILED"' in shown


WRONG = {
    "missing": ('"nope"', f"{APP}/{ENVIRONMENT}/nope: the service has no such job"),
    "none": ("None", "jobId is missing"),
    "none by an output": ("pulumi.Output.from_input(None)", "jobId is missing"),
}


@pytest.mark.parametrize(("job_id", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_job_is_one_line(own: Project, job_id: str, said: str) -> None:
    own.configure({})
    own.program(f'{START}\namplify_jobs.BackendJob("a", **key, job_id={job_id}, status="FAILED")\n')
    (line,) = errors(own.pulumi("preview"))
    assert said in line
    (line,) = errors(own.up("--skip-preview", expect=None))
    assert said in line


def test_a_typo_in_the_config_is_one_line(own: Project) -> None:
    own.program(FIRST)
    own.configure({"x": {"jobId": "2", "statsu": "FAILED"}})
    (line,) = errors(own.pulumi("preview"))
    assert "Pulumi.dev.yaml:10: x: unknown key statsu: did you mean status?" in line


def test_a_job_by_an_output_below_a_component(own: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job(f"{APP}-{ENVIRONMENT}-1")])
    own.configure({})
    own.program(
        f"""{START}
class Ops(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("my:component:Ops", name)
        below = pulumi.ResourceOptions(parent=self, protect=True)
        first = amplify_jobs.BackendJob("push", **key, job_id="1", status="FAILED", opts=below)
        second = first.id.apply(lambda path: path.replace("/", "-"))
        self.job = amplify_jobs.BackendJob(
            "next", **key, job_id=second, status="FAILED", opts=below
        )
        self.register_outputs({{"status": self.job.status}})

pulumi.export("status", Ops("ops").job.status)
"""
    )
    text = clean(own.preview("--save-plan", "plan.json"))
    assert re.search(r"job_id +: \[unknown\]", text)
    clean(own.up("--plan", "plan.json"))
    assert {request.body["status"] for request in emulator.requests("UpdateBackendJob")} == {
        "FAILED"
    }
    assert len(emulator.requests("UpdateBackendJob")) == 2
    clean(own.up("--strict", "--expect-no-changes"))
    refused = own.pulumi("destroy", "--yes")
    assert refused.code != 0
    assert "protected" in clean(refused)


def test_two_resources_on_one_job_are_both_named(own: Project, emulator: Emulator) -> None:
    emulator.seed([job("1"), job("2", "COMPLETED")])
    own.program(
        f"{START}\namplify_jobs.from_config()\n"
        'amplify_jobs.BackendJob("mine", **key, job_id="1", status="COMPLETED")\n'
    )
    own.configure({"theirs": {"jobId": "1", "status": "FAILED"}})
    (line,) = errors(own.pulumi("preview"))
    assert f"mine and theirs both refer to {APP}/{ENVIRONMENT}/1" in line
    assert emulator.requests("UpdateBackendJob") == []

    own.configure({})
    own.program(
        f"""{START}
first = amplify_jobs.BackendJob("first", **key, job_id="2", status="COMPLETED")
late = first.id.apply(lambda path: path.rsplit("/", 1)[1])
amplify_jobs.BackendJob("second", **key, job_id=late, status="FAILED")
"""
    )
    clean(own.preview())
    (line,) = errors(own.up(expect=None))
    assert f"first and second both refer to {APP}/{ENVIRONMENT}/2" in line
    assert emulator.requests("UpdateBackendJob") == []


def test_a_job_that_moves_to_another_resource_is_no_contest(
    own: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2")])
    own.configure({})
    two = '\namplify_jobs.BackendJob("{}", **key, job_id="1", status="FAILED"{})' * 1
    other = '\namplify_jobs.BackendJob("{}", **key, job_id="2", status="FAILED")'
    own.program(START + two.format("a", "") + other.format("b"))
    own.apply()
    # The two change places.
    own.program(START + two.format("b", "") + other.format("a"))
    assert "2 replaced" in clean(own.up())
    # One is renamed, with an alias; the other without.
    alias = ', opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="b")])'
    own.program(START + two.format("renamed", alias) + other.format("other"))
    clean(own.up())
    assert set(own.resources()) == {"renamed", "other"}
    assert len(emulator.requests("UpdateBackendJob")) == 2
    clean(own.up("--expect-no-changes"))


IGNORED = {
    "the status": '["status"]',
    "everything": '["*"]',
}


@pytest.mark.parametrize("refresh", ["true", "false"])
@pytest.mark.parametrize("paths", IGNORED.values(), ids=IGNORED)
def test_what_is_ignored_is_not_written(
    own: Project, emulator: Emulator, paths: str, refresh: str
) -> None:
    emulator.seed([job("1")])
    own.configure({})
    text = f"""{START}
ignored = pulumi.ResourceOptions(ignore_changes={paths})
push = amplify_jobs.BackendJob("push", **key, job_id="1", status="FAILED", opts=ignored)
pulumi.export("status", push.status)
"""
    own.program(text)
    own.apply()
    emulator.clear_requests()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    own.program(text.replace('status="FAILED"', 'status="COMPLETED"'))
    for _ in range(2):
        run = own.up(f"--refresh={refresh}", "--expect-no-changes")
        assert "1 unchanged" in clean(run) or "2 unchanged" in clean(run)
    assert emulator.requests("UpdateBackendJob") == []
    assert emulator.job(APP, ENVIRONMENT, "1").status == "RUNNING"


def test_what_is_ignored_is_not_written_where_the_sdks_plugin_is_another(
    own: Project, emulator: Emulator
) -> None:
    own.environment["PYTHONPATH"] = str(WITHOUT_FRAMES)
    emulator.seed([job("1")])
    own.configure({})
    own.program(
        f"""{START}
ignored = pulumi.ResourceOptions(ignore_changes=["status"])
amplify_jobs.BackendJob("push", **key, job_id="1", status="FAILED", opts=ignored)
"""
    )
    _, diagnostics = own.apply().text.split("Diagnostics:")
    assert diagnostics.count("differs from the versions that pulumi-amplify-jobs") == 1
    emulator.clear_requests()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    own.up("--refresh=false", "--skip-preview", "--expect-no-changes", expect=0)
    assert emulator.requests("UpdateBackendJob") == []
    own.preview()


@pytest.mark.parametrize("refresh", ["true", "false"])
def test_what_is_not_ignored_is_written_alone(
    own: Project, emulator: Emulator, refresh: str
) -> None:
    emulator.seed([job("1")])
    own.configure({})
    text = f"""{START}
ignored = pulumi.ResourceOptions(ignore_changes=["status"])
push = amplify_jobs.BackendJob(
    "push", **key, job_id="1", operation="CloneBackend", status="FAILED", opts=ignored
)
pulumi.export("status", push.status)
"""
    own.program(text)
    own.apply()
    emulator.clear_requests()
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    own.program(text.replace("CloneBackend", "CreateBackend"))
    clean(own.preview(f"--refresh={refresh}", "--save-plan", "plan.json"))
    clean(own.up(f"--refresh={refresh}", "--plan", "plan.json"))
    assert [r.body for r in emulator.requests("UpdateBackendJob")] == [
        {"operation": "CreateBackend"}
    ]
    clean(own.up(f"--refresh={refresh}", "--expect-no-changes"))


def test_two_stacks_that_fight_over_a_job_are_told(own: Project, emulator: Emulator) -> None:
    emulator.seed([job("1")])
    own.configure({})
    own.program(
        f"""{START}
status = "FAILED" if pulumi.get_stack() == "dev" else "COMPLETED"
amplify_jobs.BackendJob("push", **key, job_id="1", status=status)
"""
    )
    own.pulumi("stack", "init", "other", "--copy-config-from", "dev", expect=0)
    for stack in ("dev", "other"):
        assert "came back" not in clean(own.apply("--stack", stack))
    # Back to what the other one had found: from now on each run of either is told.
    assert "came back" not in clean(own.apply("--stack", "dev"))
    for refresh in ("true", "false"):
        text = clean(own.preview("--stack", "other", f"--refresh={refresh}"))
        assert text.count("and came back: status FAILED again") == 1
        assert re.search(rf"{APP}/{ENVIRONMENT}/1 was settled \d+[smh].* ago \(20", text)
    clean(own.preview("--stack", "other", "--save-plan", "plan.json"))
    clean(own.up("--stack", "other", "--plan", "plan.json"))
    assert emulator.job(APP, ENVIRONMENT, "1").status == "COMPLETED"


LATE_EXCEPTION = f"""{START}
named = amplify_jobs.BackendJob("named", **key, job_id="1", status="COMPLETED")
amplify_jobs.BackendJobRule(
    "stuck",
    apps=["{APP}"],
    environments=["*"],
    match={{"status": "RUNNING", "older_than": "6h"}},
    set={{"status": "FAILED"}},
    limit=20,
    except_=[named.id],
)
"""
"""A rule whose exceptions only the first update knows."""
UNKNOWN = "except will be known only in the update, so what matches is not known yet."


def updated(emulator: Emulator) -> set[str | None]:
    return {request.job_id for request in emulator.requests("UpdateBackendJob")}


@pytest.mark.parametrize("held_by", ["--plan", "--strict"])
def test_a_rule_with_an_unknown_input_runs_as_previewed(
    own: Project, emulator: Emulator, held_by: str
) -> None:
    emulator.seed([job("1"), job("2")])
    own.configure({})
    own.program(LATE_EXCEPTION)
    preview = clean(own.preview("--save-plan", "plan.json"))
    assert UNKNOWN in preview
    assert not re.search(r"matches\s*:", preview)
    arguments = [held_by, "plan.json"] if held_by == "--plan" else [held_by]
    refused = own.up(*arguments, expect=None)
    (line,) = errors(refused)
    assert "violates plan" in line
    assert f"{APP}/{ENVIRONMENT}/2" in line
    assert updated(emulator) == {"1"}
    # Now that the exception is known, the review names what is written.
    preview = clean(own.preview("--save-plan", "plan.json"))
    assert re.search(rf'{APP}/{ENVIRONMENT}/2 *: ["{{]', preview)
    clean(own.up(*arguments))
    assert updated(emulator) == {"1", "2"}
    clean(own.up("--expect-no-changes"))


def test_a_rule_with_an_unknown_input_that_matches_nothing_is_taken(
    own: Project, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2", "COMPLETED")])
    own.configure({})
    own.program(LATE_EXCEPTION)
    assert UNKNOWN in clean(own.preview("--save-plan", "plan.json"))
    clean(own.up("--plan", "plan.json"))
    assert updated(emulator) == {"1"}
    clean(own.up("--strict", "--expect-no-changes"))
