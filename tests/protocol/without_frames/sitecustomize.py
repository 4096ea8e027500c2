"""Makes `python -m pulumi.dynamic` a host that calls its providers from threads of its own.

In such a thread none of the host's frames lies around the provider: no request, no context of the
call, no pool of threads. Python imports this module first, where its folder is on PYTHONPATH.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import dill


class Elsewhere:
    """A provider whose methods run in a thread without frames of the host."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._provider, name)
        return _in_a_thread(value) if callable(value) else value


def _in_a_thread(method: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        answer: Future[Any] = Future()
        threading.Thread(target=_answer, args=(answer, method, arguments), daemon=True).start()
        return answer.result()

    return call


def _answer(answer: Future[Any], method: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        answer.set_result(method(*arguments))
    except Exception as error:  # noqa: BLE001 (whatever it is, the host is to see it)
        answer.set_exception(error)


if "pulumi.dynamic" in sys.orig_argv:
    loads: Callable[[bytes], Any] = getattr(dill, "loads")  # noqa: B009 (untyped)
    setattr(dill, "loads", lambda data: Elsewhere(loads(data)))  # noqa: B010
