"""The results that are kept: docs/mutation.json, with the commit of each, and why mutants survive.

`survivors.yaml` says of each module why its mutants may survive. A mutant is known by its function
and its lines, so that a reason outlives other changes of the module.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parent.parent
KEPT = REPOSITORY / "docs" / "mutation.json"
REASONS = Path(__file__).with_name("survivors.yaml")
LEAST = 0.9
"""The share of mutants that the tests of each module have to notice."""


@dataclass(frozen=True, order=True)
class Survivor:
    """A mutant that no test noticed: a function, and its lines before and after."""

    function: str
    before: str
    after: str


@dataclass(frozen=True)
class Result:
    """The mutants of one module, at a commit."""

    commit: str
    mutants: int
    survivors: tuple[Survivor, ...]

    @property
    def noticed(self) -> int:
        """How many mutants made a test fail, or never end."""
        return self.mutants - len(self.survivors)

    @property
    def score(self) -> float:
        """The share of mutants that were noticed."""
        return self.noticed / self.mutants


def load() -> dict[str, Result]:
    """Return the kept results by module."""
    if not KEPT.exists():
        return {}
    document = json.loads(KEPT.read_text(encoding="utf-8"))
    return {module: _result(each) for module, each in document.items()}


def _result(kept: Mapping[str, Any]) -> Result:
    survivors = tuple(Survivor(**each) for each in kept["survivors"])
    return Result(kept["commit"], kept["mutants"], survivors)


def save(results: Mapping[str, Result]) -> None:
    """Keep results by module."""
    document = {module: asdict(each) for module, each in results.items()}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    KEPT.write_text(f"{text}\n", encoding="utf-8")


def reasons() -> dict[str, dict[Survivor, str]]:
    """Return why each known mutant of a module may survive."""
    document = yaml.safe_load(REASONS.read_text(encoding="utf-8"))
    return {module: dict(_explained(groups)) for module, groups in document.items()}


def _explained(groups: list[dict[str, Any]]) -> Iterator[tuple[Survivor, str]]:
    for group in groups:
        for after in group["after"]:
            yield Survivor(group["in"], group["before"], after), group["why"]
