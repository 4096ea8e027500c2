"""Failing with one line: what the engine shows of an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from pulumi.dynamic import CheckFailure, CheckResult

from ..errors import debugging, line_for, presentable, traceback_of
from . import sdk_internals
from .decisions import Bag
from .internal_properties import PROVIDER
from .secret_values import veiled

P = ParamSpec("P")
R = TypeVar("R")


class ProviderError(Exception):
    """A call failed; the text is the line that the engine shows."""


class UnsettledError(ProviderError):
    """A call failed after its write; the state keeps what was written."""


def one_line_errors(method: Callable[P, R]) -> Callable[P, R]:
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
                failure.reason = presentable(veiled(failure.reason, bags))
            return result
        sdk_internals.explain_failure(message)
        raise ProviderError(message) from None

    return telling


def refused(inputs: Bag, reasons: Iterable[str], field: str = "") -> CheckResult:
    """Return the answer of a check that fails, for each reason on one input or on none."""
    return refused_by(inputs, ((field, reason) for reason in reasons))


def refused_by(inputs: Bag, failures: Iterable[tuple[str, str]]) -> CheckResult:
    """Return the answer of a check that fails, for each (input, reason)."""
    return CheckResult(inputs, [CheckFailure(*each) for each in failures])


def fail_unsettled(
    message: str, resource_id: str, outputs: Bag, inputs: Mapping[str, Any]
) -> NoReturn:
    """Fail after a write, and have the state keep the outputs. Raises UnsettledError."""
    kept = {**outputs, PROVIDER: inputs[PROVIDER]}
    sdk_internals.explain_partial(message, resource_id, kept, inputs)
    raise UnsettledError(message)
