"""Stacks and previews as the last release recorded them; README.md says how."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REVIEW = HERE / "review"
_SIGNATURE = "4dabf18193072939515e22adb298388d"


@dataclass(frozen=True)
class RecordedStack:
    """A stack that the last release brought up."""

    name: str

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return HERE / self.name

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

    def resources(self) -> dict[str, dict[str, Any]]:
        """Return the resources of the state by URN, secrets as plain values."""
        opened = self.folder / "opened.json"
        document = json.loads((opened if opened.exists() else self.state).read_text())
        return {each["urn"]: _plain(each) for each in document["deployment"]["resources"]}


def _plain(value: Any) -> Any:
    """Return a value of the state without the wrapping of secrets."""
    if isinstance(value, dict) and _SIGNATURE in value:
        return json.loads(value["plaintext"])
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


DECLARED, SEALED, WAITING, PROGRAM = map(
    RecordedStack, ("declared", "sealed", "waiting", "program")
)
