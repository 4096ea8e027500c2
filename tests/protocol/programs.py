"""Runs a program as the language host does, in a process of its own, against the SDK's mocks.

`python -m tests.protocol.programs FILE` runs the program FILE in the current folder with the config
of the environment, and prints as JSON what it registered, exported and logged.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi import runtime
from pulumi.runtime.mocks import (
    MockCallArgs,
    MockEngine,
    MockMonitor,
    MockResourceArgs,
    Mocks,
    MockSettings,
)

from .plugin import PROJECT, STACK, Bag

PREVIEW = "PROGRAM_PREVIEW"
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Ran:
    """What a program did."""

    registered: dict[str, Bag]
    """Inputs by name, as they stand on the wire."""
    types: list[str]
    exports: Any
    logged: list[list[str]]
    """Level and message of each line."""
    modules: list[str]
    error: str | None

    @property
    def errors(self) -> list[str]:
        """The logged errors, and the one that ended the program."""
        logged = [message for level, message in self.logged if level == "ERROR"]
        return logged + ([self.error] if self.error else [])


def run(
    project: Path,
    config: Mapping[str, Any],
    program: Path = ROOT / "__main__.py",
    *,
    secret: tuple[str, ...] = (),
    preview: bool = False,
) -> Ran:
    """Run a program with a stack config."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.protocol.programs", str(program)],
        cwd=project,
        env=environment(config, secret, preview),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return Ran(**json.loads(process.stdout))


def environment(
    config: Mapping[str, Any], secret: tuple[str, ...] = (), preview: bool = False
) -> dict[str, str]:
    """Return the environment in which the language host starts a program."""
    texts = {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
    }
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "provider"))),
        "PULUMI_CONFIG": json.dumps(texts),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(secret)),
        PREVIEW: "1" if preview else "",
    }


class _Recorder(Mocks):
    """Answers each registration with its inputs, as a preview does."""

    def __init__(self) -> None:
        self.types: set[str] = set()

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.types.add(args.typ)
        return f"{args.name}-id", {**args.inputs, "status": f"live-{args.name}"}

    def call(self, _args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


class _Monitor(MockMonitor):
    """Keeps what stands on the wire, secrets and unknowns too."""

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.registered: dict[str, Bag] = {}
        self.exports: Any = None

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        if request.type != "pulumi:pulumi:Stack":
            self.registered[request.name] = MessageToDict(request.object)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        self.exports = MessageToDict(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.levelname, record.getMessage()))


def _program() -> None:
    runpy.run_path(sys.argv[1], run_name="__main__")


def main() -> None:
    """Run the program that the first argument names."""
    lines = _Lines()
    logger = logging.getLogger("engine")
    logger.propagate = False
    logger.addHandler(lines)
    logger.setLevel(logging.DEBUG)
    recorder = _Recorder()
    monitor = _Monitor(recorder)
    features = set(monitor.GetDeploymentInfo(Empty()).supportedFeatures)  # type: ignore[no-untyped-call]
    runtime.configure(
        MockSettings(  # type: ignore[no-untyped-call]
            monitor=monitor,
            monitor_features=features,
            engine=MockEngine(logger),
            project=PROJECT,
            stack=STACK,
            organization=None,
            root_directory=str(Path.cwd()),
            dry_run=bool(os.environ[PREVIEW]),
            callbacks=None,
        )
    )
    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    error = None
    try:
        loop.run_until_complete(runtime.run_in_stack(_program))
    except pulumi.RunError as failed:
        error = str(failed)
    print(  # noqa: T201
        json.dumps(
            {
                "registered": monitor.registered,
                "types": sorted(recorder.types),
                "exports": monitor.exports,
                "logged": lines.lines,
                "modules": sorted(sys.modules),
                "error": error,
            }
        )
    )


if __name__ == "__main__":
    main()
