"""The jobs of up.yml and up-strict.yml: the reviewed plan is found, kept to, and a refusal told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .go_tools import GOJQ, needs
from .workflows import DOWNLOAD, Programs, Run, run_job

REPOSITORY = "my-org/my-repo"
MERGE, HEAD, OTHER = "a" * 40, "b" * 40, "c" * 40
API = f"repos/{REPOSITORY}"
MERGED = {"merge_commit_sha": MERGE, "head": {"sha": HEAD}}
UNMERGED = {"merge_commit_sha": OTHER, "head": {"sha": OTHER}}
OWN = {"full_name": REPOSITORY}
FORK = {"full_name": "somebody/my-repo"}
REFUSED = "error: resource urn:… violates plan: properties changed: ++previous[…]"

needs_gojq = needs(GOJQ)


@pytest.fixture
def github(programs: Programs) -> Programs:
    """A `gh` whose answers stand in files, filtered as the real one does, by gojq."""
    programs.add(
        "gh",
        f"""
        case "$1" in
        api) jq=$4; address=${{2//\\//_}}; '{GOJQ}' -r "$jq" "$ANSWERS/${{address%%\\?*}}" ;;
        run) {DOWNLOAD % '"$ANSWERS/plan"'} ;;
        esac
        """,
    )
    return programs


def pulumi(programs: Programs, *, says: str, code: int) -> None:
    programs.add("pulumi", f"echo '{says}'; exit {code}")
    programs.add("amplify-jobs", 'echo "explained: $(cat up.txt)"; exit 1')


def answer(programs: Programs, pulls: list[Any], runs: list[Any], *, plan: bool = True) -> None:
    for address, content in (
        (f"{API}/commits/{MERGE}/pulls", pulls),
        (f"{API}/actions/workflows/preview.yml/runs", {"workflow_runs": runs}),
    ):
        (programs.folder / address.replace("/", "_")).write_text(json.dumps(content))
    if plan:
        (programs.folder / "plan").write_text("{}")


def up(programs: Programs, checkout: Path, name: str = "up.yml") -> Run:
    environment = {
        **programs.environment,
        "ANSWERS": str(programs.folder),
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SHA": MERGE,
    }
    return run_job(name, "up", checkout, environment)


@needs_gojq
def test_the_plan_is_that_of_the_merged_commits_last_preview(
    github: Programs, checkout: Path
) -> None:
    pulumi(github, says="Resources: 1 updated", code=0)
    runs = [
        {"id": 4, "head_repository": FORK},
        *({"id": n, "head_repository": OWN} for n in (3, 2)),
    ]
    answer(github, [UNMERGED, MERGED], runs)
    run = up(github, checkout)
    assert not run.failed, run.log
    pulls, previews, download, updated = github.calls
    assert f"api {API}/commits/{MERGE}/pulls " in pulls
    assert f"/runs?event=pull_request&status=success&head_sha={HEAD} " in previews
    assert download.startswith(f"gh run download 3 --repo {REPOSITORY} --name plan-dev --dir /")
    _, _, folder = download.partition(" --dir ")
    assert updated == f"pulumi up --stack dev --yes --plan {folder}/plan.json --color never"
    assert checkout not in Path(folder).parents
    assert run.outcomes["refused"] == "skipped"
    assert "Resources: 1 updated" in run.log


GOOD = [{"id": 3, "head_repository": OWN}]


@needs_gojq
@pytest.mark.parametrize(
    ("pulls", "runs", "plan", "reason"),
    [
        ([], GOOD, True, f"{MERGE} is the merge of no pull request"),
        ([UNMERGED], GOOD, True, f"{MERGE} is the merge of no pull request"),
        ([MERGED], [], True, f"No preview of {HEAD} went well"),
        ([MERGED], [{"id": 4, "head_repository": FORK}], True, f"No preview of {HEAD} went well"),
        ([MERGED], GOOD, False, "Run 3 has no plan any more"),
    ],
    ids=["pushed", "not merged", "no preview", "a fork's preview", "expired"],
)
def test_without_a_plan_nothing_is_done(
    pulls: list[Any],
    runs: list[Any],
    plan: bool,
    reason: str,
    github: Programs,
    checkout: Path,
) -> None:
    pulumi(github, says="Resources: 1 updated", code=0)
    answer(github, pulls, runs, plan=plan)
    run = up(github, checkout)
    assert run.outcomes["plan"] == "failure"
    assert run.outcomes["up"] == run.outcomes["refused"] == "skipped"
    assert f"::error title=No reviewed plan::{reason}. " in run.log
    assert "start up-strict.yml by hand" in run.log
    assert not any(call.startswith("pulumi") for call in github.calls)


@needs_gojq
def test_an_api_that_fails_fails_the_step(programs: Programs, checkout: Path) -> None:
    programs.add("gh", "echo 'gh: Server Error (HTTP 502)' >&2; exit 1")
    pulumi(programs, says="", code=0)
    run = up(programs, checkout)
    assert (run.outcomes["plan"], run.outcomes["up"]) == ("failure", "skipped")
    assert len(programs.calls) == 1


@needs_gojq
def test_a_refused_plan_fails_the_job_and_is_explained(github: Programs, checkout: Path) -> None:
    pulumi(github, says=REFUSED, code=1)
    answer(github, [MERGED], GOOD)
    run = up(github, checkout)
    assert run.outcomes["up"] == "failure", "tee must not hide the code of pulumi"
    assert github.calls[-1] == "amplify-jobs report --plan-errors up.txt"
    assert run.summary == f"explained: {REFUSED}\n"


@pytest.mark.parametrize(("code", "outcome"), [(0, "success"), (1, "failure")])
def test_a_strict_up_needs_no_plan(
    code: int, outcome: str, programs: Programs, checkout: Path
) -> None:
    pulumi(programs, says=REFUSED, code=code)
    run = up(programs, checkout, "up-strict.yml")
    assert run.outcomes["up"] == outcome
    assert programs.calls[0] == "pulumi up --stack dev --yes --strict --color never"
    assert run.summary == (f"explained: {REFUSED}\n" if code else "")
