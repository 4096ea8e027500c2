"""The project under test: its program, its stack's config, and the environment of its processes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..config.loader import NAMESPACE
from ..config.project import CONFIG_FILE_VARIABLE, find_project, project_document
from ..config.stack_file import sealed_paths, stack_entries
from .program import ProgramFile
from .results import HostError
from .wire import config_text

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "made-up",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",  # closed: no service but the emulator is reached
}
"""What every process gets in place of what the machine says of AWS."""

SET_ASIDE = (
    "aws:profile",
    *(f"{NAMESPACE}:{name}" for name in ("profile", "assumeRoles", "endpoint")),
)
"""Config that leads elsewhere than to the emulator, or says whose credentials to use."""


@dataclass(frozen=True)
class Project:
    """A Pulumi project and one of its stacks."""

    root: Path
    name: str
    stack: str
    program: ProgramFile
    always_refreshes: bool
    """Whether Pulumi.yaml sets `options.refresh: always`."""

    @classmethod
    def at(cls, folder: Path, stack: str) -> Project:
        """Read the project in a folder or above it. Raises ConfigError where there is none."""
        root = find_project(folder)
        document = project_document(root)
        content = document.value if isinstance(document.value, dict) else {}
        name, main, options = (content.get(key) for key in ("name", "main", "options"))
        if not isinstance(name, str):
            raise HostError(f"{document.label}: the project has no name")
        program = root / main if isinstance(main, str) else root
        refreshes = isinstance(options, dict) and options.get("refresh") == "always"
        return cls(root, name, stack, ProgramFile(program), refreshes)

    def config(self, given: Mapping[str, Any], endpoint: str | None) -> StackValues:
        """Return the stack's config: its file's, with what is given on top.

        With an endpoint, what leads elsewhere is set aside. Raises ConfigError, and HostError for
        a value that only the engine can open.
        """
        entries = stack_entries(self.root, self.stack)
        for key, entry in entries.items():
            for path in () if key in given else sealed_paths(entry.value, ()):
                where = ".".join(str(part) for part in (key, *path))
                raise HostError(
                    f"{entry.origin.place(path)}: {where} is encrypted: give its plain value, "
                    f'as config={{"{key}": …}}'
                )
        own = {key: entry.value for key, entry in entries.items()}
        aside = SET_ASIDE if endpoint is not None else ()
        values = {key: value for key, value in own.items() if key not in aside}
        values.update(given)
        return StackValues(values, as_the_file=values == own)


@dataclass(frozen=True)
class StackValues:
    """A stack's config as the engine has it."""

    values: Mapping[str, Any]
    as_the_file: bool
    """Whether the stack's own file says just the same."""

    @property
    def texts(self) -> dict[str, str]:
        """The values as the engine hands them on."""
        return {key: config_text(value) for key, value in self.values.items()}

    def written(self, folder: Path, stack: str) -> dict[str, str]:
        """Write the config where a refresh finds it; return the environment that says where."""
        if self.as_the_file:
            return {}
        path = folder / f"Pulumi.{stack}.yaml"
        path.write_text(json.dumps({"config": self.texts}), encoding="utf-8")
        return {CONFIG_FILE_VARIABLE: str(path)}


def environment(project: str, endpoint: str | None, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the processes: nothing in it leads to a real AWS or Pulumi."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PULUMI_"))
    }
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    exempt = ",".join(filter(None, [kept.get("no_proxy") or kept.get("NO_PROXY"), "127.0.0.1"]))
    names = (f"AWS_ENDPOINT_URL_{service}" for service in ("AMPLIFYBACKEND", "AMPLIFY", "STS"))
    emulator = dict.fromkeys(names, endpoint) if endpoint else {}
    return {
        **kept,
        **CREDENTIALS,
        "AWS_REGION": region,
        "NO_PROXY": exempt,
        "no_proxy": exempt,
        "PULUMI_PROJECT": project,
        **emulator,
        **extra,
    }
