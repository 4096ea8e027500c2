"""JSON Schema of a stack's file and of included files, made from the models: for editors.

Draft 7, as that is what yaml-language-server and the editors on top of it know best. A schema takes
all that the loader takes; what only the loader can judge (merged defaults, duplicates) it lets
pass. No value has alternatives (`anyOf`): types stand side by side, each keyword counts for its own
type. Where there are alternatives, editors don't know which one was meant, and say less.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from inspect import getdoc
from typing import Any

from . import aws
from .loader import NAMESPACE
from .mappings import ConfigModel
from .models import JobsKeys
from .rule_models import RulesKeys
from .setting_models import SettingsConfig
from .shapes import JsonSchema, text_schema
from .stack import AWS_NAMESPACE, CONFIG_KEYS, JOBS_KEYS, STRUCTURED_KEYS
from .stack_file import STACK_FILE_KEYS
from .target_models import IncludedFile, TargetsKeys

DRAFT = "http://json-schema.org/draft-07/schema#"

NULL: JsonSchema = {"type": "null"}

SECURE: JsonSchema = {
    "type": "string",
    "description": "The value, encrypted by `pulumi config set --secret`.",
}

ENCRYPTED: JsonSchema = {
    "patternProperties": {"^secure$": SECURE},
    "minProperties": 1,
    "additionalProperties": False,
}
"""Pulumi's mapping for an encrypted value.

With `properties` or `required` in place of these words, yaml-language-server takes the mapping for
what is meant: it completes `status` as `status:` with `secure:` in a line below.
"""

JSON_TEXT = text_schema(
    r"^\s*([\[{]|null\s*$)", "This takes no plain text: write YAML below the key."
)
"""Text that a key with a structured value may have instead: `pulumi config set` writes it."""


def schema_text(schema: JsonSchema) -> str:
    """Return a schema as the text of a JSON file."""
    return json.dumps(schema, indent=2) + "\n"


def stack_schema() -> JsonSchema:
    """Return the schema of a whole `Pulumi.<stack>.yaml`, encrypted values included."""
    keys: dict[str, JsonSchema] = {}
    for part in (JobsKeys, RulesKeys, TargetsKeys, SettingsConfig):
        keys |= _keys(NAMESPACE, part, STRUCTURED_KEYS)
    beside = _keys(AWS_NAMESPACE, aws.AwsConfig, aws.STRUCTURED)
    config = {
        "description": "The stack's config: `amplify-jobs:` and other namespaces.",
        "type": ["object", "null"],
        "properties": {**keys, **beside},
        "patternProperties": {_misspelt(CONFIG_KEYS): False},
    }
    pulumis_own = dict.fromkeys(sorted(STACK_FILE_KEYS - {"config"}), True)
    content = {"type": "object", "properties": {"config": config, **pulumis_own}}
    return _document("stack", "Pulumi stack config with AWS Amplify backend jobs", content)


def _keys(
    namespace: str, model: type[ConfigModel], structured: Collection[str]
) -> dict[str, JsonSchema]:
    """Return the schemas of a model's keys in stack config; `structured` have more than text."""
    found = {key: encryptable(each) for key, each in model_schema(model)["properties"].items()}
    return {
        f"{namespace}:{key}": _at_the_top(_structured(each) if key in structured else each)
        for key, each in found.items()
    }


def include_schema() -> JsonSchema:
    """Return the schema of a file that `amplify-jobs:include` names. Nothing there is encrypted."""
    return _document("include", "AWS Amplify backend jobs", model_schema(IncludedFile))


def _document(name: str, title: str, content: JsonSchema) -> JsonSchema:
    identifier = f"urn:pulumi-{NAMESPACE}:schema:{name}"
    return {"$schema": DRAFT, "$id": identifier, "title": title, **content}


def model_schema(model: type[ConfigModel]) -> JsonSchema:
    """Return a model's schema in one piece."""
    keys = model.keys.values()
    needed = [key.name for key in keys if key.required]
    return {
        **({"additionalProperties": False} if model.unknown_keys == "forbid" else {}),
        "description": getdoc(model),
        **model.keywords,
        "properties": {
            key.name: {
                **(_of(key.shape) if key.required else _side_by_side([_of(key.shape), NULL])),
                "description": key.description,
            }
            for key in keys
        },
        **({"required": needed} if needed else {}),
        "type": "object",
    }


