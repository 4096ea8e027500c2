"""A stand-in for GitHub's REST API: the comments of one pull request, over real HTTP.

Written from docs.github.com ("REST API endpoints for issue comments", "Using pagination in the REST
API", "Rate limits for the REST API"), not from our client.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pulumi_amplify_jobs.emulator.server import HangUp, ServerThread, listen, url_of

REPOSITORY = "octo/shop"
PULL_REQUEST = 12
TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a"
BOT = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}
OTHER_BOT = {"login": "renovate[bot]", "id": 29139614, "type": "Bot"}
LONGEST = 65536


@dataclass(frozen=True)
class Fault:
    """How one call goes wrong."""

    status: int | None = 502
    """None: the connection ends without an answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    done: bool = False
    """Whether what was asked for is done all the same."""
    hangs: bool = False
    """Whether the client waits for the answer until it goes."""


@dataclass(frozen=True)
class Seen:
    """A call as it arrived."""

    operation: str
    path: str
    headers: Mapping[str, str]


class GitHub:
    """The pull request; its `url` is that of the API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.comments: dict[int, dict[str, Any]] = {}
        self.seen: list[Seen] = []
        self.hanging = threading.Event()
        """An answer is waited for that does not come."""
        self.faults: dict[str, list[Fault]] = {}
        self.author: Mapping[str, Any] = BOT
        """Who writes with the token."""
        self.may_write = True
        self.has_graphql = True
        """Whether the GraphQL API is there, which tells an app's token whose it is."""
        self.link_base = url
        """Where the links to further pages lead."""
        self.on_call: Callable[[], object] = lambda: None
        """Called before each answer, such as to let virtual time pass."""
        self._ids = count(1001)

    def write(self, body: str, author: Mapping[str, Any] | None = None) -> int:
        """Let somebody write a comment; return its ID."""
        number = next(self._ids)
        self.comments[number] = {
            "id": number,
            "body": body,
            "html_url": f"https://github.com/{REPOSITORY}/pull/12#issuecomment-{number}",
            "user": dict(author or self.author),
        }
        return number

    def chat(self, number: int) -> None:
        """Let people write so many comments."""
        for each in range(number):
            self.write(f"Looks good ({each})", {"login": "mona", "id": 2, "type": "User"})

    def fail(self, operation: str, *faults: Fault) -> None:
        """Let the next calls of an operation go wrong: list, create, update, remove, user or
        graphql."""
        self.faults.setdefault(operation, []).extend(faults)

    def count(self, *operations: str) -> int:
        """Count the calls of operations."""
        return sum(each.operation in operations for each in self.seen)

    @property
    def writes(self) -> int:
        """How many calls there were that change something."""
        return self.count("create", "update", "remove")

    def with_marker(self) -> list[dict[str, Any]]:
        """Return the comments that have a marker."""
        return [each for each in self.comments.values() if "<!-- amplify-jobs:" in each["body"]]

    # What is below runs in the server's thread, one call at a time.

    async def answer(self, operation: str, request: Request) -> Response:
        self.seen.append(Seen(operation, str(request.url), dict(request.headers)))
        self.on_call()
        body = json.loads(await request.body() or b"null")
        faults = self.faults.get(operation)
        if not faults:
            return self._answer(operation, request, body)
        fault = faults.pop(0)
        if fault.done:
            self._answer(operation, request, body)
        if fault.hangs:
            self.hanging.set()
            while (await request.receive())["type"] != "http.disconnect":
                pass
        if fault.status is None:
            return HangUp()
        content = {"message": "Server Error"} if fault.body is None else fault.body
        return JSONResponse(content, fault.status, dict(fault.headers))

    def _answer(self, operation: str, request: Request, body: Any) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return refused(401, "Bad credentials")
        if operation == "user":
            if self.author["type"] == "Bot":
                return refused(403, "Resource not accessible by integration")
            return JSONResponse(dict(self.author))
        if operation == "graphql":
            if not self.has_graphql:
                return refused(404, "Not Found")
            # Of an app's installation, the viewer is the app's bot.
            return JSONResponse({"data": {"viewer": {"databaseId": self.author["id"]}}})
        if operation == "list":
            return self._page(request)
        if not self.may_write:
            return refused(403, "Resource not accessible by integration")
        if body is not None and len(body["body"]) >= LONGEST:
            return refused(422, "Validation Failed", "body is too long")
        if operation == "create":
            return JSONResponse(self.comments[self.write(body["body"])], 201)
        number = request.path_params["id"]
        if number not in self.comments:
            return refused(404, "Not Found")
        if operation == "remove":
            del self.comments[number]
            return Response(status_code=204)
        self.comments[number]["body"] = body["body"]
        return JSONResponse(self.comments[number])

    def _page(self, request: Request) -> Response:
        if request.path_params["number"] != PULL_REQUEST:
            return refused(404, "Not Found")
        size = min(int(request.query_params.get("per_page", 30)), 100)
        page = int(request.query_params.get("page", 1))
        every = sorted(self.comments.values(), key=lambda each: each["id"])
        last = max(1, -(-len(every) // size))
        links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        if page >= last:
            del links["next"]
        path = f"{self.link_base}{request.url.path}?per_page={size}"
        told = ", ".join(f'<{path}&page={at}>; rel="{name}"' for name, at in links.items())
        return JSONResponse(every[(page - 1) * size : page * size], headers={"Link": told})


def refused(status: int, message: str, *errors: str) -> Response:
    return JSONResponse({"message": message, "errors": list(errors)}, status)


OPERATIONS = {
    "list": ("GET", "/issues/{number:int}/comments"),
    "create": ("POST", "/issues/{number:int}/comments"),
    "update": ("PATCH", "/issues/comments/{id:int}"),
    "remove": ("DELETE", "/issues/comments/{id:int}"),
}


@contextmanager
def github(base: str = "") -> Iterator[GitHub]:
    """Serve a pull request on a free port of 127.0.0.1, below a path such as `/api/v3`."""
    listener = listen("127.0.0.1", 0)
    stand_in = GitHub(url_of(listener) + base)
    stand_in.link_base = url_of(listener)

    def endpoint_of(operation: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await stand_in.answer(operation, request)

        return endpoint

    def route(operation: str, method: str, path: str) -> Route:
        return Route(base + path, endpoint_of(operation), methods=[method])

    async def moved(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(
            f"{base}/repos/{REPOSITORY}/{request.path_params['rest']}{query}", status_code=307
        )

    routes = [route("user", "GET", "/user")]
    # GitHub Enterprise has /api/v3 and, beside it, /api/graphql.
    graphql = f"{base.removesuffix('/v3')}/graphql"
    routes.append(Route(graphql, endpoint_of("graphql"), methods=["POST"]))
    routes += [
        route(name, method, f"/repos/{REPOSITORY}{path}")
        for name, (method, path) in OPERATIONS.items()
    ]
    every = ["GET", "POST", "PATCH", "DELETE"]
    routes.append(Route(f"{base}/repos/octo/old-name/{{rest:path}}", moved, methods=every))
    server = ServerThread(Starlette(routes=routes), listener)
    try:
        yield stand_in
    finally:
        server.stop()
        listener.close()
