"""Known vulnerabilities of what is locked: `make audit`.

pip-audit asks OSV about every version of each package in the lock files, those for other Pythons
and platforms among them. Where that service can't be reached, one line says that nothing was
audited, and the exit code is 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby, zip_longest
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from .locks import LOCKS, read

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
    line = [sys.executable, "-m", "pip_audit", "--disable-pip", f"--osv-url={url}"]
    options = ["--vulnerability-service=osv", "--progress-spinner=off", "--requirement"]
    with tempfile.TemporaryDirectory() as folder:
        files = list(_written(Path(folder)))
        runs = [subprocess.run([*line, *options, str(file)], check=False) for file in files]
    return max(run.returncode for run in runs)


def locked() -> dict[tuple[str, str], str]:
    """Return all that is locked, for any Python and platform: a hash by name and version."""
    found = {(each.name, each.version): each.hashes[0] for lock in LOCKS for each in read(lock)}
    return dict(sorted(found.items()))


def _written(folder: Path) -> Iterator[Path]:
    """Write what is locked without markers: pip-audit passes over what doesn't fit its own Python.

    A file has one version of a package, because pip-audit refuses two.
    """
    versions = [list(found) for _, found in groupby(locked().items(), lambda each: each[0][0])]
    for number, pins in enumerate(zip_longest(*versions)):
        path = folder / f"{number}.txt"
        lines = (f"{pin[0][0]}=={pin[0][1]} --hash={pin[1]}\n" for pin in pins if pin)
        path.write_text("".join(lines), encoding="utf-8")
        yield path


if __name__ == "__main__":
    sys.exit(audit(*sys.argv[1:] or [OSV]))