def _of(shape: Any) -> JsonSchema:
    """Return the JSON Schema of what pydantic-core checks a value by, its own words first."""
    match shape:
        case {"metadata": {"choices": choices}}:
            return _side_by_side([_of(each) for each in choices])
        case {"metadata": dict(own)}:
            return dict(own)
        case {"type": "str"}:
            return {"type": "string"}
        case {"type": "int", "ge": least, **rest}:
            most = {"maximum": rest["le"]} if "le" in rest else {}
            return {"minimum": least, "type": "integer"} | most
        case {"type": "bool"}:
            return {"type": "boolean"}
        case {"type": "literal", "expected": words}:
            return {"enum": words, "type": "string"}
        case {"type": "list", "items_schema": item}:
            return {"items": _of(item), "type": "array"}
        case {"type": "dict", "values_schema": value, **rest}:
            names = _of(rest["keys_schema"]) if "keys_schema" in rest else {}
            limits = {word: each for word, each in names.items() if word != "type"}
            limited = {"propertyNames": limits} if limits else {}
            return {"additionalProperties": _of(value), **limited, "type": "object"}
        case {"type": "dataclass", "cls": model}:
            return model_schema(model)
        case _:  # a function around it
            return _of(shape["schema"])


def _side_by_side(alternatives: list[JsonSchema]) -> JsonSchema:
    """Return one schema for alternatives: each keyword counts for its own type."""
    merged: JsonSchema = {}
    for each in alternatives:
        merged |= each
    merged["type"] = [kind for each in alternatives for kind in _types(each)]
    if "enum" in merged and NULL in alternatives:
        merged["enum"] = [*merged["enum"], None]
    if "string" in merged["type"]:
        merged.pop("required", None)  # a text may be encrypted, and then is another mapping
    return merged


def _types(schema: Mapping[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def encryptable(schema: Any) -> Any:
    """Return a schema that takes `secure:` wherever this one takes text, but for names."""
    if isinstance(schema, list):
        return [encryptable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "string" in _types(schema):
        return _or_encrypted(_open(schema))
    return {
        key: each if key == "propertyNames" else encryptable(each) for key, each in schema.items()
    }


def _or_encrypted(schema: JsonSchema) -> JsonSchema:
    if "object" in _types(schema):  # a mapping of its own, or an encrypted value
        return {**schema, "properties": {**encryptable(schema["properties"]), "secure": SECURE}}
    return {**schema, **ENCRYPTED, "type": [*_types(schema), "object"]}


def _open(schema: JsonSchema) -> JsonSchema:
    """Return a schema that limits text to the words of its `enum`, but no other type of value."""
    if "enum" not in schema:
        return schema
    words = [word for word in schema["enum"] if word is not None]
    rest = {key: each for key, each in schema.items() if key != "enum"}
    spelled = text_schema(f"^({'|'.join(words)})$", f"Write {' or '.join(words)}.")
    return {**spelled, **rest, "examples": words}


def _structured(schema: JsonSchema) -> JsonSchema:
    """Return the schema of a key whose value may also be JSON text, plain or encrypted."""
    textual = {**schema, **JSON_TEXT, "type": [*_types(schema), "string"]}
    if "object" not in _types(schema):
        return _or_encrypted(textual)
    # In a mapping of jobs `secure` may also be the name of one.
    named = {**SECURE, "type": ["string", "object"]} if "propertyNames" in schema else SECURE
    return {**textual, "properties": {**schema.get("properties", {}), "secure": named}}


def _at_the_top(schema: JsonSchema) -> JsonSchema:
    """Return the schema of a key of the config: its text may be empty, which is no value there.

    A number or boolean is text there, too, as the engine hands it out.
    """
    rest = {key: each for key, each in schema.items() if key not in ("minLength", "pattern")}
    if "pattern" in schema:
        return {**rest, "pattern": f"^$|{schema['pattern']}"}
    if "string" not in _types(schema):
        return schema
    return {**rest, "type": list(dict.fromkeys((*_types(schema), "number", "boolean")))}


def _misspelt(keys: Iterable[str]) -> str:
    """Return a pattern of the keys that are meant for this namespace, and refused by the loader."""
    letters = "[^A-Za-z:]*".join(f"[{each}{each.upper()}]" for each in NAMESPACE if each.isalpha())
    unknown = f"{NAMESPACE}:(?!({'|'.join(keys)})$)"
    other_spelling = f"(?!{NAMESPACE}:)[^A-Za-z:]*{letters}[^A-Za-z:]*:"
    return f"^({unknown}|{other_spelling}|({'|'.join(JOBS_KEYS)})$)"
