"""The shape of `amplify-jobs:rules`: one pydantic model for each mapping a user writes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from ..domain.jobs import OPERATIONS, STATUSES
from ..domain.name_patterns import JobPattern, name_problem
from .diagnostics import UnfitError
from .models import (
    TEXT_SCHEMA,
    ConfigModel,
    Duration,
    JobName,
    Operation,
    Status,
    WaitConfig,
    refusing,
    whole_number,
)
from .unknown import unless_unknown

MOST_MATCHES = 1000
"""The highest limit of a rule: its matches stand in previews and in the state."""


def _listed(value: Any) -> Any:
    """Take one text for a list of it."""
    return [value] if isinstance(value, str) else value


def _some(values: list[str]) -> list[str]:
    if not values:
        raise UnfitError('is empty: write names, or ["*"] for all')
    return values


def parse_job_pattern(text: str) -> JobPattern:
    """Return the jobs that `app/environment/job` names. Raises ValueError for any other text."""
    _refuse_negation(text, "each entry is an exception already: remove the !")
    try:
        return JobPattern.parse(text)
    except ValueError as error:
        raise UnfitError(str(error)) from None


def _job_pattern(text: str) -> str:
    parse_job_pattern(text)
    return text


def _refuse_negation(text: str, cure: str) -> None:
    if text.startswith("!"):
        raise ValueError(f"{text!r} begins with !, which does not negate here: {cure}")


def _name(cure: str) -> AfterValidator:
    """Return what takes a name or pattern; `cure` is for a negated one, whose name it may have."""

    def problem_of(text: str) -> str | None:
        _refuse_negation(text, cure.format(text[1:]))
        return name_problem(text)

    return refusing(problem_of)


def _one_or_more(known: tuple[str, ...]) -> WithJsonSchema:
    item = {**TEXT_SCHEMA, "examples": list(known)}
    return WithJsonSchema({**item, "type": ["string", "array"], "items": item, "minItems": 1})


NAME_SCHEMA = {
    **TEXT_SCHEMA,
    "pattern": r"^[^\s!](.*\S)?$",
    "patternErrorMessage": "A name has no blanks around it and no ! in front.",
}
"""What JSON Schema can say of a name or pattern."""

MaybeUnknown = WrapValidator(unless_unknown)
"""For what stands in a list or below a key of the user's own; other fields are so by themselves."""

NAMES_SCHEMA = {"type": "array", "items": NAME_SCHEMA, "minItems": 1}

AppId = Annotated[str, _name('to leave out an app, add "{}/*/*" to except'), MaybeUnknown]
AppIds = Annotated[list[AppId], AfterValidator(_some), WithJsonSchema(NAMES_SCHEMA)]
EnvironmentName = Annotated[
    str, _name('to leave out an environment, add "*/{}/*" to except'), MaybeUnknown
]
EnvironmentNames = Annotated[
    list[EnvironmentName], AfterValidator(_some), WithJsonSchema(NAMES_SCHEMA)
]
AppName = Annotated[
    str, _name("to leave out apps, add each as APP/*/* to except"), WithJsonSchema(NAME_SCHEMA)
]
JobPatternText = Annotated[
    str, AfterValidator(_job_pattern), MaybeUnknown, WithJsonSchema(NAME_SCHEMA)
]
Statuses = Annotated[
    list[Annotated[Status, MaybeUnknown]],
    BeforeValidator(_listed),
    AfterValidator(_some),
    _one_or_more(STATUSES),
]
Operations = Annotated[
    list[Annotated[Operation, MaybeUnknown]],
    BeforeValidator(_listed),
    AfterValidator(_some),
    _one_or_more(OPERATIONS),
]
Limit = Annotated[
    int,
    Field(ge=0, le=MOST_MATCHES),
    BeforeValidator(whole_number),
]


class AppsConfig(ConfigModel):
    """Which apps, by their name and their tags; both have to fit where both are given."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name_matches: AppName | None = Field(
        None, description="The app's name, or a pattern of it such as `shop-*`."
    )
    tags: dict[str, Annotated[str, MaybeUnknown]] | None = Field(
        None, description="Tags that the app must have, each with this value."
    )

    @model_validator(mode="after")
    def _not_empty(self) -> AppsConfig:
        if self.name_matches is None and not self.tags:
            raise UnfitError('names neither nameMatches nor tags: add one, or write ["*"]')
        return self


class MatchConfig(ConfigModel):
    """What a job must be like, all of it."""

    status: Statuses = Field(description="The live status: one, or a list of them.")
    operation: Operations | None = Field(
        None, description="The live operation: one, or a list of them; any without it."
    )
    older_than: Duration | None = Field(
        None, description="Created at least this long ago (createTime), such as `6h`."
    )
    idle_for: Duration | None = Field(
        None, description="Not updated for at least this long (updateTime), such as `1h`."
    )


class SetConfig(ConfigModel):
    """What a job that matches is brought to: operation, status, or both."""

    operation: Operation | None = Field(None, description="The operation that it should show.")
    status: Status | None = Field(None, description="The status that it should show.")

    @model_validator(mode="after")
    def _not_empty(self) -> SetConfig:
        if self.operation is None and self.status is None:
            raise UnfitError("names neither operation nor status: add one")
        return self


class _RuleConfig(ConfigModel):
    environments: EnvironmentNames = Field(
        description='Backend environments by name or pattern; `["*"]` is every one.'
    )
    match: MatchConfig = Field(description="What a job must be like, all of it.")
    set_: SetConfig = Field(
        alias="set",
        description="What a job that matches is brought to: operation, status, or both.",
    )
    limit: Limit = Field(
        description="The most jobs that may match at once, up to 1000; more is an error, and "
        "nothing is written."
    )
    except_: list[JobPatternText] | None = Field(
        None,
        alias="except",
        description="Jobs that are left alone, as `app/environment/job`; each part may be a "
        "pattern; inside a name, `/` is `%2F`, `%` is `%25`, `*` is `%2A` and `?` is `%3F`.",
    )
    wait: WaitConfig | None = Field(
        None, description="After the updates, poll until each job shows what is set."
    )


class RuleByIds(_RuleConfig):
    """A rule about apps with certain IDs, or about all."""

    apps: AppIds = Field(description='App IDs or patterns of them; `["*"]` is every app.')


class RuleBySelector(_RuleConfig):
    """A rule about apps with a certain name or tags."""

    apps: AppsConfig = Field(description="Which apps, by name and tags.")


class RuleConfig(_RuleConfig):
    """A rule as it may be written; which of the two models above it is, its `apps` decide."""

    apps: AppIds | AppsConfig = Field(
        description='App IDs or patterns of them, `["*"]` for every app; or a mapping of '
        "nameMatches and tags."
    )


class RulesKeys(ConfigModel):
    """The key of the stack config that declares rules."""

    rules: dict[JobName, RuleConfig] | None = Field(
        None, description="Rules for jobs that nobody names, by Pulumi resource name."
    )
