"""A Pulumi project in a temporary folder, and the environment that its tools run in."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parent.parent
STACK = "demo"


@dataclass(frozen=True)
class Project:
    """The project's folder, and the environment for every tool that works on it."""

    folder: Path
    environment: dict[str, str]


@contextmanager
def temporary_project(stack_config: str) -> Iterator[Project]:
    """Set up the repository's own Pulumi program with this stack config; it is gone at the end."""
    with tempfile.TemporaryDirectory(
        prefix="amplify-jobs-demo-", ignore_cleanup_errors=True
    ) as temporary:
        root = Path(temporary)
        folder = root / "project"
        for each in (folder, root / "state", root / "home"):
            each.mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(REPOSITORY / name, folder)
        (folder / f"Pulumi.{STACK}.yaml").write_text(stack_config, encoding="utf-8")
        _link_virtualenv(folder)
        yield Project(folder, _environment(root))


def _link_virtualenv(folder: Path) -> None:
    """Give the program the packages that the demo runs with."""
    try:
        (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    except OSError:
        # No links here: name the place instead.
        path = folder / "Pulumi.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["runtime"]["options"]["virtualenv"] = sys.prefix
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _environment(root: Path) -> dict[str, str]:
    """Return this process's environment, with nothing in it that leads to a real AWS or Pulumi."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PULUMI_"))
    }
    exempt = ",".join(filter(None, [kept.get("no_proxy") or kept.get("NO_PROXY"), "127.0.0.1"]))
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": exempt,
        "no_proxy": exempt,
        "PULUMI_BACKEND_URL": f"file://{root / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "demo",
        "PULUMI_HOME": str(root / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
