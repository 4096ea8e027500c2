"""The admin calls, under ``/_admin/``: never logged, never faulted, never slowed down.

==========================  =======================================================
POST /_admin/seed           ``{"jobs": [...]}``: add or replace these jobs
GET /_admin/jobs            every job: ``{"jobs": [...]}``
POST /_admin/reset          jobs, faults and log gone
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

from .answers import to_json
from .backend import Backend
from .errors import EmulatorError
from .faults import parse_faults
from .seed import parse_document

PREFIX = "/_admin"

Call = Callable[[Request], Awaitable[object]]


def admin_routes(backend: Backend) -> list[Route]:
    """Return the routes of the admin calls."""

    async def seed(request: Request) -> object:
        return {"seeded": backend.store.put(parse_document(await _data(request), source="body"))}

    async def jobs(_request: Request) -> object:
        return {"jobs": [job.wire() for job in backend.store.all()]}

    async def reset(_request: Request) -> object:
        backend.reset()
        return {}

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
        _route("POST", "seed", seed),
        _route("GET", "jobs", jobs),
        _route("POST", "reset", reset),
        _route("PUT", "faults", put_faults),
        _route("GET", "faults", get_faults),
        _route("GET", "requests", requests),
        _route("DELETE", "requests", forget_requests),
    ]


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
