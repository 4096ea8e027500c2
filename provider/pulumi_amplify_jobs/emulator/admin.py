"""The admin calls, under ``/_admin/``: never signed, logged, faulted or slowed down.

==========================  =======================================================
GET /_admin/health          ``{"status": "ok", "jobs": 3}``
POST /_admin/seed           ``{"jobs": [...], "apps": [...]}``: add or replace these
GET /_admin/jobs            every job: ``{"jobs": [...]}``
GET /_admin/apps            every app and its environments: ``{"apps": [...]}``
POST /_admin/reset          apps, jobs, faults and log gone, the clock back to what it was
POST /_admin/clock          ``{"advance": "40h"}``: let that time pass at once
GET /_admin/clock           ``{"now": "1763942400000"}``, in epoch milliseconds
PUT /_admin/faults          a list of faults, or ``{"504": 0.3}``: these and no others
GET /_admin/faults          the faults that may still strike
GET /_admin/requests        the log, oldest first; ``?operation=`` for one operation's
DELETE /_admin/requests     the log gone
==========================  =======================================================

What is wrong is answered by a 400 with ``{"message": one line}``.
"""

import json
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import failure, response, to_json
from .backend import Backend
from .errors import DurationError, EmulatorError
from .faults import parse_faults
from .seed import parse_document

PREFIX = "/_admin"

Call = Callable[[Request], Awaitable[object]]


def admin_routes(backend: Backend) -> list[Route]:
    """Return the routes of the admin calls."""
    return [*_service_routes(backend), *_clock_routes(backend), *_traffic_routes(backend)]


def _service_routes(backend: Backend) -> list[Route]:
    """Return the calls about what the service has."""

    async def health(_request: Request) -> object:
        return {"status": "ok", "jobs": backend.store.count()}

    async def seed(request: Request) -> object:
        return {"seeded": backend.store.put(parse_document(await _data(request), source="body"))}

    async def jobs(_request: Request) -> object:
        return {"jobs": [job.wire() for job in backend.store.all()]}

    async def apps(_request: Request) -> object:
        return {"apps": [app.wire() for app in backend.store.apps.all()]}

    async def reset(_request: Request) -> object:
        backend.reset()
        return {}

    return [
        _route("GET", "health", health),
        _route("POST", "seed", seed),
        _route("GET", "jobs", jobs),
        _route("GET", "apps", apps),
        _route("POST", "reset", reset),
    ]


def _clock_routes(backend: Backend) -> list[Route]:
    """Return the calls about its time."""

    async def advance(request: Request) -> object:
        backend.advance(_advance(await _data(request)))
        return await clock(request)

    async def clock(_request: Request) -> object:
        return {"now": str(int(backend.clock() * 1000))}

    return [_route("POST", "clock", advance), _route("GET", "clock", clock)]


def _traffic_routes(backend: Backend) -> list[Route]:
    """Return the calls about faults and requests."""

    async def put_faults(request: Request) -> object:
        backend.faults.replace(parse_faults(await _data(request)))
        return await get_faults(request)

    async def get_faults(_request: Request) -> object:
        faults = backend.faults.faults()
        return [each.model_dump(by_alias=True, exclude_none=True) for each in faults]

    async def requests(request: Request) -> object:
        entries = backend.record.entries(request.query_params.get("operation"))
        return [each.wire() for each in entries]

    async def forget_requests(_request: Request) -> object:
        backend.record.clear()
        return {}

    return [
        _route("PUT", "faults", put_faults),
        _route("GET", "faults", get_faults),
        _route("GET", "requests", requests),
        _route("DELETE", "requests", forget_requests),
    ]


def unknown_admin_call(request: Request) -> Response:
    """Answer an admin call that is none."""
    wanted = f"{request.method} {request.scope['raw_path'].decode('ascii')}"
    return response(failure("NotFound", 404, message=f"there is no admin call {wanted}"))


def _route(method: str, name: str, call: Call) -> Route:
    @wraps(call)
    async def endpoint(request: Request) -> Response:
        try:
            status, document = 200, await call(request)
        except EmulatorError as error:
            status, document = 400, {"message": str(error)}
        return Response(to_json(document), status, media_type="application/json")

    return Route(f"{PREFIX}/{name}", endpoint, methods=[method])


async def _data(request: Request) -> object:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise EmulatorError("body: is not valid JSON") from None


def _advance(document: object) -> str:
    duration = document.get("advance") if isinstance(document, dict) else None
    if not isinstance(duration, str):
        raise DurationError('body: write {"advance": "40h"}')
    return duration
