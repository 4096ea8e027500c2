"""`amplify-jobs emulator`: a stand-in for the service, to try things out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .errors import DONE, CommandError, notify
from .lazy_group import PlainEpilog

PORT = 4580
"""Next to none of LocalStack's ports, so that both can run."""

STDOUT = "-"

UPDATES = ("set", "delay", "ignore", "refuse", "revert")
"""As the emulator has them, which is slow to load."""

EPILOG = """
A seed is a list of jobs, with the service's own field names:
  jobs:
    - appId: d2abcdefgh1234
      backendEnvironmentName: prod
      jobId: "4f1c"
      status: RUNNING
      age: 40h                                   # created 40 hours ago
      then: { after: 90s, status: COMPLETED }    # unless updated first

Several accounts and regions, reached by the emulator's own STS (AssumeRole)
or by keys that belong to an account:
  accounts:
    "111122223333":
      eu-west-1: { jobs: [], apps: [] }          # as at the top
  keys: { AKIDEXAMPLE: "111122223333" }

What AWS makes of an update is not publicly known. --updates plays each way:
  set      it sets the fields
  delay    it is answered with the job as it is, and sets the fields 10
           seconds later
  ignore   it is answered with the job as it is
  refuse   it is answered with BadRequestException
  revert   it sets the fields, and 10 seconds later they are as before

Faults by rate, from 0 to 1:
  --fault 504=0.3                     three in ten calls get a 504
  --fault denied:UpdateBackendJob=1   no update is allowed
  --fault slow@2s=0.1                 one in ten answers comes 2 seconds late

Kinds: 400, 429 (or throttle), limit, 500, 502, 503, 504, internal, denied,
drop, lost, truncated, empty, garbage, foreign, slow, blackhole, stale.

Without AWS:
  GET  /_admin/health                      is it up?
  POST /_admin/clock {"advance": "40h"}    let time pass at once
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--allow-host",
    "allow_hosts",
    metavar="NAME",
    multiple=True,
    envvar="AMPLIFY_JOBS_EMULATOR_ALLOW_HOST",
    show_envvar=True,
    help="Another name that clients may call it by (their Host header).",
)
@click.option("--port", default=PORT, show_default=True, help="The port; 0 picks a free one.")
@click.option(
    "--seed",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="YAML with jobs to start with; they are added to those in --db, or replace them.",
)
@click.option(
    "--db",
    "database",
    metavar="FILE",
    default=":memory:",
    help="Keep the jobs in this SQLite file, which is created if missing.",
)
@click.option(
    "--access-key", metavar="ID", help="Refuse requests that are not signed with this key (SigV4)."
)
@click.option(
    "--secret-key",
    metavar="SECRET",
    envvar="AMPLIFY_JOBS_EMULATOR_SECRET_KEY",
    show_envvar=True,
    help="The access key's secret.",
)
@click.option("--region", metavar="NAME", help="Refuse requests signed for another region.")
@click.option(
    "--updates",
    metavar="KIND",
    type=click.Choice(UPDATES),
    default=UPDATES[0],
    show_default=True,
    help="What becomes of an update, as below.",
)
@click.option(
    "--latency",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    default=0.0,
    help="The delay of each response.",
)
@click.option(
    "--fault",
    "faults",
    metavar="KIND=RATE",
    multiple=True,
    help="A fault and its rate, as below; may be repeated.",
)
@click.option("--fault-seed", metavar="N", type=int, help="Make faults repeatable.")
@click.option(
    "--log", metavar="FILE", help="Add a line of JSON to this file for each request; - is stdout."
)
def emulator(
    host: str,
    allow_hosts: tuple[str, ...],
    port: int,
    access_key: str | None,
    secret_key: str | None,
    region: str | None,
    faults: tuple[str, ...],
    log: str | None,
    **options: Any,
) -> int:
    """Run a stand-in for the AmplifyBackend service, until Ctrl-C.

    Any AWS client can talk to it. It answers GetBackendJob, ListBackendJobs and
    UpdateBackendJob. The HTTP server comes with the package's extra
    `emulator`.
    """
    _check_signing(access_key, secret_key, region)
    # Here, not above: the HTTP server is slow to load, and an extra of the package.
    try:
        from ..emulator import Credentials, EmulatorError, is_loopback, parse_fault, serve
    except ModuleNotFoundError as error:
        raise CommandError(str(error)) from None
    if not is_loopback(host):
        notify("warning", _exposed(host, port, allow_hosts))
    try:
        serve(
            host=host,
            port=port,
            allow_hosts=allow_hosts,
            faults=[parse_fault(text) for text in faults],
            credentials=Credentials(access_key, secret_key or "", region) if access_key else None,
            log=log,
            # Whoever reads the log from stdout wants nothing else there.
            on_listening=lambda url: _announce(url, access_key, err=log == STDOUT),
            **options,
        )
    except EmulatorError as error:
        raise CommandError(str(error)) from None
    return DONE


def _check_signing(access_key: str | None, secret_key: str | None, region: str | None) -> None:
    """Check that what requests must be signed with is complete. Raises a usage error."""
    if access_key and not secret_key:
        raise click.UsageError("--access-key needs --secret-key")
    if secret_key and not access_key:
        raise click.UsageError("--secret-key needs --access-key")
    if region and not access_key:
        raise click.UsageError("--region needs --access-key and --secret-key")


def _exposed(host: str, port: int, allow_hosts: tuple[str, ...]) -> str:
    """Return what listening beyond this machine means."""
    names = ", ".join(("IP addresses", "localhost", "names without a dot", *allow_hosts))
    return (
        f"--host {host} lets anyone who can reach port {port} of this machine read and change the "
        f"jobs, the faults and the clock; accepted as Host: {names} (--allow-host adds one)"
    )


def _announce(url: str, access_key: str | None, *, err: bool) -> None:
    """Say where the emulator listens, and how to use it; click flushes each line."""
    credentials = "any, such as AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x"
    if access_key:
        credentials = f"AWS_ACCESS_KEY_ID={access_key}, and its secret"
    click.echo(f"AmplifyBackend emulator listening on {url}, Ctrl-C stops it.", err=err)
    click.echo(f"  in stack config:    amplify-jobs:endpoint: {url}", err=err)
    click.echo(f"  in a shell:         export AWS_ENDPOINT_URL_AMPLIFYBACKEND={url}", err=err)
    click.echo(f"  credentials:        {credentials}", err=err)
