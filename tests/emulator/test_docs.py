"""The emulator's page: it names all there is, and what it shows holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from pulumi_amplify_jobs.cli.emulator import emulator as command
from pulumi_amplify_jobs.emulator import FAULT_KINDS, Emulator, load_seed
from pulumi_amplify_jobs.emulator.admin import admin_routes
from pulumi_amplify_jobs.emulator.state import State

from .clients import Keys, role
from .processes import running

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """Return the first column of the table under a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| (`.+?) \| ", section, re.MULTILINE)


def block(language: str, has: str = "") -> str:
    """Return the first block of a language that has such a text in it."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return next(each for each in found if has in each)


def test_every_kind_of_fault_is_there() -> None:
    named = {kind for row in rows("Faults") for kind in re.findall(r"`(\w+)`", row)}
    assert named == {*FAULT_KINDS, "throttle"}


def test_every_admin_call_is_there() -> None:
    state = State({})
    routes: list[Route] = admin_routes(state)
    state.close()
    known = {
        f"{method} {route.path}"
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert {row.strip("`") for row in rows("Admin calls")} == known


@pytest.mark.parametrize("option", [each.opts[0] for each in command.params])
def test_every_option_is_there(option: str) -> None:
    # These need no word beside what --help says; every command has -v.
    if option not in ("--host", "--port", "--latency", "-v"):
        assert f"`{option}" in PAGE


def test_the_seed_is_one(tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text(block("yaml"))
    [job] = load_seed(tmp_path / "seed.yaml").jobs
    assert (job.status, job.age) == ("RUNNING", "40h")


def test_the_accounts_are_there(tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text(block("yaml", "accounts:"))
    with running("--seed", tmp_path / "seed.yaml") as emulator:
        keys = Keys(emulator.url)
        answer = keys.jobs().list_backend_jobs(
            AppId="d2abcdefgh1234", BackendEnvironmentName="prod"
        )
        assert [each.get("JobId") for each in answer["Jobs"]] == ["4f1c"]
        wanted = role("444455556666")
        lent = keys.sts().assume_role(RoleArn=wanted, RoleSessionName="run", ExternalId="made-up")[
            "Credentials"
        ]
        parts = (lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"])
        [app] = Keys(emulator.url, *parts).apps().list_apps()["apps"]
        assert app["appId"] == "d2abcdefgh5678"


def test_the_test_s_job_completes() -> None:
    names: dict[str, object] = {}
    exec(block("python"), names)
    with Emulator(seed=[names["STUCK"]]) as emulator:
        emulator.advance("90s")
        assert emulator.job("d2abcdefgh1234", "prod", "4f1c").status == "COMPLETED"
