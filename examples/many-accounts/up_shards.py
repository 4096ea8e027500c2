"""Brings a stack for each shard up, several at once: .venv/bin/python up_shards.py 4

Each of these stacks, such as dev-1-of-4, has the config of Pulumi.dev.yaml. One that fails holds
back no other: the summary names it, and the exit code is 1.
"""

import argparse
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path

from pulumi import automation

PROJECT = Path(__file__).parent
STACK = "dev"
SECRETS_PROVIDER = "default"  # or one such as "awskms://alias/my-pulumi-key?region=eu-west-1"


def open_backend() -> None:
    """Have Pulumi make its table in a new PostgreSQL database, which two at once fail to."""
    with suppress(automation.CommandError, OSError):  # each shard's own run says what is wrong
        automation.LocalWorkspace(work_dir=str(PROJECT)).list_stacks()


def stack_of(number: int, shards: int) -> automation.Stack:
    """Return the stack of a shard, which is made where there is none."""
    name = f"{STACK}-{number}-of-{shards}"
    shutil.copyfile(PROJECT / f"Pulumi.{STACK}.yaml", PROJECT / f"Pulumi.{name}.yaml")
    options = automation.LocalWorkspaceOptions(
        env_vars={"AMPLIFY_JOBS_SHARD": f"{number}/{shards}"},
        secrets_provider=SECRETS_PROVIDER,
    )
    return automation.create_or_select_stack(name, work_dir=str(PROJECT), opts=options)


def up(number: int, shards: int) -> str:
    """Bring a shard's stack up, and return what was done. Raises CommandError and OSError."""
    # A target that fails holds back no other of the same stack.
    result = stack_of(number, shards).up(continue_on_error=True, color="never")
    changes = result.summary.resource_changes or {}
    return ", ".join(f"{count} {change}" for change, count in sorted(changes.items()))


def errors_of(error: Exception) -> str:
    """Return the errors that Pulumi printed, each once, or else what went wrong."""
    found = re.findall(r"^\s*error: (.+)$", str(error), re.MULTILINE)
    return "".join(f"\n  {line}" for line in dict.fromkeys(found)) or f" {error}"


def positive(text: str) -> int:
    """Return a number from 1 on. Raises ValueError."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def main() -> int:
    parser = argparse.ArgumentParser(description="Bring a stack for each shard up.")
    parser.add_argument("shards", type=positive, help="how many shards there are")
    parser.add_argument("--parallel", type=positive, default=4, help="at once (default: 4)")
    options = parser.parse_args()
    ups, failed = 0, []
    with ThreadPoolExecutor(options.parallel) as pool:
        try:
            open_backend()
            numbers = range(1, options.shards + 1)
            runs = {pool.submit(up, number, options.shards): number for number in numbers}
            for run in as_completed(runs):
                shard = f"{runs[run]}/{options.shards}"
                try:
                    print(f"shard {shard}: {run.result()}", flush=True)
                    ups += 1
                except (automation.CommandError, OSError) as error:
                    print(f"shard {shard} failed:{errors_of(error)}", flush=True)
                    failed.append(shard)
        except KeyboardInterrupt:  # Pulumi hears it, too: what runs ends, and nothing else begins
            pool.shutdown(cancel_futures=True)
            print("Interrupted.", end=" ")
    print(f"{ups} of {options.shards} stacks are up.", end="")
    print(f" Failed: {', '.join(sorted(failed))}." if failed else "")
    return 0 if ups == options.shards else 1


if __name__ == "__main__":
    sys.exit(main())
