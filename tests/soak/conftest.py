"""What the tests of the soak share."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from soak.row import Setting


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path, Random(7))
