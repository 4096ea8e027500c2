"""Runs the program of the current folder under the SDK's mocks, and prints its jobs' names.

A process of its own, as the SDK keeps its state in globals and a program runs once.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import pulumi
import yaml

APP = {"appId": "d2abcdefgh1234", "backendEnvironmentName": "prod"}
BACKEND_JOB = "pulumi-python:dynamic/amplify:BackendJob"

registered: dict[str, dict[str, Any]] = {}


class Mocks(pulumi.runtime.Mocks):
    """Takes every resource as it is declared; the other stack has the outputs of `app/`."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {**args.inputs, "outputs": APP}
        assert args.typ == BACKEND_JOB, args.typ
        registered[args.name] = args.inputs
        return args.name, dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> NoReturn:
        raise AssertionError(f"an unexpected call: {args.token}")


def main() -> None:
    pulumi.runtime.set_mocks(Mocks(), project="shop-backend", stack="dev", preview=False)
    text = Path("Pulumi.dev.yaml").read_text(encoding="utf-8")
    config = yaml.safe_load(text)["config"].items()
    pulumi.runtime.set_all_config(
        {key: value if isinstance(value, str) else json.dumps(value) for key, value in config}
    )
    exports = run()
    push, models = registered["unstick-push"], registered["regenerate-models"]
    assert (push["app_id"], push["backend_environment_name"]) == tuple(APP.values()), push
    assert (push["job_id"], push["status"]) == ("4f1c", "FAILED"), push
    assert models["operation"] == "GenerateBackendAPIModels", models
    assert exports == {"pushStatus": "FAILED", "statuses": {"regenerate-models": "COMPLETED"}}
    sys.stdout.write(" ".join(registered) + "\n")


def run() -> dict[str, Any]:
    """Run the program; return what it exports, once every output is known."""
    exports: dict[str, Any] = {}

    def program() -> pulumi.Output[None]:
        found: dict[str, Any] = {}
        with patch("pulumi.export", found.__setitem__):
            runpy.run_path("__main__.py", run_name="__main__")
        return pulumi.Output.from_input(found).apply(exports.update)

    until_known: Any = pulumi.runtime.test
    until_known(program)()
    return exports


if __name__ == "__main__":
    main()
