"""The lock files in `locks/`: one version of each package, with the hashes of its files.

`python -m release.locks` has uv write them from pyproject.toml: what is locked keeps its version,
unless `--upgrade` is given. No lock names a registry; pip takes the files from the one that it is
set up for, and refuses what has another hash.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "locks"
UV = ROOT / ".venv" / "uv" / "bin" / "uv"
OLDEST_PYTHON = "3.10"

_ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\\n]+?))? \\\n"
    r"(?P<hashes>(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Lock:
    """A lock file, and what of pyproject.toml it is made of."""

    name: str
    extras: Sequence[str] = ()
    groups: Sequence[str] = ()
    with_package: bool = True
    """Whether it has what the package itself requires."""

    @property
    def path(self) -> Path:
        """Where it stands."""
        return FOLDER / f"{self.name}.txt"


DEV = Lock("dev", extras=("dev",), groups=("build",))
PACKAGE = Lock("package")
BUILD = Lock("build", groups=("build",), with_package=False)
EMULATOR = Lock("emulator", extras=("emulator",))
LOCKS = (
    DEV,
    PACKAGE,
    EMULATOR,
    Lock("site", extras=("site",)),
    Lock("bench", extras=("bench",)),
    Lock("mutation", groups=("mutation",)),
    BUILD,
    Lock("uv", groups=("uv",), with_package=False),
    Lock("fuzz", groups=("fuzz",), with_package=False),
)
"""Every lock file. The first is made first, and the others keep to its versions."""


@dataclass(frozen=True)
class Pinned:
    """A package in a lock, for the Pythons and platforms of its marker."""

    name: str
    version: str
    marker: Marker | None
    hashes: tuple[str, ...]

    def applies(self, environment: Mapping[str, str]) -> bool:
        """Say whether it is installed there; `environment` has the names of markers."""
        return self.marker is None or self.marker.evaluate(dict(environment))


def read(lock: Lock) -> Iterator[Pinned]:
    """Yield the packages of a lock file, with their names in one spelling."""
    for match in _ENTRY.finditer(lock.path.read_text(encoding="utf-8")):
        marker = Marker(match["marker"]) if match["marker"] else None
        hashes = tuple(re.findall(r"sha256:[0-9a-f]{64}", match["hashes"]))
        yield Pinned(canonicalize_name(match["name"]), match["version"], marker, hashes)


def command(lock: Lock, options: Sequence[str]) -> list[str]:
    """Return the command that writes a lock file."""
    return [
        str(UV),
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        f"--python-version={OLDEST_PYTHON}",
        "--custom-compile-command=make lock",
        *(["--constraint", str(DEV.path)] if lock.with_package and lock is not DEV else []),
        *(f"--extra={extra}" for extra in lock.extras),
        *(f"--group={group}" for group in lock.groups),
        f"--output-file={lock.path}",
        *(["pyproject.toml"] if lock.with_package else []),
        *options,
    ]


def main(options: Sequence[str]) -> None:
    """Write every lock file; the options are uv's, such as `--upgrade-package urllib3`."""
    for lock in LOCKS:
        subprocess.run(command(lock, options), cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
