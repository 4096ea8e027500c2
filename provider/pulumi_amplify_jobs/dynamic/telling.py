"""Failing with one line: what the engine shows of an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from pulumi.dynamic import CheckFailure, CheckResult

from ..errors import AmplifyJobsError, debugging, internal_error, traceback_of
from ..redaction import redacted
from . import plugin
from .properties import Bag

P = ParamSpec("P")
R = TypeVar("R")


class ProviderError(Exception):
    """A call failed; the text is the line that the engine shows."""


class UnsettledError(ProviderError):
    """A call failed after its write; the state keeps what was written."""


def told(method: Callable[P, R]) -> Callable[P, R]:
    """Let a method fail with one line, which the engine shows as it is."""

    @wraps(method)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except UnsettledError:
            raise
        except Exception as error:  # noqa: BLE001 (the engine would show whatever is in its text)
            message = traceback_of(error) if debugging() else line_for(error)
        plugin.explain_failure(message)
        raise ProviderError(message) from None

    return telling


def refused(inputs: Bag, reasons: Iterable[str], field: str = "") -> CheckResult:
    """Return the answer of a check that fails, for each reason on one input or on none."""
    return CheckResult(inputs, [CheckFailure(field, redacted(reason)) for reason in reasons])


def line_for(error: Exception) -> str:
    """Return what the user reads of an error."""
    return str(error) if isinstance(error, AmplifyJobsError) else internal_error(error)
