"""The HTTP side: AWS's calls, routed as botocore's model says, and the admin calls."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from botocore.model import OperationModel
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .admin import PREFIX, admin_routes
from .answers import Answer, ServiceError, bad_request, failure, success
from .backend import Backend
from .model import InvalidRequestError, decode_path, parse_input, service_model
from .operations import HANDLERS
from .outcomes import outcome
from .record import RecordedRequest

HANG_UP = "emulator.hang_up"
"""The ASGI extension that the server provides: a callable that closes the connection."""


def build_app(backend: Backend) -> ASGIApp:
    """Return the emulator as an ASGI app; the server must provide the extension `HANG_UP`."""
    calls = _Calls(backend)
    starlette = Starlette(
        routes=[*admin_routes(backend), *calls.routes()],
        exception_handlers={404: calls.unknown, 405: calls.unknown},
    )
    # Off, or a POST to the list path with a slash behind it would be redirected.
    starlette.router.redirect_slashes = False
    return _Front(starlette)


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


class _HangUp(Response):
    """No answer at all: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        scope["extensions"][HANG_UP]()
        # The server takes an app that ends before its connection did for a broken one.
        await _hung_up(receive)


class _Calls:
    """AWS's calls."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def routes(self) -> list[Route]:
        model = service_model()
        operations = [model.operation_model(name) for name in model.operation_names]
        return [
            Route(each.http["requestUri"], self._endpoint(each), methods=[each.http["method"]])
            for each in operations
        ]

    def _endpoint(self, operation: OperationModel) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            answer, fault = self._answer(operation, request, body)
            return await self._reply(request, operation.name, body, answer, fault)

        return endpoint

    async def unknown(self, request: Request, _error: Exception) -> Response:
        """Answer a request that no route fits."""
        wanted = f"{request.method} {_spelled(request)}"
        if request.scope["path"].startswith(PREFIX):
            return _response(failure("NotFound", 404, message=f"there is no admin call {wanted}"))
        message = f"AmplifyBackend has no operation at {wanted}"
        answer = failure("UnknownOperationException", 404, message=message)
        return await self._reply(request, None, await request.body(), answer, None)

    def _answer(
        self, operation: OperationModel, request: Request, body: bytes
    ) -> tuple[Answer | None, str | None]:
        handler = HANDLERS.get(operation.name)
        if handler is None:
            message = f"The emulator does not know {operation.name}: {', '.join(HANDLERS)} only"
            return failure("UnsupportedOperation", 501, message=message), None
        try:
            inputs = parse_input(operation, request.path_params, body)
        except InvalidRequestError as error:
            return bad_request(str(error)), None

        def carry_out() -> Answer:
            try:
                return success(operation, handler(self._backend.store, inputs))
            except ServiceError as error:
                return error.answer

        job_id = inputs.get("jobId")
        fault = self._backend.faults.pick(operation.name, None if job_id is None else str(job_id))
        return outcome(fault, operation.name, inputs, carry_out)

    async def _reply(
        self,
        request: Request,
        operation: str | None,
        body: bytes,
        answer: Answer | None,
        fault: str | None,
    ) -> Response:
        status = answer.status if answer else None
        time = int(self._backend.clock() * 1000)
        self._backend.record.add(_entry(request, operation, body, status, fault, time))
        if self._backend.latency > 0:
            await _wait(request, self._backend.latency)
        return _response(answer) if answer else _HangUp()


def _response(answer: Answer) -> Response:
    headers = {"x-amzn-ErrorType": answer.error} if answer.error else None
    return Response(answer.body, answer.status, headers, media_type="application/json")


async def _wait(request: Request, seconds: float) -> None:
    """Let the seconds pass, or fewer when the client hangs up, or the server does."""
    try:
        await asyncio.wait_for(_hung_up(request.receive), seconds)
    except asyncio.TimeoutError:
        return


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _entry(
    request: Request,
    operation: str | None,
    body: bytes,
    status: int | None,
    fault: str | None,
    time: int,
) -> RecordedRequest:
    document = _readable(body)
    filtered = document.get("jobId") if isinstance(document, dict) else None
    parameters = {"jobId": filtered if isinstance(filtered, str) else None}
    parameters.update({name: _decoded(text) for name, text in request.path_params.items()})
    return RecordedRequest(
        operation=operation,
        method=request.method,
        path=_spelled(request),
        app_id=parameters.get("appId"),
        backend_environment_name=parameters.get("backendEnvironmentName"),
        job_id=parameters["jobId"],
        body=document,
        status=status,
        fault=fault,
        time=time,
    )


def _spelled(request: Request) -> str:
    path: bytes = request.scope["raw_path"]
    return path.decode("ascii")


def _decoded(text: str) -> str:
    try:
        return decode_path(text)
    except InvalidRequestError:
        return text


def _readable(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
