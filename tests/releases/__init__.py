"""Stacks and previews as each release recorded them; README.md says how."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REVIEW = HERE / "0.1.0-ce4ade2" / "review"
NEXT = "next"
"""The folder of the release to come, which is renamed then. No other is recorded anew."""
AT_REST = ("declared", "sealed", "program", "targets")
"""The stacks that nothing has to be done about."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"


@dataclass(frozen=True)
class RecordedStack:
    """A stack that a release brought up."""

    release: str
    name: str

    def __str__(self) -> str:
        return f"{self.release}-{self.name}"

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return HERE / self.release / self.name

    @property
    def config(self) -> str:
        """The text of its Pulumi.dev.yaml."""
        return (self.folder / "Pulumi.dev.yaml").read_text()

    @property
    def world(self) -> Path:
        """The live jobs, as a seed of the emulator."""
        return self.folder / "world.yaml"

    @property
    def state(self) -> Path:
        """What `pulumi stack export` wrote."""
        return self.folder / "state.json"

    @property
    def program(self) -> Path | None:
        """The program that declared it, unless that was the project's own."""
        path = self.folder / "program.txt"
        return path if path.exists() else None

    def resources(self) -> dict[str, dict[str, Any]]:
        """Return the resources of the state by URN, secrets as plain values."""
        opened = self.folder / "opened.json"
        document = json.loads((opened if opened.exists() else self.state).read_text())
        return {each["urn"]: _plain(each) for each in document["deployment"]["resources"]}


def _plain(value: Any) -> Any:
    """Return a value of the state without the wrapping of secrets."""
    if isinstance(value, dict) and _SIGNATURE in value:
        return _plain(json.loads(value["plaintext"]))
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def releases() -> list[str]:
    """Return the names of all folders of releases, the oldest first."""
    return sorted((path.parent.name for path in HERE.glob("*/release.json")), key=age)


def age(name: str) -> tuple[bool, list[int], bool]:
    """Return what orders folders: `0.1.0-COMMIT` is before 0.1.0, and `next` is the last."""
    version, before, _ = name.partition("-")
    return name == NEXT, [] if name == NEXT else list(map(int, version.split("."))), not before


def recorded(*names: str) -> list[RecordedStack]:
    """Return the stacks of these names, of every release that has them; the oldest first."""
    found = [RecordedStack(release, name) for release in releases() for name in names]
    return [stack for stack in found if stack.state.exists()]
