"""Answers with status 200 that are none, for each operation, and a server that gives them."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from urllib.parse import urlsplit

from pulumi_amplify_jobs.limits import LARGEST_ANSWER, LARGEST_PAGE
from tests.client.scripted import Reply, Request, serving
from tests.samples import APP, job

ENVIRONMENT = "env0"
KEY = {"appId": APP, "backendEnvironmentName": ENVIRONMENT, "jobId": "j0"}
ARN = f"arn:aws:amplify:eu-west-1:123456789012:apps/{APP}"

RIGHT: dict[str, Any] = {
    "GetBackendJob": job("j0", environment=ENVIRONMENT),
    "UpdateBackendJob": job("j0", environment=ENVIRONMENT),
    "ListBackendJobs": {"jobs": [job("j0", environment=ENVIRONMENT)]},
    "ListApps": {"apps": [{"appId": APP, "appArn": ARN, "name": "shop"}]},
    "ListBackendEnvironments": {
        "backendEnvironments": [
            {
                "backendEnvironmentArn": f"{ARN}/backendenvironments/{ENVIRONMENT}",
                "environmentName": ENVIRONMENT,
            }
        ]
    },
}
"""What each operation is answered rightly."""

NO_DOCUMENTS = (b"", b"null", b"true", b"42", b'"text"', b"[]", b"{}", b"{", b"<html></html>")
"""Bodies that no operation has."""

WRONG: tuple[Any, ...] = (None, 7, True, "", [], {}, ["x"], {"x": 1})
"""Values that neither a key nor a list of items can have."""


def path_of(request: Request) -> str:
    """Return the path and query that are asked for; a proxy is asked with the whole URL."""
    return re.sub("^http://[^/]+", "", request.path)


def operation_of(request: Request) -> str:
    """Return the operation that a request asks for."""
    path = path_of(request).partition("?")[0]
    if path == "/apps":
        return "ListApps"
    if path.endswith("/backendenvironments"):
        return "ListBackendEnvironments"
    if re.fullmatch(r"/backend/[^/]+/job/[^/]+", path):
        return "ListBackendJobs"
    return "UpdateBackendJob" if request.method == "POST" else "GetBackendJob"


def bodies(operation: str, random: Random) -> Iterator[bytes]:
    """Yield bodies that are no answer to an operation, each another one, without an end."""
    right = json.dumps(RIGHT[operation]).encode()
    yield from NO_DOCUMENTS
    yield b"[" * 200_000
    yield b'{"jobs": ' * 50_000
    while True:
        yield right[: random.randrange(1, len(right) - 1)]
        yield right + b"\n" + right[: random.randrange(1, 9)]
        yield bytes(random.randrange(128, 256) for _ in range(random.randrange(1, 99)))
        yield json.dumps(_without_identity(operation, random)).encode()
        yield json.dumps(_of_another(operation, random)).encode()


def _without_identity(operation: str, random: Random) -> Any:
    """Return a document whose names or lists are of the wrong kind, or missing."""
    document = json.loads(json.dumps(RIGHT[operation]))
    [(items, found)] = [*document.items()][:1]
    if not isinstance(found, list):
        document[random.choice(list(KEY))] = random.choice(WRONG)
        return document
    if random.random() < 0.5:
        value = random.choice([each for each in WRONG if each != []])
        return {items: value}
    names = {"jobs": list(KEY), "apps": ["appId"], "backendEnvironments": ["environmentName"]}
    found[0][random.choice(names[items])] = random.choice(WRONG)
    return document


def _of_another(operation: str, random: Random) -> Any:
    """Return an answer that was meant for another job, environment or app."""
    other = f"-{random.randrange(10**6)}"
    text = json.dumps(RIGHT[operation])
    if operation == "ListApps":
        return {"jobs": [], "apps": [{"appId": "", "name": other}]}
    of = {"ListBackendJobs": ENVIRONMENT, "ListBackendEnvironments": APP}.get(operation, "j0")
    return json.loads(text.replace(of, of + other))


def bomb(size: int) -> Reply:
    """Return so many bytes of JSON, zipped to a thousandth."""
    body = gzip.compress(b'{"jobs": [' + b" " * size + b"]}", 9)
    return Reply(200, body, {"Content-Encoding": "gzip"})


def flood(size: int) -> Reply:
    """Return so many bytes."""
    return Reply(200, b" " * size)


def many_values(operation: str, size: int) -> Reply:
    """Return at most so many bytes, and no more than the operation may be answered, of values.

    Each is as small as JSON has any.
    """
    name = next(iter(RIGHT[operation]))
    most = min(size, LARGEST_PAGE if operation == "ListApps" else LARGEST_ANSWER) - 1000
    return Reply(200, f'{{"{name}":['.encode() + b"{}," * (most // 3) + b"{}]}")


@contextmanager
def hostile(url: str, operation: str, answer: Callable[[], Reply]) -> Iterator[str]:
    """Answer one operation so; all others are answered by who is at the URL."""

    def script(request: Request) -> Reply:
        return answer() if operation_of(request) == operation else forwarded(url, request)

    with serving(script) as server:
        yield server.url


def forwarded(url: str, request: Request) -> Reply:
    """Return what is answered at a URL."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        # The host is that of the URL: a proxy's client names another.
        headers = {name: each for name, each in request.headers.items() if name != "host"}
        connection.request(request.method, path_of(request), request.body, headers)
        answer = connection.getresponse()
        return Reply(answer.status, answer.read(), {"Content-Type": "application/json"})
    finally:
        connection.close()
