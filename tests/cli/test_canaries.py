"""Canaries: credentials of every kind, of which no byte may be in anything that a command shows."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_amplify_jobs.cli import cli

from ..canaries import ALWAYS, CANARIES, KINDS, leaks, place_in
from ..client.situations import SITUATIONS, arranged
from .test_situations import run_in


def everything(result: Result) -> str:
    raised = result.exception
    frames = "".join(traceback.format_exception(raised)) if raised else ""
    return f"{result.output}{result.stderr}{frames}"


@pytest.mark.parametrize("name", SITUATIONS)
def test_no_situation_shows_a_credential(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with arranged(SITUATIONS[name], place_in(tmp_path)) as place:
        place.environment = {**ALWAYS, **place.environment}
        result = run_in(place, monkeypatch, "plan", "--json")
        shown = everything(result)
        report = CliRunner().invoke(cli, ["report", "-"], input=result.stdout)
        page = CliRunner().invoke(cli, ["report", "--format", "html", "-"], input=result.stdout)
        monkeypatch.setenv("AMPLIFY_JOBS_DEBUG", "1")
        shown += everything(run_in(place, monkeypatch, "discover", "-vv"))
    shown += everything(report) + everything(page)
    assert leaks(shown, CANARIES) == []


@pytest.mark.parametrize("debugging", [False, True], ids=["plain", "debug"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_or_library_has_a_credential_shown(
    kind: str, debugging: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_in(tmp_path)
    place.environment = {**ALWAYS, **place.environment}
    KINDS[kind](place)
    try:
        if debugging:
            monkeypatch.setenv("AMPLIFY_JOBS_DEBUG", "1")
        shown = "".join(
            everything(run_in(place, monkeypatch, *command))
            for command in (("plan", "-vv"), ("plan", "--json"), ("discover", "-vv"))
        )
    finally:
        place.close()
    assert "error" in shown
    assert leaks(shown, CANARIES) == []
