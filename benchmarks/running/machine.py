"""The machine in general terms, and how busy it was with other things."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("pulumi", "boto3", "botocore", "pydantic")
PROGRAMS = {
    "Pulumi CLI": ("pulumi", "version"),
    "AWS CLI": ("aws", "--version"),
    "Terraform": ("terraform", "version"),
}
_VERSION = re.compile(r"\d+\.\d+\.\d+")


def hardware() -> tuple[str, ...]:
    """Return what a reader needs in order to compare: no name of a host, no path."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (
        _processor(),
        f"{os.cpu_count()} cores",
        f"{memory / 2**30:.0f} GiB of memory",
        platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
    )


def versions(path: str) -> Mapping[str, str]:
    """Return the versions of what runs; programs are looked for in `path`."""
    return {
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        **{name: _version(command, path) for name, command in PROGRAMS.items()},
    }


class Others:
    """How much of the processors went to programs that this process did not start."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._busy, self._own = _busy_seconds(), _own_seconds()

    def share(self) -> float:
        """Return the share since then, from 0 to 1."""
        others = (_busy_seconds() - self._busy) - (_own_seconds() - self._own)
        available = (time.monotonic() - self._began) * (os.cpu_count() or 1)
        return max(0.0, others / available)


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _version(command: tuple[str, ...], path: str) -> str:
    program = shutil.which(command[0], path=path)
    if program is None:
        return "not installed"
    told = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    found = _VERSION.search(told.stdout)
    return found[0] if found else "unknown"


def _busy_seconds() -> float:
    """Return the seconds that the processors have worked, here or for others on the host."""
    user, nice, system, _idle, _waiting, hard, soft, stolen, *_ = (
        int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    )
    return (user + nice + system + hard + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    return sum(os.times()[:4])
