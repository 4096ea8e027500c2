"""Keys that are meant for this package, and stand where it never looks.

Pulumi passes over what it doesn't know, and so would this package: what they declare would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .loader import NAMESPACE

MISSPELT = 0.85
"""How much alike two namespaces are, from 0 to 1, for one to be a misspelling of the other."""

AKIN = 0.6
"""How much alike they are for one to be suspected: what stands below the key decides."""

JOB_WORDS = {"appid", "backendenvironmentname", "jobid"}
RULE_WORDS = {"apps", "match", "set"}
TARGET_WORDS = {"accountid", "assumeroles"}


def meant_by(full_key: str, value: Any, own: str | None) -> str | None:
    """Return the key that was meant by one outside our namespace, or None where it is another's.

    `own` is the project's name: Pulumi reads a key without a namespace as one of the project.
    """
    namespace, _, name = full_key.partition(":")
    if namespace == own:
        return _meant_without_namespace(name, value)
    likeness = _likeness(namespace)
    if likeness >= MISSPELT or (likeness >= AKIN and _has_our_shape(name, value)):
        return f"{NAMESPACE}:{name.strip()}"
    return None


def meant_outside(key: str, value: Any) -> str | None:
    """Return the key that was meant by one at the top of a file, or None where it is another's."""
    return meant_by(key, value, None) if ":" in key else _meant_without_namespace(key, value)


def belongs_below(name: str, value: Any, valueless: Iterable[str]) -> str | None:
    """Return which of our keys that stand there without a value a key belongs below, or None."""
    found = (key for key in valueless if _has_our_shape(key, {name: value}))
    return next((f"{NAMESPACE}:{key}" for key in found), None)


def _meant_without_namespace(name: str, value: Any) -> str | None:
    if _likeness(name) >= MISSPELT and isinstance(value, dict):
        return f"{NAMESPACE}:{next(iter(value), 'jobs')}"
    empty = name in SHAPES and name != "targets" and not value
    return f"{NAMESPACE}:{name}" if empty or _has_our_shape(name, value) else None


def _likeness(namespace: str) -> float:
    letters, ours = (re.sub(r"[^a-z]", "", text.lower()) for text in (namespace, NAMESPACE))
    import difflib  # only what is wrong needs it

    return difflib.SequenceMatcher(None, letters, ours).ratio()


def _has_our_shape(name: str, value: Any) -> bool:
    shape = SHAPES.get(name)
    return shape is not None and shape(value)


def _words(value: Any) -> set[str]:
    """Return the keys of a mapping by their letters only: appId, app_id and AppID are one."""
    keys = value if isinstance(value, dict) else ()
    return {re.sub(r"[^a-z]", "", str(key).lower()) for key in keys}


def _jobs(value: Any) -> bool:
    jobs = value.values() if isinstance(value, dict) else ()
    return any(_words(job) & JOB_WORDS for job in jobs)


def _rules(value: Any) -> bool:
    rules = value.values() if isinstance(value, dict) else ()
    return any(len(_words(rule) & RULE_WORDS) > 1 for rule in rules)


def _targets(value: Any) -> bool:
    targets = value.values() if isinstance(value, dict) else ()
    return any(_words(target) & TARGET_WORDS for target in targets)


def _defaults(value: Any) -> bool:
    return bool(_words(value) & JOB_WORDS)


def _include(value: Any) -> bool:
    files = value if isinstance(value, list) else ()
    return any(isinstance(file, str) and file.endswith((".yaml", ".yml")) for file in files)


SHAPES = {
    "jobs": _jobs,
    "rules": _rules,
    "targets": _targets,
    "defaults": _defaults,
    "include": _include,
}
"""What the value of our structured keys looks like; other packages may have keys of these names."""
