"""A release's files: `python -m release.build` builds them twice, compares, and fills `dist/`.

What is not committed is refused, and so is an environment that differs from the locks. Each build
is of a copy of what git tracks, in a folder of its own, with other times and another umask. `dist/`
then has the wheel, the source archive, `sbom.cdx.json`, `requirements.txt` (the lock of what is
installed with the wheel), and the hashes of all these in `SHA256SUMS`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from .installed import unlike
from .locks import BUILD, PACKAGE, ROOT, Lock
from .sbom import sbom

DIST = ROOT / "dist"
SUMS = "SHA256SUMS"


def tracked(source: Path) -> list[str]:
    """Return the files of a checkout that git tracks."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"],
        cwd=source,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (source / name).is_file()]


def copy(source: Path, folder: Path, *, moment: float, umask: int) -> None:
    """Copy what git tracks into a folder, as if checked out at a moment and under a umask."""
    for name in tracked(source):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target)
        runs = os.access(source / name, os.X_OK)
        target.chmod((0o777 if runs else 0o666) & ~umask)
        os.utime(target, (moment, moment))


def build(source: Path, folder: Path, *, umask: int) -> Mapping[str, str]:
    """Build wheel and source archive into a folder, and return their SHA-256 by name."""
    environment = {name: text for name, text in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    line = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel"]
    subprocess.run(
        [*line, "-d", str(folder)],
        cwd=source,
        env=environment,
        umask=umask,
        check=True,
        capture_output=True,
    )
    return hashes(folder)


def hashes(folder: Path) -> Mapping[str, str]:
    """Return the SHA-256 of each file in a folder, by name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def build_twice(source: Path, folder: Path) -> Path:
    """Build in two places below a folder, and return where the files are.

    Raises `SystemExit`, in one line, if the two differ.
    """
    built = []
    for name, moment, umask in (("a", 1_000_000_000.0, 0o022), ("other", 1_600_000_000.0, 0o077)):
        copy(source, folder / name / "source", moment=moment, umask=umask)
        built.append(build(folder / name / "source", folder / name / "built", umask=umask))
    if built[0] != built[1]:
        differing = [name for name in built[0] if built[0][name] != built[1].get(name)]
        raise SystemExit(f"two builds of one commit differ: {', '.join(differing)}")
    return folder / "a" / "built"


def require_commit(source: Path) -> None:
    """Raise `SystemExit`, in one line, if a tracked file is not as it is committed."""
    line = ["git", "status", "--porcelain", "--untracked-files=no"]
    done = subprocess.run(line, cwd=source, check=True, capture_output=True, text=True)
    changed = [entry[3:] for entry in done.stdout.splitlines()]
    if changed:
        raise SystemExit(f"dist/ is made of a commit, so commit these first: {', '.join(changed)}")


def require_locked(locks: Iterable[Lock]) -> None:
    """Raise `SystemExit`, in one line, if something is not installed as it is locked."""
    for lock in locks:
        differing = list(unlike(lock))
        if differing:
            what = f"{', '.join(differing)}; make clean dist installs what is locked"
            raise SystemExit(f"{lock.path.name}: {what}")


def fill(dist: Path, source: Path) -> str:
    """Fill a folder anew with the files of a release, and return the text of `SHA256SUMS`.

    Raises `SystemExit`, in one line, if the files would not be those of a commit and its locks.
    """
    require_commit(source)
    require_locked((BUILD, PACKAGE))
    with tempfile.TemporaryDirectory() as folder:
        built = build_twice(source, Path(folder))
        [wheel] = built.glob("*.whl")
        document = json.dumps(sbom(wheel), indent=2) + "\n"
        (built / "sbom.cdx.json").write_text(document, encoding="utf-8")
        shutil.copy(PACKAGE.path, built / "requirements.txt")
        sums = "".join(f"{digest}  {name}\n" for name, digest in hashes(built).items())
        (built / SUMS).write_text(sums, encoding="utf-8")
        shutil.rmtree(dist, ignore_errors=True)
        shutil.copytree(built, dist)
    return sums


if __name__ == "__main__":
    print(fill(DIST, ROOT), end="")
