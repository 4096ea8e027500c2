"""The admin calls, under ``/_admin/``: never signed, logged, faulted or slowed down.

What is wrong is answered by a 400 with ``{"message": one line}``. docs/emulator.md has them all.
"""

import json
from collections.abc import Callable, Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .errors import EmulatorError
from .faults import Fault, parse_faults
from .protocol import failure, response, to_json
from .seed import parse_document
from .state import State
from .store import JobStore

PREFIX = "/_admin"

Call = Callable[[Request, bytes], object]
"""Gets a request and its body, and returns the answer as JSON data; None is an empty object."""


def admin_routes(state: State) -> list[Route]:
    """Return the routes of the admin calls."""
    store, faults, record = state.store, state.faults, state.record
    calls: dict[str, Call] = {
        "GET health": lambda _, __: {"status": "ok", "jobs": store.count()},
        "POST seed": lambda _, body: {
            "seeded": state.seed(parse_document(_data(body), source="body"))
        },
        "GET jobs": lambda request, _: {
            "jobs": [job.wire() for job in _asked_for(state, request).all()]
        },
        "GET apps": lambda request, _: {
            "apps": [app.wire() for app in _asked_for(state, request).apps.all()]
        },
        "POST reset": lambda _, __: state.reset(),
        "POST clock": lambda _, body: _now(state.advance(_duration(body))),
        "GET clock": lambda _, __: _now(state.clock.milliseconds()),
        "PUT faults": lambda _, body: _wire(faults.replace(parse_faults(_data(body)))),
        "GET faults": lambda _, __: _wire(faults.faults()),
        "GET requests": lambda request, _: [
            each.wire() for each in record.entries(request.query_params.get("operation"))
        ],
        "DELETE requests": lambda _, __: record.clear(),
    }
    return [_route(name, call) for name, call in calls.items()]


def unknown_admin_call(request: Request) -> Response:
    """Answer an admin call that is none."""
    wanted = f"{request.method} {request.scope['raw_path'].decode('ascii')}"
    return response(failure("NotFound", 404, message=f"there is no admin call {wanted}"))


def _route(name: str, call: Call) -> Route:
    method, path = name.split()

    async def endpoint(request: Request) -> Response:
        try:
            status, document = 200, call(request, await request.body())
        except EmulatorError as error:
            status, document = 400, {"message": str(error)}
        content = to_json({} if document is None else document)
        return Response(content, status, media_type="application/json")

    return Route(f"{PREFIX}/{path}", endpoint, methods=[method])


def _asked_for(state: State, request: Request) -> JobStore:
    """Return the jobs of the region of an account that the query names; it may name none."""
    query = request.query_params
    account_id, region = query.get("accountId"), query.get("region")
    if account_id is None and region is None:
        return state.store
    if account_id is None or region is None or not state.accounts.has(account_id):
        raise EmulatorError("query: give accountId, that of a declared account, and region")
    return state.store.at(state.accounts.place(account_id, region))


def _now(milliseconds: int) -> object:
    return {"now": str(milliseconds)}


def _wire(faults: Iterable[Fault]) -> object:
    return [each.model_dump(by_alias=True, exclude_none=True) for each in faults]


def _data(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise EmulatorError("body: is not valid JSON") from None


def _duration(body: bytes) -> str:
    document = _data(body)
    duration = document.get("advance") if isinstance(document, dict) else None
    if not isinstance(duration, str):
        raise EmulatorError('body: write {"advance": "40h"}')
    return duration
