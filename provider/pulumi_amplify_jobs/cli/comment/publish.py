"""The comment of a preview: what it is to say, and where the report goes if there can be none."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from ...clock import SystemClock
from ...disk import LARGEST_INPUT, UnreadableError, read_file
from ...domain.times import utc
from ...github.api import Api
from ...github.calls import Caller
from ...github.comment_body import Version, harmless, hidden, marker, room
from ...github.decisions import Wanted
from ...github.errors import ReadOnlyError, TokenError
from ...github.publish import look, settle
from ...github.workflow import Place, add_to_summary, find_token
from ...limits import MOST_PAGE_VALUES
from ...nesting import has_more_values
from ...redaction import redacted
from ...report.markdown import markdown
from ...report.model import Report
from ..errors import CommandError, interrupted_as, notify
from ..interrupts import INTERRUPTS
from ..output import tell

SUMMARY = "GITHUB_STEP_SUMMARY"


def read_event() -> Any:
    """Return the JSON of the event that a workflow runs on; None where there is none to read."""
    try:
        content = read_file(Path(os.environ["GITHUB_EVENT_PATH"]), LARGEST_INPUT)
        return None if has_more_values(content, MOST_PAGE_VALUES) else json.loads(content)
    except (KeyError, UnreadableError, ValueError, RecursionError):
        return None


def wanted_comment(
    report: Report, stack: str | None, *, history: bool, on_change_only: bool
) -> Wanted:
    """Return what the comment of the preview's stack is to say. Raises CommandError.

    `stack` is PROJECT/STACK, or None for what the preview says.
    """
    project, name = report.project, report.stack
    if stack is not None:
        project, _, name = stack.rpartition("/")
    if not name:
        raise CommandError(
            "the preview does not say which stack it belongs to: name it with --stack PROJECT/STACK"
        )
    mark = marker(project, name)
    version = Version("", hidden(report.summary), utc(time.time()))
    content = harmless(markdown(report, room(mark, version)))
    return Wanted(
        mark=mark,
        version=Version(content, version.summary, version.moment),
        history=history,
        needed=not on_change_only or report.pending or report.errors > 0,
    )


@dataclass(frozen=True)
class Manner:
    """How to go about it: in earnest, or only saying so."""

    deliver: Callable[[Api, Wanted, Place], str]
    """Creates or updates the comment, and returns what was done. Raises GitHubError."""
    fall_back: Callable[[Report, str], None]
    """Puts the report where it needs no comment; takes the reason."""


def publish(wanted: Wanted, report: Report, place: Place, manner: Manner) -> None:
    """Deliver the comment and print in one line what was done, or fall back. Raises GitHubError.

    A workflow that runs for a fork may have no token, or one that may only read. Where the pull
    request is known to come from the same repository, that is an error of its set-up.
    """
    token = find_token(os.environ)
    if token is None:
        if place.fork is False:
            raise TokenError(
                f"no token for a comment on {place}: set GITHUB_TOKEN (in a workflow, "
                "env: GITHUB_TOKEN: ${{ github.token }})"
            )
        reason = f"no comment on {place}, because there is no token"
    else:
        try:
            caller = Caller(place.api_url, token, SystemClock(), time.time)
            with closing(Api(place, caller)) as api, interrupted_as(lambda: _perhaps_done(api)):
                INTERRUPTS.refuse_to_go_on()
                # GitHub's answer is a part of it.
                tell(redacted(manner.deliver(api, wanted, place)))
            return
        except ReadOnlyError:
            if place.fork is False:
                raise
            reason = f"no comment on {place}, because the token is read-only"
    if wanted.needed or token is not None:
        manner.fall_back(report, reason)
    else:
        notify("note", f"{reason}; nothing changes")


def _perhaps_done(api: Api) -> str | None:
    """Return what is to be said of an interrupt, None before the first request that writes."""
    return api.last_write and (
        f"interrupted after the request to {api.last_write} was sent: it may or may not have been "
        "carried out; run the command again, which goes by what is there"
    )


def _deliver(api: Api, wanted: Wanted, place: Place) -> str:
    published = settle(api, wanted)
    others = f" (and removed {published.removed} more of this stack)" if published.removed else ""
    return f"{published.done} {published.url or _without(place)}{others}"


def _foretell(api: Api, wanted: Wanted, place: Place) -> str:
    decision = look(api, wanted)
    number = len(decision.surplus)
    others = f" (and remove {number} more of this stack)" if number else ""
    where = decision.comment.url if decision.comment else ""
    if decision.body is None:
        return f"would leave unchanged {where or _without(place)}{others}"
    return f"would {f'update {where}' if where else f'create a comment on {place}'}{others}"


def _without(place: Place) -> str:
    return f"{place}: there is no comment, and nothing changes"


def _fall_back(report: Report, reason: str) -> None:
    path = os.environ.get(SUMMARY)
    why = "there is no step summary"
    if path:
        try:
            if add_to_summary(Path(path), partial(markdown, report)):
                notify("note", f"{reason}: the report is in the step's summary")
                return
            why = "the step's summary is full"
        except OSError as error:
            why = f"the step's summary can't be written ({error.strerror})"
    notify("note", f"{reason}, and {why}: the report follows")
    click.echo(markdown(report, 10**9).rstrip("\n"))


def _foretell_falling_back(_: Report, reason: str) -> None:
    where = "the step's summary" if os.environ.get(SUMMARY) else "stdout"
    notify("note", f"{reason}: the report would go to {where}")


EARNEST = Manner(_deliver, _fall_back)
DRY_RUN = Manner(_foretell, _foretell_falling_back)
