"""A backend job as the service knows it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

KeyPart = Annotated[str, Field(min_length=1)]
JobKey = tuple[str, str, str]
"""The app's ID, the backend environment's name and the job's ID."""


class Job(BaseModel):
    """A backend job: strings only, and nothing but the three key fields is sure to be there.

    Built from the wire's field names (``Job.model_validate({"appId": ...})``), read by the
    Python ones (``job.app_id``). The times are epoch milliseconds in a string.
    """

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)

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
