"""Known vulnerabilities of what is locked: `make audit`.

pip-audit asks OSV about each package of each lock file. Where that service can't be reached, one
line says that nothing was audited, and the exit code is 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

from .locks import LOCKS

OSV = "https://api.osv.dev/v1/query"
TIMEOUT = 15
"""Seconds until the service counts as one that can't be reached."""


def unreachable(url: str) -> str | None:
    """Return why the service can't be asked, or nothing if it answers."""
    question = {"version": "0.0.0", "package": {"name": "pip-audit", "ecosystem": "PyPI"}}
    request = Request(url, json.dumps(question).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            json.load(answer)
    except URLError as error:
        return str(error.reason)
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__
    return None


def audit(url: str) -> int:
    """Audit every lock file, and return the exit code: 1 if something is vulnerable."""
    reason = unreachable(url)
    if reason is not None:
        print(f"Nothing was audited: {url} can't be reached ({reason})")
        return 0
    files = [part for lock in LOCKS for part in ("--requirement", str(lock.path))]
    line = [sys.executable, "-m", "pip_audit", "--disable-pip"]
    options = ["--vulnerability-service=osv", f"--osv-url={url}", "--progress-spinner=off"]
    return subprocess.run([*line, *options, *files], check=False).returncode


if __name__ == "__main__":
    sys.exit(audit(*sys.argv[1:] or [OSV]))
