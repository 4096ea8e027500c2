"""The options that say which targets of a stack are meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import click

from ..domain.targets import Shard, Tags, TargetSelector
from ..settings import SHARD_VARIABLE, Settings, Target
from .errors import CommandError
from .options import bundled


def _tag(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise click.BadParameter(f"{text!r} is no tag: write KEY=VALUE")
    return key, value


def shard(text: str) -> Shard:
    """Return the shard that an option names. Raises click.BadParameter."""
    try:
        return Shard.parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@dataclass(frozen=True)
class TargetOptions:
    """Which targets are meant; all of them where nothing is given."""

    names: tuple[str, ...] = ()
    """Names, or patterns of them."""
    tags: tuple[tuple[str, str], ...] = ()
    shard: Shard | None = None

    @property
    def given(self) -> bool:
        """Whether the options leave out any target."""
        return bool(self.names or self.tags or self.shard)

    def chosen(self, targets: Mapping[str, Target]) -> Collection[str]:
        """Return the names of those that are meant; the empty one is what has no target.

        Raises CommandError where an option fits none.
        """
        found = ["", *targets]
        if self.names or self.tags:
            found = self.selected({name: dict(each.tags) for name, each in targets.items()})
        return [name for name in found if self.shard is None or self.shard.has(name)]

    def named(self, targets: Mapping[str, Target]) -> Collection[str]:
        """Return those of the chosen targets that names or tags mean; none where none are given."""
        return self.chosen(targets) if self.names or self.tags else ()

    @property
    def selector(self) -> TargetSelector:
        """What takes the targets that are meant, whatever shard they belong to."""
        return TargetSelector(self.names, self.tags)

    def selected(self, tags: Mapping[str, Tags]) -> list[str]:
        """Return the names of those that names and tags mean; `tags` are by target.

        Raises CommandError where an option fits none.
        """
        for text in self.selector.idle(tags):
            option = "--target" if text in self.names else "--target-tag"
            if not tags:
                raise CommandError(f"{option} {text}: the stack declares no targets")
            from ..config.diagnostics import suggestion

            hint = suggestion(text, tags) if option == "--target" else "correct the tag"
            raise CommandError(f"{option} {text} matches no target: {hint}")
        found = [name for name in tags if self.selector.takes(name, tags[name])]
        if not found and (self.names or self.tags):
            raise CommandError("no target fits --target and all of --target-tag: correct them")
        return found


EVERY_TARGET = TargetOptions()


def where(settings: Settings) -> str:
    """Return the account and region that settings lead to, as far as they say them."""
    account = f"account {settings.account}" if settings.account else "account of its credentials"
    return f"{account}, {settings.region or 'region of the AWS environment'}"


def failed_in(targets: Iterable[str]) -> str:
    """Return a sentence that names the targets that failed, each once, or nothing."""
    names = filter(None, dict.fromkeys(targets))
    text = ", ".join(names)
    return f" Failed: {text}." if text else ""


_names = click.option(
    "--target",
    "names",
    metavar="NAME",
    multiple=True,
    help="Only this target, or those that fit a pattern; may be repeated.",
)
_tags = click.option(
    "--target-tag",
    "tags",
    metavar="KEY=VALUE",
    multiple=True,
    type=_tag,
    help="Only targets with this tag; may be repeated, then all must fit.",
)
_shard = click.option(
    "--shard",
    metavar="I/N",
    type=shard,
    envvar=SHARD_VARIABLE,
    help="Only the targets of this one of N shards, such as 2/16.",
)

all_target_options = bundled(TargetOptions, _names, _tags)
"""The options `--target` and `--target-tag`, for commands that one machine runs."""

target_options = bundled(TargetOptions, _names, _tags, _shard)
"""The options `--target`, `--target-tag` and `--shard`."""
