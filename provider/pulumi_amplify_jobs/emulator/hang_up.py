"""Waiting for a client to go or for the server to stop, and closing a connection unanswered.

Both need what the server provides as ASGI extensions.
"""

import asyncio
import math

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

HANG_UP = "emulator.hang_up"
"""The extension that closes the connection: a callable."""

STOPPING = "emulator.stopping"
"""The extension that tells of the server's end: an `asyncio.Event`."""


class HangUp(Response):
    """No answer at all: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Close the connection."""
        scope["extensions"][HANG_UP]()
        # The server takes an app that ends before its connection did for a broken one.
        await _hung_up(receive)


async def wait(scope: Scope, receive: Receive, seconds: float) -> None:
    """Let the seconds pass, or fewer when the client hangs up or the server is to stop."""
    stopping: asyncio.Event = scope["extensions"][STOPPING]
    events = {asyncio.ensure_future(_hung_up(receive)), asyncio.ensure_future(stopping.wait())}
    await asyncio.wait(
        events,
        timeout=None if math.isinf(seconds) else seconds,
        return_when=asyncio.FIRST_COMPLETED,
    )
    for event in events:
        event.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
