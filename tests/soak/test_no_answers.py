"""The soak sees an answer that nobody asked for, and one that is accepted."""

from __future__ import annotations

import json

import pytest

from soak.hostile import RIGHT
from soak.row import Setting
from soak.rows import no_answers


def test_an_answer_that_nobody_asked_for_is_said(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(no_answers, "JOBS", 5)
    monkeypatch.setattr(no_answers, "NO_STATES", [("ListBackendJobs", b"")])
    trial = no_answers._state_kept(setting)
    assert trial.broken == ("ListBackendJobs, b'': was never asked for",)


def test_an_answer_that_is_accepted_is_said(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = json.dumps(RIGHT["GetBackendJob"]).encode()
    monkeypatch.setattr(no_answers, "JOBS", 1)
    monkeypatch.setattr(no_answers, "NO_STATES", [("GetBackendJob", right)])
    assert any("was accepted" in each for each in no_answers._state_kept(setting).broken)
