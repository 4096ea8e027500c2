"""What a soak found, as a document: docs/reliability.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from .trial import Figures

WITH_ENGINE, WITHOUT_ENGINE = "With the engine", "Without the engine"

REPOSITORY = Path(__file__).parents[1]
DOCUMENT = REPOSITORY / "docs" / "reliability.json"


@dataclass(frozen=True)
class Soak:
    """One run: with the engine, or without."""

    commit: str
    day: str
    minutes: float
    """How long it took."""
    allowed: float
    """How many minutes it was allowed to take."""
    seed: int
    hardware: tuple[str, ...]
    versions: Mapping[str, str]
    rows: Mapping[str, Figures]
    absent: Mapping[str, str] = field(default_factory=dict)
    """Rows that could not be tried on this machine, with the reason."""


@dataclass(frozen=True)
class Document:
    """The last run of each kind, by `WITH_ENGINE` and `WITHOUT_ENGINE`."""

    soaks: Mapping[str, Soak] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path = DOCUMENT) -> Document:
        """Read the document; an empty one where there is none."""
        return TypeAdapter(cls).validate_json(path.read_text()) if path.exists() else cls()

    def write(self, path: Path = DOCUMENT) -> None:
        """Write it."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")
