"""The exception tree. Every message is one line: what, which job, why, what to do.

- `AmplifyJobsError`
  - `ConfigError`: what the user wrote cannot be run; carries every problem found
  - `JobError`: one job cannot be brought to its declared state
    - `JobMissingError`: the service has no such job
    - `JobMovedError`: the job changed between the check and the write; nothing was written
  - `ServiceError`: a call to AWS failed
    - `AccessDeniedError`: the identity may not make the call; names the IAM action
    - `CredentialsError`: there are no usable AWS credentials, region or profile
    - `RequestRefusedError`: the service refuses the request as such; asking again won't help
      - `PlaceRefusedError`: … for what it is about, such as an environment unknown to it
    - `MalformedAnswerError`: the answer is not what the service model promises
    - `ServiceUnavailableError`: throttled, failing or unreachable until the patience ran out
  - `InterruptedRunError`: the user asked to stop
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence

from .legible import without_commands
from .redaction import redacted

DEBUG_VARIABLE = "AMPLIFY_JOBS_DEBUG"
"""Set by users who want the traceback of an error."""


class AmplifyJobsError(Exception):
    """Base of everything that this package raises on purpose. No message has a secret in it."""

    def __init__(self, message: str = "") -> None:
        super().__init__(presentable(message))


class ConfigError(AmplifyJobsError):
    """The configuration has problems; `problems` holds one line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(map(presentable, problems))
        super().__init__("\n".join(self.problems))


class JobError(AmplifyJobsError):
    """One job cannot be brought to its declared state."""


class JobMissingError(JobError):
    """The service has no job with the declared key."""


class JobMovedError(JobError):
    """The job is no longer what the check saw; nothing was written."""


class ServiceError(AmplifyJobsError):
    """A call to AWS failed.

    `call` names the call and what it was about, `reason` is the same for all that fail alike, and
    `detail` is what else there is to say of this one. The message is all three.
    """

    def __init__(self, reason: str, call: str = "", detail: str = "") -> None:
        self.reason, self.call, self.detail = map(presentable, (reason, call, detail))
        where = f"{self.call}: " if call else ""
        super().__init__(f"{where}{self.reason}{self.detail}")


class AccessDeniedError(ServiceError):
    """The identity is not allowed to make the call."""


class CredentialsError(ServiceError):
    """There are no usable AWS credentials, region or profile."""


class RequestRefusedError(ServiceError):
    """The service refuses the request as such; asking again won't help."""


class PlaceRefusedError(RequestRefusedError):
    """The service refuses the request (400) for the app, environment or job that it is about."""


class MalformedAnswerError(ServiceError):
    """The answer is empty, truncated or speaks of another job."""


class ServiceUnavailableError(ServiceError):
    """Throttled, failing or unreachable until the patience ran out."""


class InterruptedRunError(AmplifyJobsError):
    """The user asked to stop before this was done."""


def presentable(text: str) -> str:
    """Return a message with no secret in it, and nothing that a display would act on."""
    printable = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return redacted(without_commands(printable))


def one_line(text: str, limit: int = 500) -> str:
    """Fold text from outside (a service's message, a file's content) into one printable line."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    folded = without_commands(" ".join(text.split()))
    if len(folded) <= limit:
        return folded
    # First, as half a secret looks like none.
    folded = redacted(folded)
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"


MOST_NAMES = 3
"""Names that a message has; the rest it counts."""


def listed(names: Sequence[str], total: int) -> str:
    """Return names as a list in a sentence, and how many more of the total there are."""
    more = total - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def plural(number: int, noun: str) -> str:
    """Return `1 update`, `2 updates`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def debugging() -> bool:
    """Say whether the user asked for tracebacks."""
    return bool(os.environ.get(DEBUG_VARIABLE))


def line_for(error: Exception) -> str:
    """Return what the user reads of an error, in one line."""
    return str(error) if isinstance(error, AmplifyJobsError) else internal_error(error)


def internal_error(error: BaseException) -> str:
    """Return what the user reads of an error that nobody foresaw: its name, and how to see more."""
    text = one_line(redacted(str(error)))
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"internal error, {said}; set {DEBUG_VARIABLE}=1 for its traceback"


def traceback_of(error: BaseException) -> str:
    """Return an error's traceback for those who asked for it, as a message."""
    return presentable("".join(traceback.format_exception(error)))
