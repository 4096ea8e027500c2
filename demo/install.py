"""Fetch the Pulumi CLI into a folder: `python -m demo.install FOLDER`, with one line on failure.

A process of its own, so that the demo can end it when it takes too long.
"""

from __future__ import annotations

import socket
import subprocess
import sys

from pulumi.automation import PulumiCommand

SILENCE = 15.0
"""Seconds after which a server that says nothing counts as out of reach."""


def main() -> int:
    """Install; return the exit code."""
    socket.setdefaulttimeout(SILENCE)
    try:
        PulumiCommand.install(root=sys.argv[1])
    except subprocess.CalledProcessError as error:
        output = error.output.decode(errors="replace") if error.output else ""
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        print(lines[-1] if lines else error, file=sys.stderr)
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, the demo goes on without the CLI
        print(getattr(error, "reason", error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
