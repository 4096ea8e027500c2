"""The command itself, as a pipeline runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli
from pulumi_amplify_jobs.cli.comment.publish import read_event
from pulumi_amplify_jobs.github.workflow import add_to_summary
from pulumi_amplify_jobs.limits import MOST_PAGE_VALUES
from tests.waiting import DEADLINE

from ..cli.conftest import COMMAND
from .stand_in import PULL_REQUEST, REPOSITORY, TOKEN, Fault, GitHub
from .workflow import MARK, Workflow, plan


@pytest.fixture
def workflow(hub: GitHub, tmp_path: Path) -> Workflow:
    return Workflow(hub, tmp_path)


def test_a_pull_request_from_its_first_preview_to_its_last(hub: GitHub, workflow: Workflow) -> None:
    hub.chat(220)
    first = workflow.run(plan("update", "skipped"))
    assert (first.returncode, first.stderr) == (0, "")
    url = f"https://github.com/{REPOSITORY}/pull/12#issuecomment-1221"
    assert first.stdout == f"created {url}\n"
    assert workflow.body.startswith(f"{MARK}\n")
    assert "1 job changes, 1 left alone" in workflow.body
    hub.chat(30)
    again = workflow.run(plan("update", "skipped"))
    assert (again.stdout, hub.writes) == (f"unchanged {url}\n", 1)
    other = workflow.run(plan("update", "update"))
    assert (other.stdout, hub.writes) == (f"updated {url}\n", 2)
    assert "2 jobs change" in workflow.body
    assert not workflow.summary.exists()


def test_a_preview_of_a_file(workflow: Workflow, tmp_path: Path) -> None:
    (tmp_path / "preview.json").write_text(plan("update"))
    result = workflow.comment("", str(tmp_path / "preview.json"))
    assert result.stdout.startswith("created https://")


def test_only_changes_are_worth_a_new_comment(hub: GitHub, workflow: Workflow) -> None:
    quiet = workflow.comment(plan("nothing", "skipped"), "--on-change-only")
    assert (quiet.exit_code, hub.writes) == (0, 0)
    assert quiet.stdout.startswith(f"not needed {REPOSITORY}#12: ")
    assert workflow.comment(plan("update"), "--on-change-only").stdout.startswith("created")
    # The change is gone, and the comment says so.
    assert workflow.comment(plan("nothing"), "--on-change-only").stdout.startswith("updated")
    assert "no job changes" in workflow.body
    assert "1 job changes" not in workflow.body


def test_an_error_is_worth_a_new_comment(workflow: Workflow) -> None:
    result = workflow.comment(plan("nothing", "error"), "--on-change-only")
    assert (result.exit_code, result.stdout[:7]) == (0, "created")
    assert "1 error" in workflow.body


def test_without_the_option_a_quiet_preview_is_told(workflow: Workflow) -> None:
    assert workflow.comment(plan("nothing")).stdout.startswith("created")


def test_history_is_folded_below(hub: GitHub, workflow: Workflow) -> None:
    for actions in (["update"], ["update", "update"], ["nothing"], ["nothing"]):
        workflow.comment(plan(*actions), "--history")
    assert hub.writes == 3
    told = ["no job changes", "<details><summary>20", "2 jobs change</summary>", ": 1 job changes"]
    places = [workflow.body.index(text) for text in told]
    assert places == sorted(places)


def test_many_versions_of_a_large_preview_fit(workflow: Workflow) -> None:
    for number in range(1, 6):
        result = workflow.comment(plan(*["update"] * (1000 + number)), "--history")
        assert result.exit_code == 0
        assert len(workflow.body.encode()) < 65_536
        assert f"{1000 + number} jobs change" in workflow.body


def test_each_stack_has_its_comment(hub: GitHub, workflow: Workflow) -> None:
    workflow.comment(plan("update"))
    workflow.comment(plan("update"), "--stack", "demo/prod")
    workflow.comment(plan("nothing"), "--stack", "other/dev")
    workflow.comment(plan("nothing"), "--stack", "x-->@mona/dev\n")
    assert len(hub.with_marker()) == 4


def test_the_preview_names_the_stack(hub: GitHub, workflow: Workflow) -> None:
    environment = {**os.environ, **workflow.environment}
    CliRunner().invoke(cli, ["comment"], input=plan("update"), env=environment)
    assert workflow.body.startswith("<!-- amplify-jobs: dev -->\n")
    nameless = plan("update").replace('"dev"', "null")
    result = CliRunner().invoke(cli, ["comment"], input=nameless, env=environment)
    assert (result.exit_code, hub.writes) == (1, 1)
    assert "name it with --stack PROJECT/STACK" in result.stderr


def test_options_in_place_of_the_environment(hub: GitHub, workflow: Workflow) -> None:
    workflow.environment = {"GH_TOKEN": TOKEN}
    options = ["--repo", REPOSITORY, "--pull-request", "12", "--api-url", f"{hub.url}/"]
    assert workflow.comment(plan("update"), *options).stdout.startswith("created")


def test_a_dry_run_writes_nothing(hub: GitHub, workflow: Workflow) -> None:
    def foretold(*actions: str) -> str:
        return workflow.comment(plan(*actions), "--dry-run", "--on-change-only").stdout

    assert foretold("update") == "would create a comment on octo/shop#12\n"
    assert foretold("nothing").startswith("would leave unchanged octo/shop#12: ")
    workflow.comment(plan("update"))
    hub.write(workflow.body)
    url = "https://github.com/octo/shop/pull/12#issuecomment-1001"
    tail = f" {url} (and remove 1 more of this stack)\n"
    assert foretold("update") == f"would leave unchanged{tail}"
    assert foretold("nothing") == f"would update{tail}"
    workflow.environment.pop("GITHUB_TOKEN")
    workflow.comes_from("mona/shop")
    assert foretold("update") == ""
    assert not workflow.summary.exists()
    assert hub.writes == 1


def test_a_forks_token_that_may_only_read(hub: GitHub, workflow: Workflow) -> None:
    workflow.comes_from("mona/shop")
    hub.may_write = False
    workflow.summary.write_text("# Tests\n")
    for actions in (["update"], ["update", "update"]):
        result = workflow.run(plan(*actions))
        assert (result.returncode, result.stdout) == (0, "")
        assert result.stderr == (
            "note: no comment on octo/shop#12, because the token is read-only: "
            "the report is in the step's summary\n"
        )
    summary = workflow.summary.read_text()
    assert summary.startswith("# Tests\n\n\n**1 job changes**")
    assert summary.index("1 job changes") < summary.index("\n\n**2 jobs change**")
    assert hub.with_marker() == []


@pytest.mark.parametrize("token", [None, "", " "])
def test_a_fork_without_a_token(hub: GitHub, workflow: Workflow, token: str | None) -> None:
    workflow.comes_from("mona/shop")
    workflow.environment.pop("GITHUB_TOKEN")
    if token is not None:
        workflow.environment["GITHUB_TOKEN"] = token
    result = workflow.comment(plan("update"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "because there is no token: the report is in the step's summary" in result.stderr
    assert "1 job changes" in workflow.summary.read_text()
    assert hub.seen == []


def test_a_quiet_fork_is_no_matter_for_the_summary(workflow: Workflow) -> None:
    workflow.comes_from("mona/shop")
    workflow.environment.pop("GITHUB_TOKEN")
    result = workflow.comment(plan("nothing"), "--on-change-only")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing changes" in result.stderr
    assert not workflow.summary.exists()


@pytest.mark.parametrize("path", [None, "no/such/folder/summary.md"])
def test_without_a_step_summary_the_report_is_printed(workflow: Workflow, path: str | None) -> None:
    workflow.comes_from("mona/shop")
    workflow.environment.pop("GITHUB_TOKEN")
    workflow.environment.pop("GITHUB_STEP_SUMMARY")
    if path:
        workflow.environment["GITHUB_STEP_SUMMARY"] = str(workflow.folder / path)
    result = workflow.comment(plan("update"))
    assert (result.exit_code, len(result.stderr.splitlines())) == (0, 1)
    assert "the report follows" in result.stderr
    assert result.stdout.startswith("**1 job changes**")


def test_a_full_step_summary_is_left_as_it_is(workflow: Workflow) -> None:
    workflow.comes_from("mona/shop")
    workflow.environment.pop("GITHUB_TOKEN")
    workflow.summary.write_bytes(b"x" * (1024 * 1024 - 20))
    result = workflow.comment(plan("update"))
    assert "the step's summary is full: the report follows" in result.stderr
    assert "1 job changes" in result.stdout
    assert workflow.summary.stat().st_size == 1024 * 1024 - 20


def test_a_summary_takes_what_fits_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_bytes(b"x" * 1000)
    assert add_to_summary(path, lambda room: "ü" * (room // 2))
    assert path.stat().st_size == 1024 * 1024
    assert not add_to_summary(path, lambda _: "")
    assert path.read_text().count("ü") == (1024 * 1024 - 1002) // 2


def test_in_the_same_repository_no_token_is_an_error(workflow: Workflow) -> None:
    workflow.environment.pop("GITHUB_TOKEN")
    result = workflow.comment(plan("update"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        "set GITHUB_TOKEN (in a workflow, env: GITHUB_TOKEN: ${{ github.token }})" in result.stderr
    )
    assert not workflow.summary.exists()


def test_in_the_same_repository_a_missing_permission_is_an_error(
    hub: GitHub, workflow: Workflow
) -> None:
    hub.may_write = False
    result = workflow.comment(plan("update"))
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "the token needs the permission pull-requests: write" in result.stderr
    assert not workflow.summary.exists()


@pytest.mark.parametrize("operation", ["list", "create"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_the_token_is_nowhere_in_the_output(
    hub: GitHub, workflow: Workflow, operation: str, status: int
) -> None:
    workflow.environment["AMPLIFY_JOBS_DEBUG"] = "1"
    echo = {"message": f"Authorization: Bearer {TOKEN}", "errors": [TOKEN, {"message": TOKEN}]}
    hub.fail(operation, Fault(status, body=echo))
    result = workflow.comment(plan("update"))
    assert result.exit_code == 1
    assert TOKEN not in result.output
    assert "GitHubError" in result.stderr or "Error:" in result.stderr


def test_nor_where_the_comments_url_has_it(hub: GitHub, workflow: Workflow) -> None:
    body = {"id": 1, "body": "", "html_url": f"https://github.com/?token={TOKEN}\n::error::x"}
    hub.fail("create", Fault(201, body=body))
    result = workflow.run(plan("update"))
    assert result.stdout == "created https://github.com/?token=*** ::error::x\n"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--repo", "shop"], "is not a repository: write OWNER/NAME"),
        (["--pull-request", "0"], "0 is not in the range"),
        (["--pull-request", "13"], "octo/shop#13"),
        (["--api-url", "http://ghe.example"], "use https://"),
        (["no-such-file.json"], "no-such-file.json can't be read: No such file"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    workflow: Workflow, options: list[str], reason: str
) -> None:
    result = workflow.comment(plan("update"), *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert reason in result.stderr


def test_what_is_no_preview_is_told_in_one_line(hub: GitHub, workflow: Workflow) -> None:
    result = workflow.comment("{")
    assert (result.exit_code, hub.seen) == (1, [])
    assert len(result.stderr.splitlines()) == 1


def test_a_broken_event_is_no_event(hub: GitHub, workflow: Workflow) -> None:
    Path(workflow.environment["GITHUB_EVENT_PATH"]).write_text("{")
    assert workflow.comment(plan("update")).stdout.startswith("created")


def test_an_event_of_more_values_than_any_has_is_no_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "event.json"
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))
    for number, event in ((1, {"commits": [{}]}), (MOST_PAGE_VALUES, None)):
        path.write_text('{"commits": [' + ",".join(["{}"] * number) + "]}")
        assert read_event() == event


def test_a_comment_is_told_of_where_stdout_takes_nothing(hub: GitHub, workflow: Workflow) -> None:
    with Path("/dev/full").open("w") as full:
        ended = workflow.run(plan("update"), stdout=full)
    assert ended.returncode == 1
    assert hub.writes == 1
    assert re.fullmatch(
        r"created https://github.com/\S+\nerror: No space left on device\n", ended.stderr
    )


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("list", "interrupted; nothing was written"),
        (
            "create",
            f"interrupted after the request to comment on {REPOSITORY}#{PULL_REQUEST} was sent: it "
            "may or may not have been carried out; run the command again, which goes by what is "
            "there",
        ),
    ],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_an_interrupt_says_whether_it_may_have_written(
    hub: GitHub, workflow: Workflow, number: signal.Signals, operation: str, said: str
) -> None:
    hub.fail(operation, Fault(done=True, hangs=True))
    preview = workflow.folder / "preview.json"
    preview.write_text(plan("update"))
    with subprocess.Popen(
        [*COMMAND, "comment", "--stack", "demo/dev", preview],
        env={**os.environ, **workflow.environment},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert hub.hanging.wait(DEADLINE)
        process.send_signal(number)
        _, errors = process.communicate(timeout=DEADLINE)
    assert (process.returncode, errors) == (1, f"error: {said}\n")
    assert hub.count("create") == (operation == "create")
