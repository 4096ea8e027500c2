"""What it costs to start `amplify-jobs`, beside a Python that only imports click."""

from __future__ import annotations

import sys

from ..columns.commands import SCRIPT
from ..results import Measurement
from ..running.commands import Command
from .turns import in_turn

STUDY = "start"
ROUNDS = 20
BARE, CLICK, HELP = "python -c pass", "python -c 'import click'", "amplify-jobs --help"
PROGRAMS = {
    BARE: Command((sys.executable, "-c", "pass")),
    CLICK: Command((sys.executable, "-c", "import click")),
    HELP: Command((SCRIPT, "--help")),
    **{
        f"amplify-jobs {name} --help": Command((SCRIPT, name, "--help"))
        for name in ("list", "apply")
    },
}


def measure() -> tuple[Measurement, ...]:
    """Return what each program took in each round."""
    return in_turn(STUDY, PROGRAMS, ROUNDS)
