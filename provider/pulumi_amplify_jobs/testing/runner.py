"""Runs a Pulumi program in this process, as Pulumi's language host does.

`python -m pulumi_amplify_jobs.testing.runner SETTINGS PROGRAM`; the settings are the keyword
arguments of `pulumi.runtime.Settings` as JSON. Stack config stands in the environment.
"""

from __future__ import annotations

import asyncio
import json
import logging
import runpy
import sys
import traceback

import pulumi
from pulumi import runtime

FAILED = 1


def main() -> int:
    """Run the program that the arguments name; return the exit code."""
    settings, program = sys.argv[1:]
    runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
    runtime.configure(runtime.Settings(**json.loads(settings)))
    sys.argv = [program]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # A program that fails leaves futures that nobody waits for; asyncio would complain of each.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        loop.run_until_complete(runtime.run_in_stack(lambda: _run(program)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return FAILED
    except Exception:  # noqa: BLE001 - whatever a user's program raises
        pulumi.log.error(f"Program failed with an unhandled exception:\n{traceback.format_exc()}")
        return FAILED
    return 0


def _run(program: str) -> None:
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    sys.exit(main())
