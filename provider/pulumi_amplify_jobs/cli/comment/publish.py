"""The comment of a preview: what it is to say, and where the report goes if there can be none."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ...clock import Clock
from ...disk import LARGEST_INPUT, UnreadableError, read_file
from ...domain.times import utc
from ...github import (
    Api,
    Create,
    Decision,
    Keep,
    Place,
    ReadOnlyError,
    Token,
    TokenError,
    Version,
    Wanted,
    add_to_summary,
    find_token,
    harmless,
    hidden,
    look,
    marker,
    room,
    settle,
)
from ...redaction import redacted
from ..errors import CommandError, tell

SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True)
class Rendered:
    """A report, as far as a comment has to do with it."""

    markdown: Callable[[int], str]
    """Renders it in at most so many bytes."""
    summary: str
    project: str | None
    stack: str | None
    quiet: bool
    """Whether nothing changes and nothing is wrong."""


def read_event(environment: Mapping[str, str]) -> Any:
    """Return the JSON of the event that a workflow runs on; None where there is none to read."""
    try:
        return json.loads(read_file(Path(environment["GITHUB_EVENT_PATH"]), LARGEST_INPUT))
    except (KeyError, UnreadableError, ValueError, RecursionError):
        return None


def wanted_comment(
    rendered: Rendered, stack: str | None, epoch: float, *, history: bool, on_change_only: bool
) -> Wanted:
    """Return what the comment of the preview's stack is to say. Raises CommandError.

    `stack` is PROJECT/STACK, or None for what the preview says.
    """
    project, name = rendered.project, rendered.stack
    if stack is not None:
        project, _, name = stack.rpartition("/")
    if not name:
        raise CommandError(
            "the preview does not say which stack it is of: name it with --stack PROJECT/STACK"
        )
    mark = marker(project, name)
    version = Version("", hidden(rendered.summary), utc(epoch))
    content = harmless(rendered.markdown(room(mark, version)))
    return Wanted(
        mark=mark,
        version=Version(content, version.summary, version.moment),
        history=history,
        needed=not (on_change_only and rendered.quiet),
    )


@dataclass(frozen=True)
class World:
    """What the command finds around it."""

    environment: Mapping[str, str]
    clock: Clock
    epoch: Callable[[], float]
    """Tells the seconds since 1970."""


@dataclass(frozen=True)
class Manner:
    """How to go about it: in earnest, or only saying so."""

    deliver: Callable[[Api, Wanted, Place], str]
    """Creates or updates the comment, and returns what was done. Raises GitHubError."""
    fall_back: Callable[[Rendered, str, Mapping[str, str]], None]
    """Puts the report where it needs no comment; takes the reason, and the environment."""


def publish(wanted: Wanted, rendered: Rendered, place: Place, world: World, manner: Manner) -> None:
    """Deliver the comment and print in one line what was done, or fall back. Raises GitHubError.

    A workflow that runs for a fork may have no token, or one that may only read. Where the pull
    request is known to come from the same repository, that is an error of its set-up.
    """
    token = find_token(world.environment)
    if token is None:
        if place.fork is False:
            raise TokenError(
                f"no token to comment on {place} with: set GITHUB_TOKEN (in a workflow, "
                "env: GITHUB_TOKEN: ${{ github.token }})"
            )
        reason = f"no comment on {place}, as there is no token"
    else:
        try:
            click.echo(_delivered(wanted, place, token, world, manner))
            return
        except ReadOnlyError:
            if place.fork is False:
                raise
            reason = f"no comment on {place}, as the token may only read"
    if wanted.needed or token is not None:
        manner.fall_back(rendered, reason, world.environment)
    else:
        tell("note", f"{reason}; nothing changes")


def _delivered(wanted: Wanted, place: Place, token: Token, world: World, manner: Manner) -> str:
    """Return what was done, without secrets: GitHub's answer is a part of it."""
    with closing(Api(place, token, world.clock, world.epoch)) as api:
        return redacted(manner.deliver(api, wanted, place))


def _deliver(api: Api, wanted: Wanted, place: Place) -> str:
    outcome = settle(api, wanted)
    others = f" (and removed {outcome.removed} more of this stack)" if outcome.removed else ""
    return f"{outcome.done} {outcome.url or _without(place)}{others}"


def _foretell(api: Api, wanted: Wanted, place: Place) -> str:
    decision = look(api, wanted)
    number = len(decision.surplus)
    others = f" (and remove {number} more of this stack)" if number else ""
    return f"{_foretold(decision, place)}{others}"


def _foretold(decision: Decision, place: Place) -> str:
    action = decision.action
    if isinstance(action, Create):
        return f"would create a comment on {place}"
    if isinstance(action, Keep):
        return f"would leave unchanged {action.comment.url if action.comment else _without(place)}"
    return f"would update {action.comment.url}"


def _without(place: Place) -> str:
    return f"{place}: there is no comment, and nothing changes"


def _fall_back(rendered: Rendered, reason: str, environment: Mapping[str, str]) -> None:
    path = environment.get(SUMMARY)
    why = "there is no step summary"
    if path:
        try:
            if add_to_summary(Path(path), rendered.markdown):
                tell("note", f"{reason}: the report is in the step's summary")
                return
            why = "the step's summary is full"
        except OSError as error:
            why = f"the step's summary can't be written ({error.strerror})"
    tell("note", f"{reason}, and {why}: the report follows")
    click.echo(rendered.markdown(10**9).rstrip("\n"))


def _foretell_falling_back(_: Rendered, reason: str, environment: Mapping[str, str]) -> None:
    where = "the step's summary" if environment.get(SUMMARY) else "stdout"
    tell("note", f"{reason}: the report would go to {where}")


EARNEST = Manner(_deliver, _fall_back)
DRY_RUN = Manner(_foretell, _foretell_falling_back)
