"""The licenses of what is installed with the package, from `locks/licenses.json`."""

from __future__ import annotations

import json

from release.licenses import ACCEPTED, LIST

from .markdown import code, table


def license_list() -> str:
    """Return the accepted licenses, and a table of each package with its own."""
    entries = json.loads(LIST.read_text(encoding="utf-8"))
    rows = [(each["name"], each["version"], each["license"]) for each in entries]
    accepted = ", ".join(map(code, sorted(ACCEPTED)))
    return f"Accepted: {accepted}.\n\n{table(('package', 'version', 'license'), rows)}"
