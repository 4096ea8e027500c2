"""The soak says which surroundings it could not bring about."""

from __future__ import annotations

import pytest

from soak.row import Setting
from soak.rows import surroundings


def test_what_can_not_be_brought_about_here_is_said(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "FAKETIME", None)
    monkeypatch.setenv("PATH", "/nonexistent")
    cases = surroundings._cases_of_commands(setting, 0)
    assert {name: each.lacks for name, each in cases.items() if each.lacks} == {
        "a clock that jumps": "no libfaketime",
        "no name service": "no unshare",
    }
