"""What a release made public stays, until a release has called it deprecated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from . import HERE, releases
from .surface import surface

REMOVED: Mapping[str, str] = {}
"""What is gone: the line, and the release that called it deprecated, as CHANGELOG.md says."""

RECORDED = sorted(HERE.glob("*/public.json"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.parent.name)
def test_nothing_public_is_gone(path: Path) -> None:
    assert set(json.loads(path.read_text())) - set(surface()) - set(REMOVED) == set()


def test_the_surface_has_all_kinds() -> None:
    kinds = {line.split()[0].split("/")[0] for line in surface()}
    assert kinds == {"admin", "command", "config", "json", "python", "report"}
    for line in (
        "admin GET /_admin/health",
        "command amplify-jobs plan --json",
        "config stack:/config/amplify-jobs:jobs/*/wait/timeout",
        "json apply /jobs/*/result",
        "json list /jobs/*/status",
        "json plan /jobs/*/live/status",
        "json validate /problems/*/message",
        "python pulumi_amplify_jobs.BackendJob",
        "python Host.preview",
        "report/jobs/*/status/live",
    ):
        assert line in surface()


def test_what_is_removed_is_in_the_changelog() -> None:
    changelog = (HERE.parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
    for release in REMOVED.values():
        assert f"## [{release}]" in changelog


def test_the_newest_release_has_its_surface_recorded() -> None:
    assert HERE / releases()[-1] / "public.json" in RECORDED
