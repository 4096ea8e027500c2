"""A stand-in for AmplifyBackend and AWS Amplify, for tests, demos and trying things out.

Any AWS client can talk to it over HTTP: its routes, its validation and its error shapes
come from botocore's own models of the two services. It knows ``UpdateBackendJob``,
``GetBackendJob`` and ``ListBackendJobs`` of the one, ``ListApps`` and
``ListBackendEnvironments`` of the other, and, for several accounts, ``AssumeRole`` and
``GetCallerIdentity`` of STS. It misbehaves on demand (see `FAULT_KINDS`). Of the rest of this
package it imports only how files are read, so that it stays an independent witness of what the
rest does.

In a test or a demo::

    job = {"appId": "d1", "backendEnvironmentName": "dev", "jobId": "7", "status": "RUNNING"}
    with Emulator(seed=[job]) as emulator:
        client = boto3.client("amplifybackend", endpoint_url=emulator.url, ...)

For a command: `serve`.
"""

from .entities import App, Job, SeedJob, Then
from .errors import DatabaseError, EmulatorError
from .seed import Seed, load_seed, parse_apps, parse_jobs

try:  # what needs the server, which only the package's extra brings
    from .app import is_loopback
    from .emulator import Emulator, serve
    from .fault_kinds import FAULT_KINDS
    from .faults import Fault, parse_fault
    from .request_log import RecordedRequest
    from .signatures import Credentials
    from .state import Options
    from .world import World
except ModuleNotFoundError as error:
    if error.name not in ("starlette", "uvicorn"):
        raise
    message = (
        "the emulator's server is not installed: pip install 'starlette>=0.46' 'uvicorn>=0.34', or "
        "install this package with its extra, emulator"
    )
    raise ModuleNotFoundError(message, name=error.name) from None

__all__ = [
    "FAULT_KINDS",
    "App",
    "Credentials",
    "DatabaseError",
    "Emulator",
    "EmulatorError",
    "Fault",
    "Job",
    "Options",
    "RecordedRequest",
    "Seed",
    "SeedJob",
    "Then",
    "World",
    "is_loopback",
    "load_seed",
    "parse_apps",
    "parse_fault",
    "parse_jobs",
    "serve",
]
