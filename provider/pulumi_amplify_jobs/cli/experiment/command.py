"""`amplify-jobs try`: see in one's own account what the service makes of an update."""

from __future__ import annotations

import time
from functools import partial
from importlib.metadata import version
from typing import Any

import click

from ...clock import SystemClock
from ...domain.jobs import DesiredJob, ObservedJob
from ...domain.keys import JobKey, wanted_problem
from ...domain.plan import changes_of, moved_since
from ...domain.times import parse_duration, utc
from ...errors import AmplifyJobsError
from ...services import connect
from ..errors import DONE, FAILED, CommandError, interrupted_as, notify
from ..interrupts import INTERRUPTS
from ..lazy_group import PlainEpilog
from ..options import ConnectionOptions, connection_options, duration_option, json_option
from ..output import VERSION, json_text, key_document, observed_document, tell, write
from ..prompt import confirmed
from ..stack import StackOptions, settings_of_a_stack_options
from .run import Experimenter
from .verdict import Experiment, Verdict, published

EPILOG = """
Example:
  amplify-jobs try d2abcdefgh1234/dev/4f1c --status FAILED

Verdicts:
  set               the answer and the last read show what was asked for
  ignored           the answer and all reads show the job as it was
  refused           the service refuses the update
  set and set back  the job showed it, then was as before
  not known         anything else, such as an update without an answer

JSON document (--json):
  version   2
  job       appId, backendEnvironmentName, jobId, and target (null)
  asked     operation, status
  before    the job right before the update
  answer    the update's answer, a job or an error
  reads     secondsAfter and found, a job, an error or null for each
  verdict   set, ignored, refused, reverted, unknown
  reason    what shows it

Exit codes:
  0  there is a verdict
  1  it is not known, or an error
"""


def job_key(text: str) -> JobKey:
    """Return the job that an argument names. Raises click.BadParameter."""
    try:
        return JobKey.parse(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} {error}") from None


def value(text: str) -> str:
    """Return an operation or a status. Raises click.BadParameter."""
    problem = wanted_problem(text)
    if problem:
        raise click.BadParameter(problem)
    return text


@click.command("try", cls=PlainEpilog, epilog=EPILOG)
@click.argument("key", metavar="APP/ENVIRONMENT/JOB", type=job_key)
@click.option("--status", metavar="STATUS", type=value, help="The status to ask for.")
@click.option("--operation", metavar="NAME", type=value, help="The operation to ask for.")
@duration_option(
    "--read-for", "reading", default="1m", help_text="How long to read the job after the update."
)
@duration_option("--interval", default="5s", help_text="The pause between two reads.")
@click.option("-y", "--yes", is_flag=True, help="Update without asking.")
@json_option
@settings_of_a_stack_options
@connection_options
def try_(
    options: StackOptions,
    connection: ConnectionOptions,
    key: JobKey,
    status: str | None,
    operation: str | None,
    reading: str,
    interval: str,
    yes: bool,
    as_json: bool,
) -> int:
    """Update one job once, and report what the service makes of it.

    AWS documents UpdateBackendJob only as "Updates a specific job". Nothing public shows that it
    ends a stuck job, or what happens to the process behind the job. This command reads the job,
    asks, updates it once, reads it for a minute, and names what the reads show. Its transcript has
    no credentials and no account IDs: paste it into an issue.

    Take a job that nobody needs, and a status that it will not reach by itself. No stack is read
    unless --stack or --config-file names one; its settings then apply.
    """
    if status is None and operation is None:
        raise click.UsageError("name what to ask for: --status, --operation or both")
    desired = DesiredJob(key, operation, status)
    settings = connection.over(options.read_if_named().config.settings)

    show = partial(click.echo, err=True) if as_json else tell
    show(f"amplify-jobs {version('pulumi-amplify-jobs')}, botocore {version('botocore')}")
    show(f"{utc(time.time())}  {key}, {_asked(desired)}")
    services = connect(settings, SystemClock())
    experimenter = Experimenter(services.jobs, services.clock, show)
    before = _worth_trying(desired, experimenter.read(desired))
    if not yes:
        if not confirmed("Update this job once?", on_stderr=as_json):
            notify("error", "not updated; nothing was written")
            return FAILED
        before = _not_moved(before, experimenter.read(desired))
    INTERRUPTS.refuse_to_go_on()
    made = experimenter.run(desired, before, parse_duration(reading), parse_duration(interval))
    verdict = made.verdict
    with interrupted_as(lambda: f"interrupted while this was printed: {verdict}"):
        if as_json:
            write(json_text(_document(made, verdict)))
        else:
            tell(f"\n{verdict}")
    return DONE if verdict.name != "unknown" else FAILED


def _asked(desired: DesiredJob) -> str:
    given = {"operation": desired.operation, "status": desired.status}
    return "asked for " + " and ".join(f"{name} {value}" for name, value in given.items() if value)


def _worth_trying(desired: DesiredJob, live: ObservedJob) -> ObservedJob:
    """Return the job, if an update can show anything. Raises CommandError."""
    if not changes_of(desired, live):
        raise CommandError(
            f"{desired.key} shows that already, so an update would show nothing; "
            "name another status or operation; nothing was written"
        )
    return live


def _not_moved(before: ObservedJob, live: ObservedJob) -> ObservedJob:
    """Return the job as it is after the question. Raises CommandError if it is another by then."""
    moved = moved_since(before, live)
    if moved is not None:
        raise CommandError(f"{live.key} moved meanwhile: {moved}; nothing was written")
    return live


def _document(made: Experiment, verdict: Verdict) -> dict[str, Any]:
    return {
        "version": VERSION,
        "job": key_document(made.desired.key),
        "asked": {"operation": made.desired.operation, "status": made.desired.status},
        "before": observed_document(made.before),
        "answer": _found(made.answer),
        "reads": [
            {"secondsAfter": each.seconds, "found": _found(each.found)} for each in made.reads
        ],
        "verdict": verdict.name,
        "reason": verdict.reason,
    }


def _found(found: ObservedJob | AmplifyJobsError | None) -> dict[str, Any] | str | None:
    if isinstance(found, ObservedJob):
        return observed_document(found)
    return None if found is None else published(found)
