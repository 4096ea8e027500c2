"""An Amplify app and its backend environments, as a seed gives them."""

from collections import Counter
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from .job import KeyPart


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise ValueError(f"environments has {twice} twice")
    return names


class App(BaseModel):
    """An app: its ID, its name (the ID, unless given), its tags, and its environments' names.

    Built from the wire's field names, but for `environments`, which is the emulator's own.
    """

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)

    app_id: KeyPart
    name: KeyPart | None = None
    tags: dict[KeyPart, str] = Field(default_factory=dict)
    # Not strict, or a list would be no tuple; the names in it are text all the same.
    environments: Annotated[
        tuple[KeyPart, ...], Field(strict=False), AfterValidator(_each_once)
    ] = ()

    def wire(self) -> dict[str, Any]:
        """Return the app as a seed has it, with its name."""
        return {**self.model_dump(by_alias=True, mode="json"), "name": self.name or self.app_id}
