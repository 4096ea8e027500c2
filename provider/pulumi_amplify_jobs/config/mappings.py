"""Mappings of the config with keys of ours: which keys they may have, and what each may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal, TypeVar

from pydantic_core import CoreConfig, CoreSchema, SchemaValidator
from pydantic_core import core_schema as core

from ..spelling import camel
from .shapes import JsonSchema
from .unknown import maybe_unknown

STRICT = CoreConfig(strict=True, hide_input_in_errors=True)
"""A number is no text; and what is secret must not show in a traceback."""


@dataclass
class Key:
    """One key of a mapping."""

    shape: CoreSchema
    description: str
    required: bool = False
    """A key that is not may also be null."""
    name: str = ""
    """As users write it; by default the attribute's name in camelCase."""

    def __set_name__(self, _: type, attribute: str) -> None:
        self.name = self.name or camel(attribute)

    def field(self, attribute: str) -> core.DataclassField:
        """Return what pydantic-core checks the key by."""
        value = maybe_unknown(self.shape)
        if not self.required:
            value = core.with_default_schema(core.nullable_schema(value), default=None)
        return core.dataclass_field(attribute, value, validation_alias=self.name)


def optional(shape: CoreSchema, description: str, name: str = "") -> Any:
    """Declare a key that may be absent, or null: it then is None."""
    return Key(shape, description, name=name)


def required(shape: CoreSchema, description: str, name: str = "") -> Any:
    """Declare a key that must be there."""
    return Key(shape, description, required=True, name=name)


def by_kind(
    kind: type, shape: CoreSchema, otherwise: CoreSchema, schema: JsonSchema | None = None
) -> CoreSchema:
    """Return what checks values of one kind by one shape, and all others by the other.

    So what is wrong is said of one of them: the errors of a union are about both. `schema` is what
    JSON Schema can say of the value, where that does not follow.
    """

    @cache
    def validator() -> SchemaValidator:
        return SchemaValidator(shape, STRICT)

    def chosen(value: Any, validate: Callable[[Any], Any]) -> Any:
        check = validator().validate_python if isinstance(value, kind) else validate
        return check(value)

    metadata = schema or {"choices": [otherwise, shape]}
    return core.no_info_wrap_validator_function(chosen, otherwise, metadata=metadata)


ModelT = TypeVar("ModelT", bound="ConfigModel")


class ConfigModel:
    """A mapping: its keys are declared as attributes, by `optional` and `required`.

    Where good values may not go together, `__post_init__` raises UnfitError.
    """

    keys: ClassVar[Mapping[str, Key]] = {}
    """By attribute, those of the classes above first."""
    unknown_keys: ClassVar[Literal["forbid", "ignore"]] = "forbid"
    keywords: ClassVar[JsonSchema] = {}
    """What JSON Schema can say of the mapping besides its keys."""

    def __init_subclass__(cls) -> None:
        own = {name: key for name, key in vars(cls).items() if isinstance(key, Key)}
        cls.keys = {**cls.keys, **own}

    @classmethod
    def shape(cls) -> CoreSchema:
        """Return what pydantic-core makes an instance by."""
        fields = [key.field(attribute) for attribute, key in cls.keys.items()]
        arguments = core.dataclass_args_schema(
            cls.__name__, fields, extra_behavior=cls.unknown_keys
        )
        return core.dataclass_schema(
            cls,
            arguments,
            list(cls.keys),
            post_init=hasattr(cls, "__post_init__"),
            strict=False,  # a mapping is enough; its values are strict
            config=STRICT,
        )

    @classmethod
    @cache
    def _validator(cls) -> SchemaValidator:
        return SchemaValidator(cls.shape(), STRICT)

    @classmethod
    def read(cls: type[ModelT], value: Any) -> ModelT:
        """Return what the value says. Raises pydantic_core's ValidationError with all errors."""
        found: ModelT = cls._validator().validate_python(value)
        return found

    def arguments(self) -> dict[str, Any]:
        """Return what is given as a resource's arguments: by snake_case names at every level."""
        given = ((attribute, getattr(self, attribute)) for attribute in self.keys)
        return {
            name.rstrip("_"): value.arguments() if isinstance(value, ConfigModel) else value
            for name, value in given
            if value is not None
        }


def keys_of(model: type[ConfigModel]) -> tuple[str, ...]:
    """Return the keys that a mapping of this model has, as users write them."""
    return tuple(key.name for key in model.keys.values())


def model_in(shape: Any) -> type[ConfigModel] | None:
    """Return the model that a shape is or has within it, if there is one."""
    if shape["type"] == "dataclass":
        model: type[ConfigModel] = shape["cls"]
        return model
    inner = [shape[part] for part in ("schema", "items_schema", "values_schema") if part in shape]
    inner += (shape.get("metadata") or {}).get("choices", ())
    return next(filter(None, map(model_in, inner)), None)
