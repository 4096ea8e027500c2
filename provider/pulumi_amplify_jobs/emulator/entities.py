"""Jobs and apps: as the service knows them, and as a seed gives them.

They are built from the wire's field names (``Job.model_validate({"appId": ...})``) and read by the
Python ones (``job.app_id``).
"""

from collections import Counter
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from .validation import Duration

KeyPart = Annotated[str, Field(min_length=1)]
JobKey = tuple[str, str, str]
"""The app's ID, the backend environment's name and the job's ID."""


class Entity(BaseModel):
    """What a seed gives, by the wire's names."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)


class Job(Entity):
    """A backend job: strings only, and nothing but the three key fields is sure to be there.

    The times are epoch milliseconds in a string.
    """

    app_id: KeyPart
    backend_environment_name: KeyPart
    job_id: KeyPart
    operation: str | None = None
    status: str | None = None
    create_time: str | None = None
    update_time: str | None = None
    error: str | None = None

    @property
    def key(self) -> JobKey:
        """The app's ID, the backend environment's name and the job's ID."""
        return self.app_id, self.backend_environment_name, self.job_id

    def wire(self) -> dict[str, str]:
        """Return the job by the wire's field names; absent fields are left out."""
        return self.model_dump(by_alias=True, exclude_none=True)


FIELDS: dict[str, str] = {name: to_camel(name) for name in Job.model_fields}
"""The Python name of each field of a job and its name on the wire."""


class Then(Entity):
    """What a seeded job turns into so long after it was seeded, unless it is updated before."""

    after: Duration
    operation: str | None = None
    status: str | None = None
    error: str | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "Then":
        if self.operation is self.status is self.error is None:
            raise ValueError("then changes nothing: give a status, an operation or an error")
        return self


class SeedJob(Job):
    """A job to seed.

    `age` is how long ago it was created and last updated, where no times are given;
    `then` what it turns into by itself. Neither is a field of the service.
    """

    age: Duration | None = Field(default=None, exclude=True)
    then: Then | None = Field(default=None, exclude=True)

    @model_validator(mode="after")
    def _has_one_past(self) -> "SeedJob":
        if self.age is not None and self.create_time is not None:
            raise ValueError("age and createTime are both given: keep one")
        return self


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise ValueError(f"environments names {twice} twice")
    return names


class App(Entity):
    """An app: its ID, its name (the ID, unless given), its tags, and its environments' names.

    The environments are the emulator's own; the service's apps have no such field.
    """

    app_id: KeyPart
    name: KeyPart | None = None
    tags: dict[KeyPart, str] = Field(default_factory=dict)
    # Not strict, or a list would be no tuple; the names in it are text all the same.
    environments: Annotated[
        tuple[KeyPart, ...], Field(strict=False), AfterValidator(_each_once)
    ] = ()

    @property
    def key(self) -> str:
        """The app's ID."""
        return self.app_id

    def wire(self) -> dict[str, Any]:
        """Return the app as a seed has it, with its name."""
        return {**self.model_dump(by_alias=True, mode="json"), "name": self.name or self.app_id}
