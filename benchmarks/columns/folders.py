"""What the folders of the columns have in common: files, settings, the programs that they need."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from ..world import World

ROOT = Path(__file__).parents[2]
FILES = Path(__file__).parent / "files"
BIN = Path(sys.executable).parent
STACK = "bench"
PATH = f"{BIN}{os.pathsep}{os.environ['PATH']}"
"""Where programs are looked for: first beside this Python."""


def lay_out(folder: Path, world: World) -> None:
    """Write a project of the declared jobs."""
    write_project(folder, world, {"amplify-jobs:include": ["jobs/*.yaml"]})
    world.write_yaml(folder / "jobs")


def write_project(folder: Path, world: World, config: Mapping[str, object]) -> None:
    """Write a project with this repository's own options, and a stack with some config."""
    folder.mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    (folder / ".venv").symlink_to(sys.prefix)
    general = {"aws:region": "eu-west-1", "amplify-jobs:endpoint": world.emulator.url}
    text = yaml.safe_dump({"config": {**general, **config}})
    (folder / f"Pulumi.{STACK}.yaml").write_text(text)


def needs(program: str) -> str | None:
    """Say that a program is missing."""
    return None if shutil.which(program, path=PATH) else f"`{program}` is not installed"


def environment(folder: Path, world: World) -> dict[str, str]:
    """Return the environment of every command: made-up credentials, the emulator, no settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PULUMI_", "TF_"))}
    return {
        **kept,
        "PATH": PATH,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": world.emulator.url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "made-up",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # The file backend would rewrite its whole state at every step.
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "CHECKPOINT_DISABLE": "true",
        "TF_CLI_CONFIG_FILE": str(folder / "terraform.rc"),
    }
