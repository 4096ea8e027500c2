"""The admin calls, under ``/_admin/``: never signed, logged, faulted or slowed down.

What is wrong is answered by a 400 with ``{"message": one line}``. docs/emulator.md has them all.
"""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .backend import Backend
from .errors import DurationError, EmulatorError
from .faults import parse_faults
from .protocol import failure, response, to_json
from .seed import parse_document

PREFIX = "/_admin"


class _AdminCalls:
    """Each call gets the request and its body, and returns what is answered, as JSON data."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.by_name = {
            "GET health": self.health,
            "POST seed": self.seed,
            "GET jobs": self.jobs,
            "GET apps": self.apps,
            "POST reset": self.reset,
            "POST clock": self.advance,
            "GET clock": self.clock,
            "PUT faults": self.put_faults,
            "GET faults": self.faults,
            "GET requests": self.requests,
            "DELETE requests": self.clear_requests,
        }

    def health(self, _request: Request, _body: bytes) -> object:
        return {"status": "ok", "jobs": self._backend.store.count()}

    def seed(self, _request: Request, body: bytes) -> object:
        return {"seeded": self._backend.store.put(parse_document(_data(body), source="body"))}

    def jobs(self, _request: Request, _body: bytes) -> object:
        return {"jobs": [job.wire() for job in self._backend.store.all()]}

    def apps(self, _request: Request, _body: bytes) -> object:
        return {"apps": [app.wire() for app in self._backend.store.apps.all()]}

    def reset(self, _request: Request, _body: bytes) -> object:
        self._backend.reset()
        return {}

    def advance(self, request: Request, body: bytes) -> object:
        document = _data(body)
        duration = document.get("advance") if isinstance(document, dict) else None
        if not isinstance(duration, str):
            raise DurationError('body: write {"advance": "40h"}')
        self._backend.advance(duration)
        return self.clock(request, body)

    def clock(self, _request: Request, _body: bytes) -> object:
        return {"now": str(self._backend.clock.milliseconds())}

    def put_faults(self, request: Request, body: bytes) -> object:
        self._backend.faults.replace(parse_faults(_data(body)))
        return self.faults(request, body)

    def faults(self, _request: Request, _body: bytes) -> object:
        faults = self._backend.faults.faults()
        return [each.model_dump(by_alias=True, exclude_none=True) for each in faults]

    def requests(self, request: Request, _body: bytes) -> object:
        entries = self._backend.record.entries(request.query_params.get("operation"))
        return [each.wire() for each in entries]

    def clear_requests(self, _request: Request, _body: bytes) -> object:
        self._backend.record.clear()
        return {}


def admin_routes(backend: Backend) -> list[Route]:
    """Return the routes of the admin calls."""
    return [_route(name, call) for name, call in _AdminCalls(backend).by_name.items()]


def unknown_admin_call(request: Request) -> Response:
    """Answer an admin call that is none."""
    wanted = f"{request.method} {request.scope['raw_path'].decode('ascii')}"
    return response(failure("NotFound", 404, message=f"there is no admin call {wanted}"))


def _route(name: str, call: Callable[[Request, bytes], object]) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            status, document = 200, call(request, await request.body())
        except EmulatorError as error:
            status, document = 400, {"message": str(error)}
        return Response(to_json(document), status, media_type="application/json")

    method, path = name.split()
    return Route(f"{PREFIX}/{path}", endpoint, methods=[method])


def _data(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise EmulatorError("body: is not valid JSON") from None
