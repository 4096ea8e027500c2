"""The HTTP side: what all requests pass, before they are AWS's calls or admin calls."""

import uuid
from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .admin import PREFIX, admin_routes, unknown_admin_call
from .backend import Backend
from .calls import Calls
from .guard import Guard


def build_app(backend: Backend, allow_hosts: Iterable[str] = ()) -> ASGIApp:
    """Return the emulator as an ASGI app; the server must provide the extensions of `server`.

    `allow_hosts` has more names that clients may call it by.
    """
    calls = Calls(backend)

    async def unknown(request: Request, error: Exception) -> Response:
        if request.scope["path"].startswith(PREFIX):
            return unknown_admin_call(request)
        return await calls.unknown(request, error)

    starlette = Starlette(
        routes=[*calls.routes(), *admin_routes(backend)],
        exception_handlers={404: unknown, 405: unknown},
    )
    # Off, or a POST to the list path with a slash behind it would be redirected.
    starlette.router.redirect_slashes = False
    return _Front(Guard(starlette, allow_hosts))


class _Front:
    """What all requests pass: routing by the raw path, an ID for each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The raw path, as a decoded one can't tell `a/b` from `a%2Fb`. One slash at the end
        # does not count, as on API Gateway: with an empty job ID, an update is a listing.
        path = scope["raw_path"].decode("ascii").removesuffix("/")
        request_id = str(uuid.uuid4()).encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-amzn-requestid", request_id)]
            await send(message)

        try:
            await self._app({**scope, "path": path}, receive, send_with_id)
        except ClientDisconnect:
            return
