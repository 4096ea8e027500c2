"""What installed packages require, and what these require."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.markers import default_environment
from packaging.requirements import Requirement

from .locks import Lock, read


@dataclass
class Installed:
    """A package, and the names of those that it requires here."""

    package: Distribution
    requires: set[str] = field(default_factory=set)


def required_by(package: Distribution, extras: Iterable[str]) -> Iterator[Requirement]:
    """Yield what a distribution requires on this machine, with these extras."""
    for requirement in map(Requirement, package.requires or ()):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement


def graph(wanted: Iterable[Requirement]) -> Mapping[str, Installed]:
    """Return what requirements bring, by name, with all that this requires in turn.

    Raises `PackageNotFoundError` for what is not installed.
    """
    found: dict[str, Installed] = {}
    seen: set[str] = set()
    queue = list(wanted)
    while queue:
        requirement = queue.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        package = distribution(requirement.name)
        needed = list(required_by(package, requirement.extras))
        entry = found.setdefault(package.name, Installed(package))
        entry.requires.update(distribution(each.name).name for each in needed)
        queue.extend(needed)
    return found


def closure(wanted: Iterable[Requirement]) -> Iterable[Distribution]:
    """Return the distributions that requirements bring, and those that these require."""
    return [each.package for each in graph(wanted).values()]


def unlike(lock: Lock) -> Iterator[str]:
    """Yield in words what is not installed here as a lock has it."""
    environment = {name: str(value) for name, value in default_environment().items()}
    for pinned in read(lock):
        if pinned.applies(environment):
            try:
                installed = distribution(pinned.name).version
            except PackageNotFoundError:
                installed = "not"
            if installed != pinned.version:
                yield f"{pinned.name} {pinned.version} is locked, {installed} installed"
