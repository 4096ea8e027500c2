"""Failing with one line: what the engine shows of an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from pulumi.dynamic import CheckFailure, CheckResult

from ..errors import AmplifyJobsError, debugging, internal_error, traceback_of
from ..redaction import redacted
from . import sdk_internals
from .decisions import Bag
from .veiling import veiled

P = ParamSpec("P")
R = TypeVar("R")


class ProviderError(Exception):
    """A call failed; the text is the line that the engine shows."""


class UnsettledError(ProviderError):
    """A call failed after its write; the state keeps what was written."""


def told(method: Callable[P, R]) -> Callable[P, R]:
    """Let a method fail with one line, which the engine shows as it is, with no secret in it."""

    @wraps(method)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        bags = [each for each in args if isinstance(each, dict)]
        try:
            result = method(*args, **kwargs)
        except UnsettledError:
            raise
        except Exception as error:  # noqa: BLE001 (the engine would show whatever is in its text)
            message = veiled(traceback_of(error) if debugging() else line_for(error), bags)
        else:
            for failure in result.failures if isinstance(result, CheckResult) else ():
                failure.reason = redacted(veiled(failure.reason, bags))
            return result
        sdk_internals.explain_failure(message)
        raise ProviderError(message) from None

    return telling


def refused(inputs: Bag, reasons: Iterable[str], field: str = "") -> CheckResult:
    """Return the answer of a check that fails, for each reason on one input or on none."""
    return CheckResult(inputs, [CheckFailure(field, reason) for reason in reasons])


def line_for(error: Exception) -> str:
    """Return what the user reads of an error."""
    return str(error) if isinstance(error, AmplifyJobsError) else internal_error(error)
