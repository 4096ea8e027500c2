"""Running an emulator: in a thread, for tests and demos, or in this one, for a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from socket import socket
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from .app import build_app
from .faults import make_fault
from .request_log import RecordedRequest
from .seed import SeedSource, read_seed
from .server import Server, ServerThread, listen, url_of
from .state import Options, State
from .store import Updates
from .world import World

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Emulator(World):
    """An emulator in a thread of this process, on a port of its own.

    Use it in a ``with`` statement: inside, `url` is where clients go, and every method
    may be called from any thread; behind it, the port is free again and the jobs are gone
    (the log can still be read).

    It has the methods of a `World`, for the account that no seed has to declare. Where accounts
    were declared, `at` has the jobs and apps of a region of one of them.
    """

    def __init__(self, **options: Unpack[Options]) -> None:
        """Start to listen.

        The options are those of `Options`. Raises `EmulatorError`.
        """
        with ExitStack() as opened:
            listener, self._state, app = opened.enter_context(_listening(options))
            self._server = ServerThread(app, listener, self._state.clock.base)
            opened.callback(self._server.stop)
            super().__init__(self._state.store)
            self._opened = opened.pop_all()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop, at once; requests under way are answered without delay. Twice does no harm."""
        self._opened.close()

    @property
    def url(self) -> str:
        """The endpoint URL, without a slash at the end."""
        return self._server.url

    @property
    def latency(self) -> float:
        """The seconds added to each answer; may be set at any time."""
        return self._state.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._state.latency = seconds

    @property
    def updates(self) -> Updates:
        """What becomes of an update, one of `Updates`; may be set anytime."""
        return self._state.store.updates

    @updates.setter
    def updates(self, updates: Updates) -> None:
        self._state.store.updates = updates

    def seed(self, seed: SeedSource) -> int:
        """Add or replace jobs and apps; return how many.

        They are given as jobs, each a `Job` or a mapping by the wire's names, as a mapping
        with `jobs`, `apps`, `accounts`, `keys`, `roles` and `policies`, or as the path of a YAML
        file. Apps and environments that the jobs name are added anyhow. Raises `EmulatorError`,
        and then nothing is added.
        """
        return self._state.seed(read_seed(seed))

    def at(self, account_id: str, region: str) -> World:
        """Return the jobs and apps of a region of an account, which a seed has declared.

        Raises KeyError for another account. Any region will do: there may be nothing in it.
        """
        if not self._state.accounts.has(account_id):
            raise KeyError(account_id)
        return World(self._state.store.at(self._state.accounts.place(account_id, region)))

    def advance(self, duration: str) -> None:
        """Let time pass at once for jobs and temporary credentials: 2d, 40h, 1h30m or 500ms.

        Signatures still go by the clock itself, as the clients do. Raises `EmulatorError`.
        """
        self._state.advance(duration)

    def reset(self) -> None:
        """Forget all apps, jobs, accounts, faults, log entries and advances of the clock.

        The latency and what becomes of updates stay.
        """
        self._state.reset()

    def fault(
        self,
        kind: str,
        rate: float = 1.0,
        *,
        operation: str | None = None,
        job_id: str | None = None,
        account_id: str | None = None,
        region: str | None = None,
        times: int | None = None,
        delay: str | None = None,
    ) -> None:
        """Have a fault strike from now on: a kind of `FAULT_KINDS`, at a rate from 0 to 1.

        `operation` and `job_id` limit it to one operation or job, `account_id` and `region` to
        the requests of an account's credentials and to those signed for a region, `times` to so
        many strikes; `delay`, such as 500ms, is how long a slow answer takes. It replaces one of
        the same kind and limits. Raises `EmulatorError`.
        """
        limits = {
            "operation": operation,
            "jobId": job_id,
            "accountId": account_id,
            "region": region,
            "times": times,
            "delay": delay,
        }
        self._state.faults.add(make_fault({"kind": kind, "rate": rate, **limits}))

    def clear_faults(self) -> None:
        """Have no fault strike any more."""
        self._state.faults.replace([])

    def requests(self, operation: str | None = None) -> list[RecordedRequest]:
        """Return the requests so far, oldest first, of one operation or of all."""
        return self._state.record.entries(operation)

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._state.record.clear()


def serve(
    *, on_listening: Callable[[str], object] = lambda _url: None, **options: Unpack[Options]
) -> None:
    """Run the emulator until SIGINT, SIGTERM or SIGHUP comes, then return. For the main thread.

    `on_listening` is called with the URL as soon as requests are answered. The options are those
    of `Options`. Raises an `EmulatorError` with one line.
    """
    with _listening(options) as (listener, state, app):
        started = partial(on_listening, url_of(listener))
        Server(app, started, state.clock.base).run([listener])


@contextmanager
def _listening(options: Options) -> Iterator[tuple[socket, State, ASGIApp]]:
    """Open what an emulator needs, as long as it runs."""
    # The address first, so that no file is made or seeded for an emulator that can't run.
    with (
        closing(listen(options.get("host", "127.0.0.1"), options.get("port", 0))) as listener,
        closing(State(options)) as state,
    ):
        yield listener, state, build_app(state, options.get("allow_hosts", ()))
