"""The HTTP side: what all requests pass, before they are AWS's calls or admin calls.

Refused are requests of web pages, and bodies without end. A browser lets any page send requests to
this machine. It says so in `Origin` and `Sec-Fetch-Site`; where a page's name was bound to this
machine's address (DNS rebinding), `Host` has that name. What a page may send unasked is plain text
or a form.
"""

import ipaddress
import re
import uuid
from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .admin import PREFIX, admin_routes, unknown_admin_call
from .calls import Calls
from .protocol import REQUEST_ID, Answer, failure, response
from .server import HANG_UP
from .state import State
from .token_calls import TokenCalls

LARGEST_BODY = 1024 * 1024
"""Bytes; a job has 256 characters in each of few fields, and a seed of thousands fits."""

LOCAL_NAMES = frozenset({"host.docker.internal", "host.containers.internal"})
"""This machine, as containers on it call it."""

SERVICE_NAME = re.compile(r"((amplify|amplifybackend|sts)\.[a-z0-9-]+|sts)\.amazonaws\.com(\.cn)?")
"""AWS's own names of the services, which a network may lead here; no page has one."""

PAGE_TYPES = frozenset({"text/plain", "multipart/form-data"})
"""What a page can send to another site unasked. The third, a form's own, is what curl -d sends."""

OTHER_SITES = frozenset({"cross-site", "same-site"})


def build_app(state: State, allow_hosts: Iterable[str] = ()) -> ASGIApp:
    """Return the emulator as an ASGI app; the server must provide the extensions of `server`.

    `allow_hosts` has more names that clients may call it by.
    """
    calls = Calls(state)

    async def unknown(request: Request, error: Exception) -> Response:
        if request.scope["path"].startswith(PREFIX):
            return unknown_admin_call(request)
        return await calls.unknown(request, error)

    starlette = Starlette(
        routes=[*calls.routes(), TokenCalls(state, calls).route(), *admin_routes(state)],
        exception_handlers={404: unknown, 405: unknown},
    )
    # Off, or a POST to the list path with a slash behind it would be redirected.
    starlette.router.redirect_slashes = False
    return EmulatorMiddleware(starlette, allow_hosts)


class EmulatorMiddleware:
    """Refuses what no client sends, routes by the raw path, gives each answer an ID."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str] = ()) -> None:
        """Have `allowed` as more names that `Host` may have."""
        self._app = app
        self._allowed = LOCAL_NAMES | {_plain(name) for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with what is wrong with it."""
        request_id = str(uuid.uuid4())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"x-amzn-requestid", request_id.encode()),
                ]
            await send(message)

        # The raw path, as a decoded one can't tell `a/b` from `a%2Fb`. One slash at the end
        # does not count, as on API Gateway: with an empty job ID, an update is a listing.
        path = scope["raw_path"].decode("ascii").removesuffix("/") or "/"
        received = {**scope, "path": path, REQUEST_ID: request_id}
        try:
            await self._guarded(received, receive, send_with_id)
        except ClientDisconnect:
            return

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await _body(request)
        if body is None:
            message = f"the body has more than {LARGEST_BODY} bytes"
            answer = failure("RequestEntityTooLarge", 413, message=message)
            await response(answer)(scope, receive, send)
            # The server would read on, and throw away what comes.
            scope["extensions"][HANG_UP]()
            return
        refusal = self._refusal(request.headers)
        # Only now: to a client that still sends, an answer might be lost.
        app = self._app if refusal is None else response(refusal)
        await app(scope, _again(body, receive), send)

    def _refusal(self, headers: Headers) -> Answer | None:
        host = headers.get("host", "")
        if host and not self.answers_to(host):
            name = _shown(host)
            advice = f"this emulator does not answer to this name; --allow-host {name} adds it"
            return _forbidden(f"Host {name}: {advice}")
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host.lower()}":
            return _forbidden(f"Origin {_shown(origin)}: web pages may not call the emulator")
        if headers.get("sec-fetch-site", "").lower() in OTHER_SITES:
            return _forbidden("Sec-Fetch-Site: web pages may not call the emulator")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in PAGE_TYPES:
            message = f"Content-Type {kind}: send application/json"
            return failure("UnsupportedMediaType", 415, message=message)
        return None

    def answers_to(self, host: str) -> bool:
        """Say whether a `Host` header names this emulator.

        An address can't be rebound. A name without a dot is a container's, such as a service of a
        compose file: no page on the internet has one.
        """
        name = _plain(_without_port(host))
        local = "." not in name or name.endswith(".localhost")
        if local or name in self._allowed or _is_address(name):
            return True
        return SERVICE_NAME.fullmatch(name) is not None


def is_loopback(address: str) -> bool:
    """Say whether only this machine reaches what listens on an address."""
    return address == "localhost" or (
        _is_address(address) and ipaddress.ip_address(address).is_loopback
    )


def _forbidden(message: str) -> Answer:
    return failure("Forbidden", 403, message=message)


async def _body(request: Request) -> bytes | None:
    """Return a request's body; None as soon as it is known to be too large."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        return None
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_BODY:
            return None
    return bytes(content)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what hands out a body that was read, and what comes after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:100]
