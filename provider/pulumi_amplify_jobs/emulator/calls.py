"""AWS's calls: from an HTTP request to what the client gets, and to what is recorded of it."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from botocore.model import OperationModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .errors import DatabaseError
from .fault_kinds import Invocation, Reply
from .operations import OPERATIONS, READS
from .protocol import (
    Answer,
    ServiceError,
    decode_path,
    failure,
    operation_models,
    parse_input,
    response,
    signing_name,
    success,
)
from .request_log import RecordedRequest
from .server import HangUp, wait
from .signatures import Received
from .state import State


@dataclass(frozen=True)
class _Call(Received):
    """A request to the service; `began` is of `time.perf_counter`."""

    operation: str | None
    began: float


class Calls:
    """AWS's calls, as botocore's models have them."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return a route for each operation of the models."""
        # Those that are asked for most come first, as routes are tried one after the other.
        operations = sorted(
            operation_models().values(), key=lambda each: each.name not in OPERATIONS
        )
        return [
            Route(each.http["requestUri"], self._endpoint(each), methods=[each.http["method"]])
            for each in operations
        ]

    async def unknown(self, request: Request, _error: Exception) -> Response:
        """Answer a request that no route fits."""
        call = await _received(request, None)
        where = f"{request.method} {call.path}"
        message = f"Neither AmplifyBackend nor AWS Amplify has an operation at {where}"
        answer = failure("UnknownOperationException", 404, message=message)
        return await self._reply(call, lambda: Reply(answer))

    def _endpoint(self, operation: OperationModel) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            call = await _received(request, operation.name)
            return await self._reply(call, lambda: self._result(operation, call))

        return endpoint

    async def _reply(self, call: _Call, carry_out: Callable[[], Reply]) -> Response:
        """Check the signature, carry the call out, and answer; whatever comes is recorded."""
        try:
            if self._state.signatures:
                self._state.signatures.check(call, signing_name(call.operation))
            reply = carry_out()
        except ServiceError as error:
            reply = Reply(error.answer)
        entry = _entry(call, reply, self._state.clock.milliseconds())
        self._state.record.add(entry)
        delay = self._state.latency + reply.delay
        if delay > 0:
            await wait(call.request.scope, call.request.receive, delay)
        self._state.log(entry, time.perf_counter() - call.began)
        return response(reply.answer) if reply.answer else HangUp()

    def _result(self, operation: OperationModel, call: _Call) -> Reply:
        """Return what a call comes to, under the faults that are configured."""
        name, store = operation.name, self._state.store
        if name not in OPERATIONS:
            message = f"The emulator does not know {name}: {', '.join(OPERATIONS)} only"
            raise ServiceError(failure("UnsupportedOperation", 501, message=message))
        inputs = parse_input(operation, call.request.path_params, call.query, call.body)
        invocation = Invocation(
            name,
            inputs,
            run=lambda: _answer(operation, lambda: OPERATIONS[name](store, inputs)),
            run_stale=lambda: _answer(operation, lambda: READS[name](store.stale, inputs)),
        )
        return self._state.faults.run(invocation)


def _answer(operation: OperationModel, carry_out: Callable[[], dict[str, Any]]) -> Answer:
    try:
        return success(operation, carry_out())
    except ServiceError as error:
        return error.answer
    except DatabaseError as error:
        # Such as a full disk.
        return failure("InternalServerErrorException", 500, message=str(error))


async def _received(request: Request, operation: str | None) -> _Call:
    began = time.perf_counter()
    return _Call(request, await request.body(), operation, began)


def _entry(call: _Call, reply: Reply, time: int) -> RecordedRequest:
    document = _readable(call.body)
    filtered = document.get("jobId") if isinstance(document, dict) else None
    parameters = {"jobId": filtered if isinstance(filtered, str) else None}
    parameters.update({name: _decoded(text) for name, text in call.request.path_params.items()})
    return RecordedRequest(
        operation=call.operation,
        method=call.request.method,
        path=call.path,
        app_id=parameters.get("appId"),
        backend_environment_name=parameters.get("backendEnvironmentName"),
        job_id=parameters["jobId"],
        body=document,
        status=reply.answer.status if reply.answer else None,
        fault=reply.fault,
        time=time,
    )


def _decoded(text: str) -> str:
    try:
        return decode_path(text)
    except ServiceError:
        return text


def _readable(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
