"""AWS's calls: from an HTTP request to what the client gets, and to what is recorded of it."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.model import OperationModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import Answer, ServiceError, bad_request, failure, response, success
from .backend import Backend
from .errors import DatabaseError
from .hang_up import HangUp, wait
from .model import InvalidRequestError, decode_path, operation_models, parse_input, signing_name
from .operations import APP_READS, HANDLERS, OPERATIONS, READS
from .outcomes import Inputs, Outcome, outcome
from .request_log import RecordedRequest
from .signatures import Received

Handler = Callable[[Inputs], dict[str, Any]]
"""An operation with what it works on: from its input to its output, by the wire's names."""


@dataclass(frozen=True)
class _Call:
    """A request to the service whose body has come in."""

    request: Request
    body: bytes
    operation: str | None
    began: float

    @property
    def path(self) -> str:
        """The path as spelled in the URL."""
        raw: bytes = self.request.scope["raw_path"]
        return raw.decode("ascii")

    @property
    def query(self) -> str:
        """The query as spelled in the URL."""
        raw: bytes = self.request.scope["query_string"]
        return raw.decode("ascii")


class Calls:
    """AWS's calls, as botocore's models have them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

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
        return await self._reply(call, self._checked(call, lambda: Outcome(answer)))

    def _endpoint(self, operation: OperationModel) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            call = await _received(request, operation.name)
            result = self._checked(call, lambda: self._result(operation, call))
            return await self._reply(call, result)

        return endpoint

    def _checked(self, call: _Call, carry_on: Callable[[], Outcome]) -> Outcome:
        """Return what a call comes to, once its signature is found to be right."""
        try:
            if self._backend.signatures:
                self._backend.signatures.check(_signed(call), signing_name(call.operation))
            return carry_on()
        except ServiceError as error:
            return Outcome(error.answer)

    def _result(self, operation: OperationModel, call: _Call) -> Outcome:
        if operation.name not in OPERATIONS:
            message = f"The emulator does not know {operation.name}: {', '.join(OPERATIONS)} only"
            return Outcome(failure("UnsupportedOperation", 501, message=message))
        try:
            inputs = parse_input(operation, call.request.path_params, call.query, call.body)
        except InvalidRequestError as error:
            return Outcome(bad_request(str(error)))
        return self._carried_out(operation, inputs)

    def _carried_out(self, operation: OperationModel, inputs: Inputs) -> Outcome:
        faults = self._backend.faults
        job_id = inputs.get("jobId")
        fault = faults.pick(operation.name, None if job_id is None else str(job_id))
        result = outcome(
            fault,
            operation.name,
            inputs,
            work=lambda: _answer(operation, self._handler(operation.name), inputs),
            stale=lambda: _answer(operation, self._stale_handler(operation.name), inputs),
        )
        if fault and result.fault:
            faults.use(fault)
        return result

    def _handler(self, operation: str) -> Handler:
        store = self._backend.store
        if operation in APP_READS:
            return partial(APP_READS[operation], store.apps)
        return partial(HANDLERS[operation], store)

    def _stale_handler(self, operation: str) -> Handler:
        return partial(READS[operation], self._backend.store.stale)

    async def _reply(self, call: _Call, result: Outcome) -> Response:
        entry = _entry(call, result, int(self._backend.clock() * 1000))
        self._backend.record.add(entry)
        delay = self._backend.latency + result.delay
        if delay > 0:
            await wait(call.request.scope, call.request.receive, delay)
        self._backend.log(entry, time.perf_counter() - call.began)
        return response(result.answer) if result.answer else HangUp()


def _answer(operation: OperationModel, handler: Handler, inputs: Inputs) -> Answer:
    try:
        return success(operation, handler(inputs))
    except ServiceError as error:
        return error.answer
    except DatabaseError as error:
        # Such as a full disk.
        return failure("InternalServerErrorException", 500, message=str(error))


async def _received(request: Request, operation: str | None) -> _Call:
    began = time.perf_counter()
    return _Call(request, await request.body(), operation, began)


def _signed(call: _Call) -> Received:
    target = f"{call.path}?{call.query}" if call.query else call.path
    return Received(call.request.method, target, call.request.headers, call.body)


def _entry(call: _Call, result: Outcome, time: int) -> RecordedRequest:
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
        status=result.answer.status if result.answer else None,
        fault=result.fault,
        time=time,
    )


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
