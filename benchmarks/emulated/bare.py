"""A bare Starlette route behind the emulator's own server: the floor of what a request costs.

It routes the same path and answers with the same bytes, and does nothing in between.
"""

from __future__ import annotations

import socket
import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pulumi_amplify_jobs.emulator.server import Server, listen, url_of

PATH = "/backend/{appId}/job/{backendEnvironmentName}/{jobId}"


def main(body: bytes) -> None:
    """Serve until a signal, telling the URL on stdout."""

    async def endpoint(request: Request) -> Response:
        await request.body()
        return Response(body, media_type="application/json")

    app = Starlette(routes=[Route(PATH, endpoint, methods=["GET", "POST"])])
    listener: socket.socket = listen("127.0.0.1", 0)
    url = url_of(listener)
    Server(app, on_started=lambda: print(f"listening on {url}", flush=True)).run([listener])


if __name__ == "__main__":
    main(sys.argv[1].encode())
