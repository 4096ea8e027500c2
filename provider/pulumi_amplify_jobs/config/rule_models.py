"""The shape of `amplify-jobs:rules`: one model for each mapping a user writes."""

from __future__ import annotations

from typing import ClassVar

from pydantic_core import CoreSchema
from pydantic_core import core_schema as core

from ..domain.name_patterns import JobPattern, name_problem
from .mappings import ConfigModel, by_kind, optional, required
from .models import JOB_NAME, WaitConfig
from .shapes import (
    DURATION,
    OPERATION,
    STATUS,
    TEXT_SCHEMA,
    WANTED_OPERATION,
    WANTED_STATUS,
    JsonSchema,
    UnfitError,
    filled,
    refusing,
    some_tags,
    text,
    whole_number,
)
from .target_models import TargetTagsConfig
from .unknown import maybe_unknown

MOST_MATCHES = 1000
"""The highest limit of a rule: its matches stand in previews and in the state."""


def parse_job_pattern(text: str) -> JobPattern:
    """Return the jobs that `app/environment/job` names. Raises ValueError for any other text."""
    _refuse_negation(text, "each entry is an exception already: remove the !")
    try:
        return JobPattern.parse(text)
    except ValueError as error:
        raise UnfitError(str(error)) from None


def _refuse_negation(text: str, cure: str) -> None:
    if text.startswith("!"):
        raise ValueError(f"{text!r} begins with !, which does not negate here: {cure}")


def _name(cure: str) -> CoreSchema:
    """Return what takes a name or pattern; `cure` is for a negated one, whose name it may have."""

    def problem_of(text: str) -> str | None:
        _refuse_negation(text, cure.format(text[1:]))
        return name_problem(text)

    return text(refusing(problem_of), schema=NAME_SCHEMA)


def _names(cure: str) -> CoreSchema:
    items = core.list_schema(maybe_unknown(_name(cure)))
    return filled(items, 'write names, or ["*"] for all', NAMES_SCHEMA)


def _one_or_more(item: core.AfterValidatorFunctionSchema) -> CoreSchema:
    one = item["metadata"]
    alone = core.no_info_after_validator_function(lambda value: [value], item)
    items = filled(core.list_schema(maybe_unknown(item)), "write at least one")
    schema = {**one, "type": ["string", "array"], "items": one, "minItems": 1}
    return by_kind(str, alone, items, schema)


NAME_SCHEMA = {
    **TEXT_SCHEMA,
    "pattern": r"^[^\s!](.*\S)?$",
    "patternErrorMessage": "A name has no blanks around it and no ! in front.",
}
"""What JSON Schema can say of a name or pattern."""

NAMES_SCHEMA = {"type": "array", "items": NAME_SCHEMA, "minItems": 1}

APP_IDS = _names('to leave out an app, add "{}/*/*" to except')
ENVIRONMENT_NAMES = _names('to leave out an environment, add "*/{}/*" to except')
APP_NAME = _name("to leave out apps, add each as APP/*/* to except")
JOB_PATTERN = text(parse_job_pattern, schema=NAME_SCHEMA)
STATUSES_OF_JOBS = _one_or_more(STATUS)
OPERATIONS_OF_JOBS = _one_or_more(OPERATION)
LIMIT = core.no_info_before_validator_function(whole_number, core.int_schema(ge=0, le=MOST_MATCHES))


class AppsConfig(ConfigModel):
    """Which apps, by their name and their tags; both have to fit where both are given."""

    keywords: ClassVar[JsonSchema] = {"minProperties": 1}

    name_matches: str | None = optional(
        APP_NAME, "The app's name, or a pattern of it such as `shop-*`."
    )
    tags: dict[str, str] | None = optional(
        some_tags("add a tag, or remove it"),
        "Tags that the app must have, each with this value.",
    )

    def __post_init__(self) -> None:
        if self.name_matches is None and self.tags is None:
            raise UnfitError('names neither nameMatches nor tags: add one, or write ["*"]')


class MatchConfig(ConfigModel):
    """What a job must be like, all of it."""

    status: list[str] = required(STATUSES_OF_JOBS, "The live status: one, or a list of them.")
    operation: list[str] | None = optional(
        OPERATIONS_OF_JOBS, "The live operation: one, or a list of them; any without it."
    )
    older_than: str | None = optional(
        DURATION, "Created at least this long ago (createTime), such as `6h`."
    )
    idle_for: str | None = optional(
        DURATION, "Not updated for at least this long (updateTime), such as `1h`."
    )


class SetConfig(ConfigModel):
    """What a job that matches is brought to: operation, status, or both."""

    operation: str | None = optional(WANTED_OPERATION, "The operation that it should show.")
    status: str | None = optional(WANTED_STATUS, "The status that it should show.")

    def __post_init__(self) -> None:
        if self.operation is None and self.status is None:
            raise UnfitError("names neither operation nor status: add one")


TARGET_NAMES = _names("to leave out a target, name the others")


class RuleConfig(ConfigModel):
    """A rule: which apps and environments, which jobs there, and what these are brought to."""

    apps: list[str] | AppsConfig = required(
        by_kind(dict, AppsConfig.shape(), APP_IDS),
        'App IDs or patterns of them, `["*"]` for every app; or a mapping of nameMatches and tags.',
    )
    environments: list[str] = required(
        ENVIRONMENT_NAMES, 'Backend environments by name or pattern; `["*"]` is every one.'
    )
    match: MatchConfig = required(MatchConfig.shape(), "What a job must be like, all of it.")
    set_: SetConfig = required(
        SetConfig.shape(),
        "What a job that matches is brought to: operation, status, or both.",
        name="set",
    )
    limit: int = required(
        LIMIT,
        "The most jobs that may match at once, up to 1000; more is an error, and "
        "nothing is written.",
    )
    except_: list[str] | None = optional(
        core.list_schema(maybe_unknown(JOB_PATTERN)),
        "Jobs that are left alone, as `app/environment/job`; each part may be a "
        "pattern; inside a name, `/` is `%2F`, `%` is `%25`, `*` is `%2A` and `?` is `%3F`.",
        name="except",
    )
    wait: WaitConfig | None = optional(
        WaitConfig.shape(), "After the updates, poll until each job shows what is set."
    )
    targets: list[str] | TargetTagsConfig | None = optional(
        by_kind(dict, TargetTagsConfig.shape(), TARGET_NAMES),
        'Targets by name or pattern, `["*"]` for each one; or a mapping of tags. The rule is one '
        "resource for each of them, `RULE@TARGET`.",
    )


class RulesKeys(ConfigModel):
    """The key of the stack config that declares rules."""

    rules: dict[str, RuleConfig] | None = optional(
        core.dict_schema(JOB_NAME, RuleConfig.shape()),
        "Rules for jobs that nobody names, by Pulumi resource name.",
    )
