"""What a call to the emulator costs beside a bare Starlette route, side by side.

All servers run at once, each in a process of its own and behind the same HTTP server with the same
settings. The same requests, signed as AWS's clients sign them, go to each in turn, round by round,
so that a machine that speeds up or slows down does so for all. The bare route answers with the same
bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ..emulated.load import Load
from ..emulated.servers import bare, emulator, seed, serving
from ..results import Measurement, Run

STUDY = "call"
REQUESTS = 1600
ROUNDS = 9

ACCESS, SECRET = "AKIDEXAMPLE", "made-up"
PATH = "/backend/d2abcdefgh1234/job/prod/4f1c"
JOB = {
    "appId": "d2abcdefgh1234",
    "backendEnvironmentName": "prod",
    "jobId": "4f1c",
    "operation": "UpdateBackendAPI",
    "status": "RUNNING",
    "createTime": "1763942400000",
    "updateTime": "1763942400000",
}
CALLS = {"GetBackendJob": ("GET", b""), "UpdateBackendJob": ("POST", b'{"status":"RUNNING"}')}
BARE, PROMISED = "bare route", "emulator"
"""The two that the promise is about; the others are told for information."""


def measure() -> tuple[Measurement, ...]:
    """Return the seconds that one call of each kind took each server, in each round."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        loads = {
            name: stack.enter_context(closing(Load(stack.enter_context(serving(arguments)))))
            for name, arguments in _servers(Path(folder)).items()
        }
        return tuple(
            measurement
            for call, request in CALLS.items()
            for measurement in _measurements(call, _rounds(loads, *request))
        )


def _measurements(call: str, rounds: list[dict[str, float]]) -> Iterator[Measurement]:
    for name in rounds[0]:
        yield Measurement(STUDY, call, name, tuple(Run(1 / each[name]) for each in rounds))


def _servers(folder: Path) -> dict[str, list[str]]:
    jobs = ["--seed", str(seed(folder / "seed.json", [JOB]))]
    keys = ["--access-key", ACCESS, "--secret-key", SECRET]
    with serving(emulator(*jobs)) as url:
        body = httpx.get(url + PATH).content
    return {
        BARE: bare(body),
        PROMISED: emulator(*jobs),
        "with --db": emulator(*jobs, "--db", folder / "jobs.db"),
        "with --log": emulator(*jobs, "--log", folder / "log"),
        "with SigV4": emulator(*jobs, *keys),
        "with all of them": emulator(
            *jobs, *keys, "--db", folder / "all.db", "--log", folder / "all"
        ),
    }


def _rounds(loads: Mapping[str, Load], method: str, body: bytes) -> list[dict[str, float]]:
    """Return the requests a second of each server in each round; the first round warms up."""
    requests = {name: _signed(load, method, body) for name, load in loads.items()}
    rounds = [
        {name: load.rate(requests[name], REQUESTS) for name, load in loads.items()}
        for _ in range(ROUNDS + 1)
    ]
    return rounds[1:]


def _signed(load: Load, method: str, body: bytes) -> bytes:
    """Return the bytes of a request as botocore's clients send it."""
    request = AWSRequest(method, f"http://{load.host}{PATH}", data=body)
    request.headers["Host"] = load.host
    request.headers["User-Agent"] = "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6 cfg/retry"
    request.headers["Accept-Encoding"] = "identity"
    SigV4Auth(Credentials(ACCESS, SECRET), "amplifybackend", "eu-west-1").add_auth(request)
    request.headers["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return f"{method} {PATH} HTTP/1.1\r\n{head}\r\n".encode() + body
