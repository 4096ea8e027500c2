"""What a YAML scalar is to Pulumi's engine, and the text that the engine makes of a value.

The engine reads stack files by go-yaml (gopkg.in/yaml.v3, resolve.go). That is neither YAML 1.1, as
PyYAML reads it, nor quite YAML 1.2: `on` and `12:30` are text, `017` and `0o17` are both 15.
"""

from __future__ import annotations

import base64
import json
import math
import re
from datetime import datetime, timedelta, timezone
from typing import Any

TAG = "tag:yaml.org,2002:"

WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}

INTEGER = re.compile(
    r"([-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9]\d*))",
    re.ASCII,
)
BASES = {"x": 16, "b": 2, "o": 8, "d": 10}
FLOAT = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)
TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:([Tt]| +)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9})\d*)?(Z|[-+]\d\d:\d\d)?)?",
    re.ASCII,
)
DATE_TEXT = re.compile(
    r"\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [-+]\d{4} ([A-Z]+|[-+]\d{4})", re.ASCII
)
"""The text that the engine makes of a date without quotes."""


def plain(text: str) -> Any:
    """Return what a scalar without quotes and tag is; a date is the text the engine makes of it."""
    if text in WORDS:
        return WORDS[text]
    if text[:1] == ".":
        digits = re.sub(r"(?<=\d)_(?=\d)", "", text)
        return _float(digits, text) if FLOAT.fullmatch(digits) else text
    if text[:1] not in "+-0123456789":
        return text
    date = date_text(text)
    return date if date is not None else _number(text.replace("_", ""), text)


def tagged(tag: str, text: str) -> Any:
    """Return what a scalar with this tag is. Raises ValueError where it can't be that.

    A tag that the engine doesn't know is passed over.
    """
    kind = tag.removeprefix(TAG) if tag.startswith(TAG) else ""
    if kind == "binary":
        return base64.b64decode("".join(text.split()), validate=True).decode()
    if kind not in KINDS:
        return text
    value = plain(text)
    if kind == "float" and type(value) is int:
        return float(value)
    if type(value) not in KINDS[kind] or (kind == "timestamp" and date_text(text) is None):
        raise ValueError(text)
    return value


KINDS: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "float": (float,),
    "null": (type(None),),
    "timestamp": (str,),
}


def text_of(value: Any) -> str:
    """Return a scalar as the engine hands it out at the top of stack config; null is empty text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)


def key_text(value: Any) -> str:
    """Return a scalar as the engine has it for a key of a mapping."""
    return "<nil>" if value is None else text_of(value)


def _number(digits: str, text: str) -> int | float | str:
    found = INTEGER.fullmatch(digits)
    if found:
        [(base, figures)] = [(k, v) for k, v in found.groupdict().items() if v is not None]
        value = int(f"{found[1]}{figures}", BASES[base])
        if -(2**63) <= value < 2 ** (63 if found[1] else 64):
            return value
    return _float(digits, text) if FLOAT.fullmatch(digits) else text


def _float(digits: str, text: str) -> float | str:
    """Return a number, or the text where no float is as large."""
    value = float(digits)
    return value if math.isfinite(value) else text


def date_text(text: str) -> str | None:
    """Return the engine's text of a date or a time, or None where it takes this for none."""
    found = TIMESTAMP.fullmatch(text)
    if not found:
        return None
    year, month, day, separator, hour, minute, second, fraction, zone = found.groups()
    if separator and separator.isspace() != (zone is None):
        return None
    at, past, seconds = (int(part or 0) for part in (hour, minute, second))
    try:
        # A year that Python lacks is as long as one 400 years later.
        moment = datetime(int(year) or 400, int(month), int(day), at, past, seconds).replace(
            tzinfo=_timezone(zone)
        )
    except ValueError:
        return None
    rest = f".{fraction}".rstrip("0").rstrip(".") if fraction else ""
    name = "UTC" if not moment.utcoffset() else f"{moment:%z}"
    return f"{year}-{moment:%m-%d %H:%M:%S}{rest} {moment:%z} {name}"


def _timezone(zone: str | None) -> timezone:
    if zone in (None, "Z"):
        return timezone.utc
    hours, minutes = (int(part) for part in zone[1:].split(":"))
    if minutes > 59:
        raise ValueError(zone)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)
