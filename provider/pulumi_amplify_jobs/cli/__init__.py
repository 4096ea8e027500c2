"""The command line `amplify-jobs`: what the stack config declares, without an engine.

A command that needs more than one module has a folder. What is slow to load (botocore, pydantic,
rich) is imported when it is needed.
"""

from __future__ import annotations

import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .entry_point import cli

__all__ = ["cli", "main"]


def main() -> None:
    """Run the program and end the process.

    While it loads, a signal ends it without a word: Python would show where it was.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .entry_point import main

    main()


def __getattr__(name: str) -> object:
    """Load the commands on first use, so that `main` begins before they are loaded."""
    if name == "cli":
        from .entry_point import cli

        return cli
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
