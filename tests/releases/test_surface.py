"""What a release made public stays, until a release has called it deprecated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from . import HERE, age, releases
from .surface import surface

REMOVED: Mapping[str, str] = {}
"""What is gone: the line, and the release that has its name under "Deprecated" in CHANGELOG.md."""

ROOT = Path(__file__).parents[2]
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


def deprecated(changelog: str, release: str, line: str) -> bool:
    """Say whether a release, not one to come, has a public line's name under "Deprecated"."""
    sections = re.split(r"^## \[([^\]]+)\]", changelog, flags=re.MULTILINE)[1:]
    text = dict(zip(sections[::2], sections[1::2], strict=True)).get(release, "")
    parts = re.split(r"^### (.+)$", text, flags=re.MULTILINE)[1:]
    said = dict(zip(parts[::2], parts[1::2], strict=True)).get("Deprecated", "")
    name = re.split(r"[ /.]", line)[-1]
    spelled = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    return release != "Unreleased" and any(map(spelled.search, re.findall(r"`([^`]+)`", said)))


def test_what_is_removed_was_deprecated_by_a_release() -> None:
    changelog = (HERE.parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
    for line, release in REMOVED.items():
        assert deprecated(changelog, release, line), line


CHANGELOG = """\
## [Unreleased]
### Deprecated
- `later`: use `sooner`.
## [0.2.0] - 2027-01-01
### Added
- `added` and `plan --all`.
### Deprecated
- `plan --json-lines`, `wait.timeout` and `Host.old()`: see the pages.
## [0.1.0] - 2026-12-01
### Deprecated
- `early`.
"""


@pytest.mark.parametrize(
    ("release", "line", "was"),
    [
        ("0.2.0", "config stack:/config/amplify-jobs:jobs/*/wait/timeout", True),
        ("0.2.0", "command amplify-jobs plan --json-lines", True),
        ("0.2.0", "python Host.old", True),
        ("0.2.0", "command amplify-jobs plan --json", False),
        ("0.2.0", "command amplify-jobs plan --all", False),
        ("0.2.0", "python pulumi_amplify_jobs.added", False),
        ("0.2.0", "python pulumi_amplify_jobs.early", False),
        ("0.2.0", "python pulumi_amplify_jobs.pages", False),
        ("0.3.0", "python Host.old", False),
        ("Unreleased", "python pulumi_amplify_jobs.later", False),
    ],
)
def test_what_was_deprecated(release: str, line: str, was: bool) -> None:
    assert deprecated(CHANGELOG, release, line) is was


def test_the_newest_release_has_its_surface_recorded() -> None:
    assert HERE / releases()[-1] / "public.json" in RECORDED


def test_releases_are_in_the_order_of_their_versions() -> None:
    names = ["next", "0.10.0", "0.1.0", "0.2.0", "0.1.0-ce4ade2"]
    in_order = ["0.1.0-ce4ade2", "0.1.0", "0.2.0", "0.10.0", "next"]
    assert sorted(names, key=age) == in_order


def test_every_release_has_its_folder() -> None:
    released = re.findall(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert set(released) <= set(releases())
