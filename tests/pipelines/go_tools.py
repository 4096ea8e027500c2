"""Programs that the Makefile builds from the Go module proxy, where Go is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from .workflows import ROOT

FOLDER = ROOT / ".venv" / "go"
ACTIONLINT = FOLDER / "actionlint"
GOJQ = FOLDER / "gojq"


def needs(program: Path) -> pytest.MarkDecorator:
    """Return a mark that skips a test without this program."""
    reason = f"no {program.name}, install Go and run make test where its module proxy is reached"
    return pytest.mark.skipif(not program.exists(), reason=reason)
