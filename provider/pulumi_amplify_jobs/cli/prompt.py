"""Asking before something is written."""

from __future__ import annotations

import sys

import click

from .errors import CommandError, is_terminal, notify


def confirmed(question: str, *, on_stderr: bool) -> bool:
    """Ask the user. Raises CommandError where there is nobody to ask."""
    if not is_terminal(sys.stdin):
        raise CommandError(
            "can't ask without a terminal, so nothing was written; use --yes to skip the question"
        )
    while True:
        # Not click.confirm: it calls a slip an "Error: invalid input" and leaves the user guessing.
        given = click.prompt(f"{question} [y/N]", default="", show_default=False, err=on_stderr)
        answer = given.strip().lower()
        if answer in ("y", "yes", "n", "no", ""):
            return answer in ("y", "yes")
        notify("error", "answer y or n")
