"""Mappings of the config with keys of ours: which keys they may have, and what each may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from ..spelling import camel
from .document import KeyPath
from .shapes import Flaw, ListOf, MappingOf, Reading, Schema, Shape


class FlawedError(ValueError):
    """A value does not have its shape; `flaws` are all that is wrong."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__()
        self.flaws = tuple(flaws)


@dataclass(frozen=True)
class Model(Shape):
    """A mapping with keys of ours."""

    model: type[ConfigModel]

    def read(self, value: Any, path: KeyPath, reading: Reading) -> Any:
        """Return the model's instance."""
        return self.model.read_into(reading, value, path)


@dataclass
class Key:
    """One key of a mapping."""

    shape: Shape
    description: str
    required: bool = False
    """A key that is not may also be null."""
    name: str = ""
    """As users write it; by default the attribute's name in camelCase."""

    def __set_name__(self, _: type, attribute: str) -> None:
        self.name = self.name or camel(attribute)


def optional(shape: Shape | type[ConfigModel], description: str, name: str = "") -> Any:
    """Declare a key that may be absent, or null: it then is None."""
    return Key(_shape(shape), description, name=name)


def required(shape: Shape | type[ConfigModel], description: str, name: str = "") -> Any:
    """Declare a key that must be there."""
    return Key(_shape(shape), description, required=True, name=name)


def _shape(given: Shape | type[ConfigModel]) -> Shape:
    return given if isinstance(given, Shape) else Model(given)


ModelT = TypeVar("ModelT", bound="ConfigModel")


class ConfigModel:
    """A mapping: its keys are declared as attributes, by `optional` and `required`."""

    keys: ClassVar[Mapping[str, Key]] = {}
    """By attribute, those of the classes above first."""
    takes_others: ClassVar[bool] = False
    """Whether an unknown key is passed over, and no flaw."""
    keywords: ClassVar[Schema] = {}
    """What JSON Schema can say of the mapping besides its keys."""

    def __init_subclass__(cls) -> None:
        own = {name: key for name, key in vars(cls).items() if isinstance(key, Key)}
        cls.keys = {**cls.keys, **own}

    @classmethod
    def read(cls: type[ModelT], value: Any) -> ModelT:
        """Return what the value says. Raises FlawedError with all that is wrong."""
        reading = Reading()
        found: ModelT = reading.value(Model(cls), value, ())
        if reading.flaws:
            raise FlawedError(reading.flaws)
        return found

    @classmethod
    def read_into(cls: type[ModelT], reading: Reading, value: Any, path: KeyPath) -> ModelT | None:
        """Return what the value says, or None where a flaw was noted."""
        if not isinstance(value, dict):
            reading.flaw(path, "not a mapping")
            return None
        before = len(reading.flaws)
        found = cls()
        known = set()
        for attribute, key in cls.keys.items():
            known.add(key.name)
            given = value.get(key.name)
            if key.required and key.name not in value:
                reading.flaw((*path, key.name), "missing")
            elif given is None and not key.required:
                setattr(found, attribute, None)
            else:
                setattr(found, attribute, reading.value(key.shape, given, (*path, key.name)))
        for name in value if not cls.takes_others else ():
            if name not in known:
                reading.flaw((*path, name), "unknown key")
        if len(reading.flaws) > before:
            return None
        found.check()
        return found

    def check(self) -> None:
        """Raise UnfitError where good values don't go together."""

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield each attribute with its value."""
        return ((attribute, getattr(self, attribute)) for attribute in self.keys)

    def arguments(self) -> dict[str, Any]:
        """Return what is given as a resource's arguments: by snake_case names at every level."""
        return {
            name.rstrip("_"): value.arguments() if isinstance(value, ConfigModel) else value
            for name, value in self
            if value is not None
        }


def keys_of(model: type[ConfigModel]) -> tuple[str, ...]:
    """Return the keys that a mapping of this model has, as users write them."""
    return tuple(key.name for key in model.keys.values())


def model_in(shape: Shape) -> type[ConfigModel] | None:
    """Return the model that a shape is or has within it, if there is one."""
    if isinstance(shape, Model):
        return shape.model
    if isinstance(shape, ListOf):
        return model_in(shape.item)
    return model_in(shape.value) if isinstance(shape, MappingOf) else None
