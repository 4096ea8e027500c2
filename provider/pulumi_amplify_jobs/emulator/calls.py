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

from .callers import Caller
from .errors import DatabaseError
from .fault_kinds import Invocation, Reply, right
from .operations import OPERATIONS, READS
from .protocol import (
    JOBS_SERVICE,
    TOKEN_SERVICE,
    Answer,
    ServiceError,
    access_denied,
    decode_path,
    failure,
    operation_models,
    parse_input,
    response,
    success,
)
from .query_protocol import recorded_form
from .request_log import RecordedRequest
from .server import HangUp, wait
from .signatures import Received, SignatureError
from .state import State


@dataclass(frozen=True)
class Call(Received):
    """A request to a service; `began` is of `time.perf_counter`."""

    operation: str | None
    service: str
    caller: Caller
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
        call = await self.received(request, None, JOBS_SERVICE)
        where = f"{request.method} {call.path}"
        message = f"Neither AmplifyBackend nor AWS Amplify has an operation at {where}"
        answer = failure("UnknownOperationException", 404, message=message)
        return await self.reply(call, lambda: Reply(answer), refusal)

    def _endpoint(self, operation: OperationModel) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            service = operation.service_model.signing_name
            call = await self.received(request, operation.name, service)
            return await self.reply(call, lambda: self._result(operation, call), refusal)

        return endpoint

    async def received(self, request: Request, operation: str | None, service: str) -> Call:
        """Return a request once all of it has come in."""
        began = time.perf_counter()
        body = await request.body()
        caller = self._state.caller(request.headers.get("authorization", ""))
        return Call(request, body, operation, service, caller, began)

    async def reply(
        self, call: Call, carry_out: Callable[[], Reply], refuse: Callable[[SignatureError], Answer]
    ) -> Response:
        """Check the signature, carry the call out, and answer; whatever comes is recorded."""
        try:
            self._state.signatures.check(call, call.service, call.caller.session)
            reply = carry_out()
        except SignatureError as refused:
            reply = Reply(refuse(refused))
        except ServiceError as error:
            reply = Reply(error.answer)
        entry = self._entry(call, reply)
        self._state.record.add(entry)
        delay = self._state.latency + reply.delay
        if delay > 0:
            await wait(call.request.scope, call.request.receive, delay)
        self._state.log(entry, time.perf_counter() - call.began)
        return response(reply.answer) if reply.answer else HangUp()

    def _entry(self, call: Call, reply: Reply) -> RecordedRequest:
        form = call.service == TOKEN_SERVICE
        document = recorded_form(call.body) if form else _readable(call.body)
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
            time=self._state.clock.milliseconds(),
            **(_signed_by(call.caller) if self._state.accounts.declared else {}),
        )

    def _result(self, operation: OperationModel, call: Call) -> Reply:
        """Return what a call comes to, under the faults that are configured."""
        name, store = operation.name, self._state.store.at(call.caller.place)
        if name not in OPERATIONS:
            message = f"The emulator does not know {name}: {', '.join(OPERATIONS)} only"
            raise ServiceError(failure("UnsupportedOperation", 501, message=message))
        inputs = parse_input(operation, call.request.path_params, call.query, call.body)
        invocation = Invocation(
            name,
            inputs,
            call.caller,
            run=lambda: _answer(operation, lambda: OPERATIONS[name](store, inputs)),
            run_stale=lambda: _answer(operation, lambda: READS[name](store.stale, inputs)),
        )
        denied = self._state.accounts.denial(call.caller, *right(invocation))
        if denied is not None:
            return Reply(access_denied(denied))
        return self._state.faults.run(invocation)


def _answer(operation: OperationModel, carry_out: Callable[[], dict[str, Any]]) -> Answer:
    try:
        return success(operation, carry_out())
    except ServiceError as error:
        return error.answer
    except DatabaseError as error:
        # Such as a full disk.
        return failure("InternalServerErrorException", 500, message=str(error))


def refusal(refused: SignatureError) -> Answer:
    """Return what the two services answer to a request that is not rightly signed."""
    return failure(refused.error, 403, message=refused.message)


def _signed_by(caller: Caller) -> dict[str, str | None]:
    return {
        "account_id": caller.account_id,
        "region": caller.signer.region,
        "access_key_id": caller.signer.access_key_id,
        "role_session_name": caller.session.role_session_name if caller.session else None,
    }


def _decoded(text: str) -> str:
    try:
        return decode_path(text)
    except ServiceError:
        return text


def _readable(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        # Without accounts there is no STS, but its clients may call all the same.
        return recorded_form(body) or body.decode(errors="replace")
