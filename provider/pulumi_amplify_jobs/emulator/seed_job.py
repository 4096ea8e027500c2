"""A job as a seed gives it: with a past, and with what becomes of it."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .duration import Duration
from .job import Job


class Then(BaseModel):
    """What a seeded job turns into so long after it was seeded, unless it is updated before."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    after: Duration
    operation: str | None = None
    status: str | None = None
    error: str | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "Then":
        if not self.changes():
            raise ValueError("then changes nothing: give a status, an operation or an error")
        return self

    def changes(self) -> dict[str, str]:
        """Return the fields that change and their values, by the wire's names."""
        return self.model_dump(exclude={"after"}, exclude_none=True)


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
