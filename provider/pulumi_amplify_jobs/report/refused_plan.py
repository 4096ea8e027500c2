"""An explanation of a refused plan, as Markdown, out of what `pulumi up` wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..redaction import redacted
from .json_values import items, mapping
from .markdown_code import code, prose
from .reading import ReportError
from .refusals import Refusal, refusals_in

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

LONGEST = 2000
"""Characters of one reason."""

ADVICE = (
    "Preview again with `pulumi preview --save-plan`, review what it shows now, and run "
    "`pulumi up --plan` with the new plan.\n"
)


def explained(text: str, name: str) -> str:
    """Return which resources were refused, why, and what to do, as Markdown.

    `text` is the output of `pulumi up --plan` or `--strict`, as text, as JSON, or its event log;
    `name` is how messages call it. Raises ReportError where it tells of no refusal.
    """
    refusals = refusals_in(_messages(redacted(ANSI.sub("", text))))
    if not refusals:
        raise ReportError(
            f"{name} tells of no refused plan: give it the whole output of pulumi up --plan or "
            "--strict, standard error too (2>&1)"
        )
    number = len(refusals)
    counted = "1 resource is" if number == 1 else f"{number} resources are"
    lines = "".join(map(_line, refusals))
    return f"**The plan was refused: {counted} not as reviewed.**\n\n{lines}\n{ADVICE}"


def _line(refusal: Refusal) -> str:
    return f"- {code(refusal.name)}: {prose(refusal.reason, LONGEST)}\n"


def _messages(text: str) -> Iterator[str]:
    """Yield the messages of a run: the lines of its text, or what its JSON says."""
    for value in _json_values(text):
        yield from (str(mapping(each).get("message")) for each in items(value.get("diagnostics")))
        yield str(mapping(value.get("diagnosticEvent")).get("message"))
    yield from text.splitlines()


def _json_values(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON mappings of a text: a whole document, then the lines that are one."""
    try:
        value, end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        value, end = None, 0
    if isinstance(value, dict):
        yield value
    for line in text.lstrip()[end:].splitlines():
        if line.startswith("{"):
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict):
                yield found
