"""The program: its commands, and how it begins and ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, Any

import click

from .. import ending
from .errors import FAILED, notify
from .interrupts import INTERRUPTS
from .lazy_group import Entry, LazyGroup
from .verbosity import VERBOSE

SECTIONS = {
    "Everyday commands": {
        "list": Entry(
            "list.command:listing",
            "Show the live jobs of environments, the oldest RUNNING first.",
        ),
        "watch": Entry("watch.command:watch", "Follow jobs until they are as declared."),
        "discover": Entry(
            "discover.command:discover", "Find jobs, and write the config that declares them."
        ),
        "validate": Entry("validate:validate", "Check stack files and included files, offline."),
        "targets": Entry("targets:targets", "Show the targets of a stack, and their shards."),
        "plan": Entry("plan.command:plan", "Show what apply would change."),
        "apply": Entry("apply.command:apply", "Make the changes that plan shows, after asking."),
    },
    "For pull requests": {
        "report": Entry("report:report", "Report a preview: as Markdown, as a page, or as JSON."),
        "comment": Entry(
            "comment.command:comment", "Write a preview into its comment on a pull request."
        ),
    },
    "For tests and tools": {
        "try": Entry(
            "experiment.command:try_", "Update one job once, and report what becomes of it."
        ),
        "completion": Entry("completion:completion", "Print a shell's completion script."),
        "schema": Entry("schema:schema", "Print the JSON Schema of a stack's file or a report."),
        "emulator": Entry("emulator:emulator", "Run a stand-in for the AmplifyBackend service."),
    },
}

EPILOG = """
Examples:
  amplify-jobs list --status RUNNING       what hangs, and for how long
  amplify-jobs plan --stack prod           what apply would change in this stack
  amplify-jobs apply --stack prod --yes    make the changes without asking

Exit codes:
  0  done, or nothing to do
  1  an error, also in the usage or the config
  2  changes are pending (plan, report, and watch at its timeout)

Environment:
  AMPLIFY_JOBS_DEBUG=1    show the tracebacks of errors
  AMPLIFY_JOBS_SHARD=I/N  as --shard, where a command has it
  NO_COLOR=1              no colours
"""


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    subcommand_metavar="COMMAND ...",
    epilog=EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    package_name="pulumi-amplify-jobs", prog_name="amplify-jobs", message="%(prog)s %(version)s"
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Bring AWS Amplify backend jobs to the state that the stack config declares.

    The stack config is Pulumi.<stack>.yaml; no Pulumi engine is needed.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(FAILED)


cli.params.append(VERBOSE)


def main() -> None:
    """Run the program and end the process.

    The process ends at once: a thread that still reads from a slow service is not waited for.
    SIGTERM and SIGHUP end it as Ctrl-C does.
    """
    INTERRUPTS.install()
    code = FAILED
    try:
        open_streams()
        cli.main(prog_name="amplify-jobs")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else FAILED
    except KeyboardInterrupt:
        pass  # another one, while the end by the first was being told
    ending.end()
    os._exit(code if flushed(sys.stdout) and flushed(sys.stderr) else code or FAILED)


def open_streams() -> None:
    """Make up for streams that were closed when the process began; end it where stdout was.

    A file or connection that is opened later would take the place of a closed one.
    """
    sys.stdin = sys.stdin or Path(os.devnull).open()  # noqa: SIM115 (up to the end)
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115
    if sys.stdout is None:
        notify("error", "stdout is closed: redirect it, such as to a file or to /dev/null")
        sys.exit(FAILED)
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks is no reason to fail.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")


def flushed(stream: IO[Any] | None) -> bool:
    """Write out what a stream still holds; say whether anybody was there to take it."""
    try:
        if stream is not None:  # a stream that was closed from the start
            stream.flush()
    except (OSError, ValueError):
        return False
    return True
