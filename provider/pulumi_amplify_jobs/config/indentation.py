"""Keys that stand among names, in place of below one of them: told in one line, not in one each."""

from __future__ import annotations

from typing import Any

from .diagnostics import Origin, Problems
from .mappings import ConfigModel, keys_of


def below_names(
    value: dict[str, Any], kind: str, model: type[ConfigModel], origin: Origin, problems: Problems
) -> dict[str, Any]:
    """Return a mapping by name without the keys of a `model` among the names, and note these.

    Names without a value go, too: one of them is the name that the keys belong below. A name may
    be spelt as a key, if all that are have mappings below them.
    """
    keys = keys_of(model)
    astray = [name for name in value if name in keys]
    if all(value[name] is None or isinstance(value[name], dict) for name in astray):
        return value
    *others, last = astray
    names = f"{', '.join(others)} and {last} stand" if others else f"{last} stands"
    advice = f"indent {'them' if others else 'it'} below the {kind}'s name"
    message = f"{names} where a {kind}'s name belongs: {advice}"
    problems.error(origin.place((astray[0],)), message)
    return {
        name: given for name, given in value.items() if name not in astray and given is not None
    }
