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
    - `MalformedAnswerError`: the answer is not what the service model promises
    - `ServiceUnavailableError`: throttled, failing or unreachable until the patience ran out
  - `InterruptedRunError`: the user asked to stop
"""

from __future__ import annotations

import os
from collections.abc import Sequence

DEBUG_VARIABLE = "AMPLIFY_JOBS_DEBUG"
"""Set by users who want the traceback of an error."""


class AmplifyJobsError(Exception):
    """Base of everything that this package raises on purpose."""


class ConfigError(AmplifyJobsError):
    """The configuration has problems; `problems` holds one line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


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
        super().__init__((f"{call}: {reason}" if call else reason) + detail)
        self.reason = reason
        self.call = call
        self.detail = detail


class AccessDeniedError(ServiceError):
    """The identity is not allowed to make the call."""


class CredentialsError(ServiceError):
    """There are no usable AWS credentials, region or profile."""


class RequestRefusedError(ServiceError):
    """The service refuses the request as such; asking again won't help."""


class MalformedAnswerError(ServiceError):
    """The answer is empty, truncated or speaks of another job."""


class ServiceUnavailableError(ServiceError):
    """Throttled, failing or unreachable until the patience ran out."""


class InterruptedRunError(AmplifyJobsError):
    """The user asked to stop before this was done."""


def one_line(text: str, limit: int = 500) -> str:
    """Fold text from outside (a service's message, a file's content) into one printable line."""
    folded = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"


def debugging() -> bool:
    """Say whether the user asked for tracebacks."""
    return bool(os.environ.get(DEBUG_VARIABLE))


def internal_error(error: BaseException) -> str:
    """Return what the user reads of an error that nobody foresaw: its name, and how to see more."""
    text = one_line(str(error))
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"internal error, {said}; set {DEBUG_VARIABLE}=1 for its traceback"
