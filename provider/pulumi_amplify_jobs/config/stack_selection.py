"""Which stack is meant, and where its file stands.

Where none is named, PULUMI_STACK or `pulumi stack select` say it, by the rules of Pulumi's own CLI
(pkg/backend/state/stacks.go, pkg/workspace/workspace.go).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..disk import LARGEST_CONFIG, UnreadableError, is_absent, read_file
from ..errors import ConfigError, one_line
from .project import (
    StackFile,
    backend_url,
    find_project,
    project_file,
    project_name,
    stack_names,
    stack_path,
)

STACK_VARIABLE = "PULUMI_STACK"
BACKEND_VARIABLE = "PULUMI_BACKEND_URL"
HOME_VARIABLE = "PULUMI_HOME"

STACK_NAME = re.compile(r"(?!\.+$)[\w.-]{1,100}", re.ASCII)
"""A part of a stack's name, as Pulumi takes it; dots alone would lead to another file."""


@dataclass(frozen=True)
class Selected:
    """A stack's name as it was given, perhaps with its organization and project."""

    stack: str
    by: str
    """What says so: an option, a variable or a command."""


def find_stack_file(start: Path, stack: str | None, config_file: Path | None) -> StackFile:
    """Find the project around `start` and its stack's file.

    Without a stack name it is the selected stack's, or the only one. Raises ConfigError.
    """
    project = find_project(start)
    if config_file is not None:
        if is_absent(config_file):
            raise ConfigError([f"{config_file}: there is no such file"])
        return StackFile(project, config_file)
    selected = selected_stack(project) if stack is None else Selected(stack, "--stack")
    if selected is None:
        names = stack_names(project)
        if len(names) != 1:
            raise ConfigError([_which_stack(project, names)])
        return StackFile(project, stack_path(project, names[0]))
    path = stack_path(project, _short_name(selected, project))
    by = selected.by if stack is None else None
    if is_absent(path):
        names = stack_names(project)
        others = f"; the stacks are {', '.join(names)}"
        cure = others if names else ": write it, or name a file with --config-file"
        why = f" ({by})" if by else ""
        raise ConfigError([f"{path.name}: there is no such stack file{why}{cure}"])
    return StackFile(project, path, by)


def _short_name(selected: Selected, project: Path) -> str:
    """Return the stack's name without organization and project. Raises ConfigError."""
    parts = selected.stack.split("/")
    if len(parts) > 3 or not all(STACK_NAME.fullmatch(part) for part in parts):
        shown = one_line(selected.stack, 80) or '""'
        advice = "write NAME or ORGANIZATION/PROJECT/NAME"
        raise ConfigError([f"{selected.by} {shown} is not a stack name: {advice}"])
    own = project_name(project)
    if len(parts) == 3 and own is not None and parts[1] != own:
        foreign = f"{selected.by} {selected.stack} belongs to another project"
        raise ConfigError([f"{foreign}: the project here is {own}, change to {parts[1]}"])
    return parts[-1]


def _which_stack(project: Path, names: list[str]) -> str:
    if names:
        return f"{project.name}/: which stack? use --stack with one of {', '.join(names)}"
    path = stack_path(project, "dev")
    missing = f"there is no Pulumi.<stack>{path.suffix} in {path.parent.name}/"
    return f"{missing}: write one, such as {path.name}, or name a file with --config-file"


def selected_stack(project: Path) -> Selected | None:
    """Return the stack that is selected for a project, or None."""
    given = os.environ.get(STACK_VARIABLE)
    if given is not None:  # set to nothing, it selects none, whatever was written down
        return Selected(given, STACK_VARIABLE) if given else None
    stack = _written_down(project)
    return Selected(stack, "pulumi stack select") if stack else None


def _written_down(project: Path) -> str | None:
    """Return what `pulumi stack select` chose, for the backend that is in use.

    Which one that is only a file with credentials may know: then what all backends agree on counts.
    """
    home = Path(os.environ.get(HOME_VARIABLE) or os.path.expanduser("~/.pulumi"))  # noqa: PTH111
    settings = _json(home / "workspaces" / _settings_name(project))
    stacks = settings.get("stacks")
    chosen = stacks if isinstance(stacks, dict) else {}
    backend = os.environ.get(BACKEND_VARIABLE) or backend_url(project)
    names = (
        {chosen[backend]}
        if backend in chosen
        else {name for name in chosen.values() if isinstance(name, str)}
    )
    stack = names.pop() if len(names) == 1 else settings.get("stack") if not names else None
    return stack if isinstance(stack, str) else None


def _settings_name(project: Path) -> str:
    path = str(project_file(project))
    digest = hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()
    return f"{project_name(project)}-{digest}-workspace.json"


def _json(path: Path) -> dict[str, Any]:
    """Return a JSON file's mapping; one that can't be read selects nothing."""
    try:
        content = json.loads(read_file(path, LARGEST_CONFIG))
    except (UnreadableError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
