"""Calls through one botocore client: made again where that helps, failing with our own errors."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ..clock import Clock
from ..errors import CredentialsError, ServiceError
from ..logs import logger
from ..settings import IN_THE_STACK, Advice
from ..threads import OutOfTimeError, within, within_here
from .failures.classify import failure_of, is_not_found
from .failures.failure import Call, Failure
from .failures.setup import no_credentials_within
from .retry import BACKOFF, Budget, Retry
from .session import JOBS

log = logger(__name__)

C = TypeVar("C")
T = TypeVar("T")


class Caller(Generic[C]):
    """May be shared by threads: the client is made once, on first use.

    Every method raises ServiceError subclasses with one-line messages, nothing of botocore's.
    """

    def __init__(
        self,
        create: Callable[[], C],
        budget: Budget,
        clock: Clock,
        *,
        service: str = JOBS,
        target: str = "",
        locate: Callable[[str], str | None] = lambda _service: None,
        guard: Callable[[], None] = lambda: None,
        settled: Callable[[], bool] = lambda: False,
        advice: Advice = IN_THE_STACK,
    ) -> None:
        """`service` is AWS's own name for it, `locate` returns what sets a service's endpoint.

        `target` is the name of the target that is asked; empty: none has to be named.
        `guard` is called before each call, and raises ServiceError where none may be made.
        `settled` says whether credentials are at hand for as long as an attempt may take.
        """
        self._create = create
        self._budget = budget
        self._clock = clock
        self._service = service
        self._target = target
        self._locate = locate
        self._guard = guard
        self._settled = settled
        self._advice = advice
        self._lock = threading.Lock()
        self._client: C | None = None
        self._reached = False
        self._given_up = False
        self._without_credentials = False
        self._dice = random.Random()  # noqa: S311 (jitter, no secret)

    def find(self, call: str, request: Callable[[C], T]) -> T | None:
        """Make the call; the service's own NotFoundException is None."""

        def forgiving(client: C) -> T | None:
            try:
                return request(client)
            except Exception as error:
                if is_not_found(error):
                    return None
                raise

        return self.make(call, forgiving)

    def make(self, call: str, request: Callable[[C], T]) -> T:
        """Make the call, again and again where that may help, as long as its budget lasts.

        `call` names it in messages; `request` makes it once, and reads the answer.
        """
        self._guard()
        call = in_target(call, self._target)
        named = Call(call, self._locate, self._service, self._advice)
        began = self._clock.now()
        attempts = 0
        while True:
            try:
                answer = self._attempt(request, named, self._clock.now() - began)
            except Exception as error:
                failure = failure_of(error, named)
                if failure is None:
                    raise
            else:
                self._reached = True
                spent = self._clock.now() - began
                log.debug("%s: done in %.3f s, attempt %d", call, spent, attempts + 1)
                return answer
            attempts += 1
            self._reached = self._reached or failure.retry is not Retry.UNREACHABLE
            spent = self._clock.now() - began
            left = self._budget.left(
                failure.retry, attempts=attempts, spent=spent, reached=self._reached
            )
            hopeless = failure.retry is Retry.UNREACHABLE and not self._reached and self._given_up
            if hopeless or left == 0.0 or failure.retry_after > left:
                # An endpoint that was waited for in vain once is asked only once by later calls.
                self._given_up = True
                log.debug("%s: failed in %.3f s, attempt %d", call, spent, attempts)
                raise exhausted(failure, named, attempts, spent) from None
            pause = max(min(BACKOFF.pause(attempts, self._dice), left), failure.retry_after)
            reason = failure.error.reason
            log.warning(
                "%s: attempt %d failed: %s; retried in %.1f s", call, attempts, reason, pause
            )
            self._clock.sleep(pause)

    def _attempt(self, request: Callable[[C], T], call: Call, spent: float) -> T:
        """Make the call once, as long as that may take."""
        client = self._client or self._connected_in_time(call)
        seconds = self._budget.attempt_within(spent)
        # What may hang in places that can't be asked to end, runs where nobody depends on it.
        bounded = within_here if self._reached and self._settled() else within
        return bounded(seconds, lambda: request(client), self._clock)

    def _connected_in_time(self, call: Call) -> C:
        """Return the client, with credentials at hand. Raises CredentialsError after their time."""
        seconds = self._budget.credentials
        try:
            if not self._without_credentials:
                return within(seconds, self._connected, self._clock)
        except OutOfTimeError:
            # What was waited for in vain once is not waited for by later calls.
            self._without_credentials = True
        raise CredentialsError(no_credentials_within(seconds), call.name)

    def _connected(self) -> C:
        with self._lock:
            if self._client is None:
                self._client = self._create()
            return self._client


def exhausted(failure: Failure, call: Call, attempts: int, spent: float) -> ServiceError:
    """Return the error to raise after the last attempt; it says how often and how long it was."""
    error = failure.error
    parts = []
    if attempts > 1:
        parts.append(f"gave up after {attempts} attempts in {spent:.0f} s")
    if failure.retry is Retry.TRANSIENT:
        parts.append("run it again later; what was done is kept")
    if failure.retry is Retry.MALFORMED:
        parts.append(f"check {call.endpoint} and any proxy on the way")
    detail = error.detail + "".join(f"; {part}" for part in parts)
    return type(error)(error.reason, error.call, detail)


def in_target(call: str, target: str) -> str:
    """Return a call's name as messages have it: with its target, which a job's key names itself."""
    return f"{call} in target {target}" if target and not call.endswith(f"@{target}") else call
