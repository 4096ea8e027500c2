"""`amplify-jobs emulator`: a stand-in for the service, to try things out."""

from __future__ import annotations

from pathlib import Path

import click

from ..failures import DONE, CommandError

PORT = 4580
"""Next to none of LocalStack's ports, so that both can run."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, help="The port; 0 takes a free one.")
@click.option(
    "--seed", metavar="FILE", type=click.Path(path_type=Path), help="YAML with jobs to start with."
)
@click.option(
    "--latency",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    default=0.0,
    help="Added to each answer.",
)
@click.option(
    "--fault",
    "faults",
    metavar="KIND=RATE",
    multiple=True,
    help="A fault and how often it strikes, such as 504=0.3; KIND:OPERATION=RATE for one call.",
)
@click.option("--fault-seed", metavar="N", type=int, help="Makes faults repeatable.")
def emulator(
    host: str,
    port: int,
    seed: Path | None,
    latency: float,
    faults: tuple[str, ...],
    fault_seed: int | None,
) -> int:
    """Run a stand-in for the AmplifyBackend service, until Ctrl-C."""
    # Here, not above: the HTTP server is slow to load.
    from ...emulator import EmulatorError, parse_fault, serve

    try:
        serve(
            host=host,
            port=port,
            seed=seed,
            latency=latency,
            faults=[parse_fault(text) for text in faults],
            fault_seed=fault_seed,
            on_listening=announce,
        )
    except EmulatorError as error:
        raise CommandError(str(error)) from None
    return DONE


def announce(url: str) -> None:
    """Say where the emulator listens, and how to use it; click flushes each line."""
    click.echo(f"AmplifyBackend emulator listening on {url}, Ctrl-C stops it.")
    click.echo(f"  in stack config:    amplify-jobs:endpoint: {url}")
    click.echo(f"  in a shell:         export AWS_ENDPOINT_URL_AMPLIFYBACKEND={url}")
    click.echo("  credentials:        any, such as AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x")
