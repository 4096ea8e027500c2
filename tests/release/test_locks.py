"""The lock files fit pyproject.toml, each other and what is installed; they name no registry."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from itertools import product
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from release.installed import required_by
from release.locks import DEV, LOCKS, OLDEST_PYTHON, PACKAGE, ROOT, Lock, Pinned, read

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OWN = PROJECT["project"]["name"]
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
PLATFORMS = (
    ("linux", "Linux", "x86_64"),
    ("linux", "Linux", "aarch64"),
    ("darwin", "Darwin", "arm64"),
)

TOGETHER = [lock for lock in LOCKS if lock.name != "uv"]

each_lock = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)


def environments() -> Iterator[dict[str, str]]:
    """Yield the environments that the package is for, in the words of markers."""
    for python, (platform, system, machine) in product(PYTHONS, PLATFORMS):
        yield {
            **{name: str(value) for name, value in default_environment().items()},
            "python_version": python,
            "python_full_version": f"{python}.9",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "sys_platform": platform,
            "platform_system": system,
            "platform_machine": machine,
            "os_name": "posix",
            "extra": "",
        }


def here(lock: Lock) -> dict[str, Pinned]:
    """Return what a lock installs with this Python."""
    environment = {name: str(value) for name, value in default_environment().items()}
    return {each.name: each for each in read(lock) if each.applies(environment)}


def declared(lock: Lock) -> Iterator[Requirement]:
    """Yield the requirements of pyproject.toml that a lock is made of."""
    project = PROJECT["project"]
    lines = [*project["dependencies"]] if lock.with_package else []
    extras = [*lock.extras]
    for extra in extras:
        for line in project["optional-dependencies"][extra]:
            requirement = Requirement(line)
            if requirement.name == OWN:
                extras.extend(requirement.extras)
            else:
                lines.append(line)
    for group in lock.groups:
        lines.extend(PROJECT["dependency-groups"][group])
    yield from map(Requirement, lines)


@each_lock
def test_every_line_of_a_lock_is_a_version_with_hashes(lock: Lock) -> None:
    text = lock.path.read_text(encoding="utf-8")
    packages = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert len(packages) == len(list(read(lock)))
    assert all(each.hashes for each in read(lock))


@each_lock
def test_no_lock_names_a_registry(lock: Lock) -> None:
    text = lock.path.read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in re.sub(r"==\S+|# via.*|#   .*", "", text)


@each_lock
def test_a_lock_has_what_pyproject_asks_for_on_every_python_and_platform(lock: Lock) -> None:
    found = list(read(lock))
    for environment in environments():
        for requirement in declared(lock):
            if requirement.marker and not requirement.marker.evaluate(environment):
                continue
            name = canonicalize_name(requirement.name)
            chosen = [each for each in found if each.name == name and each.applies(environment)]
            assert len(chosen) == 1, (str(requirement), environment, "run make lock")
            assert requirement.specifier.contains(chosen[0].version, prereleases=True), "make lock"


@pytest.mark.parametrize("lock", TOGETHER, ids=lambda lock: lock.name)
def test_locks_that_are_installed_together_agree(lock: Lock) -> None:
    for environment in environments():
        versions = {each.name: each.version for each in read(DEV) if each.applies(environment)}
        for each in read(lock):
            if each.applies(environment) and each.name in versions:
                assert each.version == versions[each.name], (lock.name, environment)


@each_lock
def test_what_a_locked_package_requires_is_locked(lock: Lock) -> None:
    found = here(lock)
    looked_at = 0
    for each in found.values():
        try:
            package = distribution(each.name)
        except PackageNotFoundError:
            continue
        if package.version == each.version:
            looked_at += 1
            for needed in required_by(package, ()):
                pinned = found.get(canonicalize_name(needed.name))
                assert pinned, (each.name, str(needed))
                assert needed.specifier.contains(pinned.version, prereleases=True), str(needed)
    if "matrix" not in sys.prefix and lock is PACKAGE:
        assert looked_at > 30


def test_what_builds_the_package_is_locked() -> None:
    [build] = [lock for lock in LOCKS if lock.name == "build"]
    assert set(PROJECT["build-system"]["requires"]) <= {str(each) for each in declared(build)}


def test_every_extra_and_group_has_its_lock() -> None:
    extras = {extra for lock in LOCKS for extra in lock.extras}
    groups = {group for lock in LOCKS for group in lock.groups}
    assert extras == set(PROJECT["project"]["optional-dependencies"])
    assert groups == set(PROJECT["dependency-groups"])
    assert PROJECT["project"]["requires-python"] == f">={OLDEST_PYTHON}"
