"""Job keys and environments, and the one text that names each: parts joined by `/`.

A `/` inside a part is written `%2F` and `%` is written `%25`; `*` and `?` are `%2A` and `%3F`, as
in an exception of a rule they stand for other text. What nobody could see in print is written in
the same way, by its UTF-8 bytes: control characters, blanks at an end or in a row, and what begins
a command to a display.
Ordinary names keep their text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import NamedTuple

from ..legible import STAND_IN, illegible, in_bytes, without_commands

MAX_TEXT_LENGTH = 256
"""Longest key part, operation or status in characters. The service model sets no limit; every real
identifier is far shorter, and all three key parts percent-encoded must fit a request line."""

RESERVED = "%/*?"
ESCAPES = re.compile("((?:%[0-9A-Fa-f]{2})+)")
NO_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
OVERLOOKED = re.compile(r"^ | \Z|(?<= ) ")
ORDINARY = re.compile(r"[\w.-]+", re.ASCII)
"""Parts without anything to escape, as nearly all are."""


def text_problem(text: str) -> str | None:
    """Why this text can be no operation, status or key part, or None when it can."""
    if not text:
        return "is empty: write a value"
    if len(text) > MAX_TEXT_LENGTH:
        return f"has {len(text)} characters: at most {MAX_TEXT_LENGTH} are allowed"
    return illegible(text)


def wanted_problem(text: str) -> str | None:
    """Why no job can be asked to show this operation or status, or None when one can.

    A live text that can't be shown is known in its legible form only, which is another text.
    """
    shown = STAND_IN.search(text)
    if shown is not None:
        return f"has {shown[0]}, which stands for what can't be shown of a live job: leave it out"
    return text_problem(text)


def key_part_problem(text: str) -> str | None:
    """Why this text can be no part of a job key, or None when it can.

    botocore escapes `/` and `?` in a path parameter, but neither `.` nor `..` nor the empty string:
    those would send the request to another path, ListBackendJobs among them.
    """
    if text in (".", ".."):
        return f"is {text}, which can't be used in a request's path: write the real name"
    return text_problem(text)


class Environment(NamedTuple):
    """An app's backend environment, which ListBackendJobs lists; its text is `app/environment`."""

    app_id: str
    name: str

    def __str__(self) -> str:
        return _joined(*self)

    @classmethod
    def parse(cls, text: str) -> Environment:
        """Return the environment that a text names. Raises ValueError, which says what is wrong."""
        return cls(*_parts(text, 2, "an environment: write APP/ENVIRONMENT"))


@dataclass(frozen=True, order=True)
class JobKey:
    """What names a job. Messages show its ID, and the target behind it: `ID@TARGET`.

    No two keys of a target have the same ID: `/`, `%`, `*` and `?` inside a part are escaped there.
    """

    app_id: str
    backend_environment_name: str
    job_id: str
    target: str = ""
    """The target that has it, by name; empty: the account and region of the stack's own settings.

    What a stack calls it is not the service's: the resource keeps its ID under another name.
    """

    def __str__(self) -> str:
        return f"{self.id}@{self.target}" if self.target else self.id

    @property
    def id(self) -> str:
        """The Pulumi resource ID, `app/environment/job`."""
        return _joined(*self.parts)

    @property
    def parts(self) -> tuple[str, str, str]:
        """What names it within its target."""
        return (self.app_id, self.backend_environment_name, self.job_id)

    @classmethod
    def parse(cls, text: str) -> JobKey:
        """Return the key that an ID names. Raises ValueError, which says what is wrong."""
        return cls(*_parts(text, 3, "a job: write APP/ENVIRONMENT/JOB"))

    @property
    def environment(self) -> Environment:
        """Where the job is."""
        return Environment(self.app_id, self.backend_environment_name)


KEY_FIELDS = tuple(field.name for field in fields(JobKey) if field.name != "target")
"""What names a job within a target; the service has the same names in camelCase."""


def _joined(*parts: str) -> str:
    return "/".join(map(escaped, parts))


def _parts(text: str, number: int, meant: str) -> tuple[str, ...]:
    parts = tuple(map(unescaped, text.split("/")))
    if len(parts) != number or not all(parts):
        raise ValueError(f"is not {meant}, and a / inside a name as %2F")
    return parts


def escaped(part: str) -> str:
    """Return a part as it stands in the text of a key."""
    if ORDINARY.fullmatch(part):
        return part
    seen = "".join(c if c.isprintable() and c not in RESERVED else in_bytes(c) for c in part)
    return without_commands(OVERLOOKED.sub("%20", seen))


def unescaped(part: str) -> str:
    """Return what one part, or a piece of it, stands for.

    Raises ValueError where a `%` begins no escape.
    """
    if NO_ESCAPE.search(part):
        raise ValueError("has a % that begins no escape: write % as %25, and / as %2F")
    try:
        return "".join(
            _decoded(piece) if piece.startswith("%") else piece for piece in ESCAPES.split(part)
        )
    except UnicodeDecodeError:
        raise ValueError("has escapes that are not UTF-8: write % as %25, and / as %2F") from None


def _decoded(escapes: str) -> str:
    return bytes.fromhex(escapes.replace("%", "")).decode(errors="surrogatepass")
