"""STS's calls: all come to ``/``, as forms. They are there once accounts are declared."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .calls import Call, Calls
from .errors import DatabaseError
from .fault_kinds import Reply
from .protocol import REQUEST_ID, TOKEN_SERVICE, Answer, service_model
from .query_protocol import QueryError, failure, parse_form, parse_input, success
from .signatures import SignatureError
from .state import State
from .tokens import refusal


class TokenCalls:
    """The calls of STS. No fault strikes them."""

    def __init__(self, state: State, calls: Calls) -> None:
        self._state = state
        self._calls = calls

    def route(self) -> Route:
        """Return the one route."""
        return Route("/", self._endpoint, methods=["POST"])

    async def _endpoint(self, request: Request) -> Response:
        if not self._state.accounts.declared:
            return await self._calls.unknown(request, LookupError())
        form = parse_form(await request.body())
        action = form.get("Action", "")
        known = action in service_model(TOKEN_SERVICE).operation_names
        call = await self._calls.received(request, action if known else None, TOKEN_SERVICE)
        request_id: str = request.scope[REQUEST_ID]

        def carry_out() -> Reply:
            try:
                return Reply(self._answer(call, form, request_id))
            except QueryError as error:
                return Reply(failure(error, request_id))
            except DatabaseError as error:
                return Reply(failure(QueryError("InternalFailure", str(error), 500), request_id))

        def refuse(refused: SignatureError) -> Answer:
            return failure(refusal(refused), request_id)

        return await self._calls.reply(call, carry_out, refuse)

    def _answer(self, call: Call, form: Mapping[str, str], request_id: str) -> Answer:
        model, operations = service_model(TOKEN_SERVICE), self._state.tokens.operations
        if call.operation is None:
            action, version = form.get("Action", ""), model.api_version
            message = f"Could not find operation {action} for version {version}"
            raise QueryError("InvalidAction", message, 400)
        if call.operation not in operations:
            message = f"The emulator does not know {call.operation}: {', '.join(operations)} only"
            raise QueryError("UnsupportedOperation", message, 501)
        if call.caller.signer.access_key_id is None:
            # Unlike the other two services, this one can't answer somebody unknown.
            message = "Request is missing Authentication Token"
            raise QueryError("MissingAuthenticationToken", message, 403)
        operation = model.operation_model(call.operation)
        output = operations[call.operation](call.caller, parse_input(operation, form))
        return success(operation, output, request_id)
