"""The package as its users get it: built into a wheel, installed into a virtual environment."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

from packaging.requirements import Requirement

from release.installed import closure, required_by

ROOT = Path(__file__).parents[1]


def build(folder: Path) -> Path:
    """Build the wheel into a folder, with nothing from a registry."""
    line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(
    wheel: Path, environment: Path, *, extras: Iterable[str] = (), beside: Iterable[str] = ()
) -> Path:
    """Make a virtual environment with the wheel, and with what it requires and nothing else.

    `extras` are those of the wheel, `beside` is what a user would install along with it. All of
    that is linked from this Python's own packages. Returns the environment's Python.
    """
    packages = _packages(environment)
    packages.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (metadata,) = packages.glob("pulumi_amplify_jobs-*.dist-info")
    required = required_by(PathDistribution(metadata), extras)
    return furnish(environment, [*required, *map(Requirement, beside)])


def furnish(environment: Path, wanted: Iterable[Requirement]) -> Path:
    """Make a virtual environment with what requirements bring, linked from this Python's packages.

    Returns the environment's Python.
    """
    venv.create(environment, with_pip=False)
    for needed in closure(wanted):
        link(needed, _packages(environment))
    return environment / "bin" / "python"


def _packages(environment: Path) -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return environment / "lib" / version / "site-packages"


def link(installed: Distribution, packages: Path) -> None:
    """Link each file of a distribution; those of its commands, outside its folder, are left out."""
    for file in installed.files or ():
        if ".." not in file.parts:
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(Path(str(file.locate())))
