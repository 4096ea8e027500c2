"""Taking secrets out of text: the one place that every text passes on its way out of the process.

Taken out are the values of the credentials in use, wherever they were learned from and however a
library spells them, the user info of URLs, and whatever looks like an Authorization header, a
signature or a token. Short and common values stay: a secret that is called `test` would turn texts
to noise.
"""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Set
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus, unquote

MASK = "***"

SHORTEST = 8
"""Characters of the shortest value that is taken out wherever it stands."""

SHORTEST_WORD = 16
"""The same of values of one kind of character, such as words and numbers."""

BEGINNING = SHORTEST
"""Characters by which spellings are looked up: none is shorter."""

PART = 12
"""Characters in a row that give away a part of a random value, such as one that was cut short."""

SECRET_NAME = re.compile(
    r"(^|_)(TOKENS?|SECRETS?|PASSWORDS?|PASSWD|PASSPHRASE|CREDENTIALS?|PAT|API_?KEY|PRIVATE_KEY)"
    r"(_|$)|(ACCESS_KEY(_ID)?|SECRET_?KEY)$",
    re.IGNORECASE,
)
"""Names of environment variables whose value is a secret."""

NO_SECRET_NAME = re.compile(
    r"_(FILE|FILENAME|PATH|DIR|URI|URL|ENDPOINT|TTL|ENABLED)$|^PULUMI_CONFIG_SECRET_KEYS$",
    re.IGNORECASE,
)
"""Names that only lead to a secret, or speak of one: Pulumi's has the names of secret keys."""

URL_NAME = re.compile(r"(_PROXY$|ENDPOINT|_UR[IL]($|_))", re.IGNORECASE)
"""Names of environment variables whose value may be a URL with user info."""

OPAQUE = r"(?=[A-Za-z0-9+/=_.~%-]*[0-9=])[A-Za-z0-9+/=_.~%-]{16,}"
"""Text that nobody would write by hand."""

LOOKS = (
    # User info, also with a slash or a question mark in it where no space comes before the @.
    (r"(?<=://)[^\s/'\"<>?#]*@", f"{MASK}@"),
    (r"(?<=://)[^\s/'\"<>:]*:(?:(?!://)[^\s'\"<>@])*@(?=[\w\[])", f"{MASK}@"),
    # http.client's refusal of a header, with the whole of its value, or of what is left of it.
    (
        r"(invalid header (?:value|part)[ :(]*)b?(['\"])(?:\\.|(?!\2)[^\\\n])*(?:\2|\\?$)",
        rf"\1{MASK}",
    ),
    (
        r"((?:proxy-)?authorization\\?['\"]?\s*[:=]\s*)(?:b?\\?['\"][^'\"]*|[^\r\n'\"<>]+)",
        rf"\1{MASK}",
    ),
    (r"AWS4-HMAC-SHA256(?![\w/-])[^'\"<>\r\n]*", f"AWS4-HMAC-SHA256 {MASK}"),
    (
        r"(x-amz-(?:security-token|signature|credential|sso[-_]bearer[-_]token)"
        r"(?:\\?['\"]?\s*[:=]\s*b?\\?['\"]?|%3D))[^\s&'\",;)<>\\]+",
        rf"\1{MASK}",
    ),
    (
        r"((?:(?:private|access|auth|api|security|session|id)[-_]?)?token|api[-_]?key"
        r"|secret[-_]?(?:access[-_]?)?key|access[-_]?key[-_]?id|password|passphrase"
        rf"|client[-_]?secret)(\\?['\"]?\s*[:=]\s*b?\\?['\"]?){OPAQUE}",
        rf"\1\2{MASK}",
    ),
    (rf"\b(bearer|basic|token)(\s+){OPAQUE}", rf"\1\2{MASK}"),
    (r"\b(?:gh[pousr]_[A-Za-z0-9_.-]{10,}|github_pat_[A-Za-z0-9_]{10,})", MASK),
    (r"\bpul-[0-9a-f]{20,}\b", MASK),
    (r"(?-i:\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)", MASK),
    # JSON in Base64, such as the parts of a JSON Web Token.
    (r"(?-i:\beyJ)[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*", MASK),
)
"""What is a secret by its look, and what is put in its place.

Others choose the texts, of which some are long: no look may try the same characters again and
again, as one would with two repeats that can share them.
"""


@cache
def _looks() -> tuple[tuple[re.Pattern[str], str], ...]:
    # Compiled when there is a text to show: most processes have none.
    return tuple((re.compile(look, re.IGNORECASE | re.MULTILINE), mask) for look, mask in LOOKS)


def redacted(text: str) -> str:
    """Return text that may be shown: without what was learned, or is in this environment."""
    return hidden(text, _secrets())


def redacted_data(value: Any) -> Any:
    """Return JSON data whose texts, names too, may be shown."""
    secrets = _secrets()
    everything = "\n".join(dict.fromkeys(_texts(value)))  # most texts come many times
    return value if hidden(everything, secrets) == everything else _hidden_data(value, secrets)


def learn(*values: str | None) -> None:
    """Remember values that are secret for the life of this process, such as credentials in use."""
    _learned.update(value for value in values if value)


def learn_url(url: str | None) -> None:
    """Remember the user info of a URL."""
    learn(*_user_info(url or ""))


def values_in(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the secret values of environment variables, by the variables' names."""
    for name, value in environment.items():
        if URL_NAME.search(name):
            yield from _user_info(value)
        elif SECRET_NAME.search(name) and not NO_SECRET_NAME.search(name):
            yield value


def hidden(text: str, secrets: frozenset[str]) -> str:
    """Return text without these values and without what looks like a secret."""
    known = _knowledge(secrets)
    text = known.masked(text)
    for look, replacement in _looks():
        text = look.sub(replacement, text)
    # Last, as tokens of one issuer begin alike: the rest would no longer look like one.
    return _without_parts(text, known.parts)


_learned: set[str] = set()


def _secrets() -> frozenset[str]:
    return frozenset((*_learned, *values_in(os.environ)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _hidden_data(value: Any, secrets: frozenset[str]) -> Any:
    if isinstance(value, str):
        return hidden(value, secrets)
    if isinstance(value, Mapping):
        return {hidden(name, secrets): _hidden_data(item, secrets) for name, item in value.items()}
    return [_hidden_data(item, secrets) for item in value] if isinstance(value, list) else value


class _Knowledge:
    """What finds values in all their spellings, and the parts that give one away.

    It grows with the values: of thousands, as many targets have, none is looked for by itself.
    """

    def __init__(self) -> None:
        self.values: frozenset[str] = frozenset()
        self.parts: set[str] = set()
        self._spellings: dict[str, set[str]] = {}
        """By their beginnings."""
        self._lock = threading.Lock()

    def add(self, values: frozenset[str]) -> None:
        """Take in values."""
        with self._lock:
            for value in values - self.values:
                for piece in filter(_is_telling, _pieces(value)):
                    self._add(piece)
            self.values |= values

    def _add(self, value: str) -> None:
        for spelling in _spellings(value):
            self._spellings.setdefault(spelling[:BEGINNING], set()).add(spelling)
        if _is_random(value):
            starts = range(len(value) - PART + 1)
            self.parts.update(value[start : start + PART] for start in starts)

    def masked(self, text: str) -> str:
        """Return text without the spellings that stand there, the longest first."""
        found = {
            spelling
            for start in range(len(text) - BEGINNING + 1)
            for spelling in self._spellings.get(text[start : start + BEGINNING], ())
            if text.startswith(spelling, start)
        }
        if not found:
            return text
        longest_first = sorted(found, key=lambda spelling: (-len(spelling), spelling))
        return re.sub("|".join(map(re.escape, longest_first)), MASK, text)


_known = _Knowledge()


def _knowledge(secrets: frozenset[str]) -> _Knowledge:
    """Return what is known of these values and no other."""
    global _known
    known = _known
    if not known.values <= secrets:
        known = _Knowledge()
    known.add(secrets)
    _known = known
    return known


def _pieces(value: str) -> Iterator[str]:
    """Yield a value, without blanks around it, and its pieces where it is broken into some."""
    yield value
    yield value.strip()
    yield from re.split(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", value)


def _is_telling(value: str) -> bool:
    """Say whether a value is neither too short nor too common to be taken out wherever it is."""
    common = value.isdigit() or (value.isalpha() and (value.islower() or value.isupper()))
    return len(value) >= (SHORTEST_WORD if common else SHORTEST)


def _is_random(value: str) -> bool:
    kinds = (str.isupper, str.islower, str.isdigit)
    return sum(any(kind(c) for c in value) for kind in kinds) > 1


def _spellings(value: str) -> Iterator[str]:
    """Yield a value as libraries print it: escaped, in a URL, in Base64."""
    yield value
    for text in (repr(value), json.dumps(value), repr(value.encode(errors="replace"))[1:]):
        yield text[1:-1]
    yield quote(value, safe="", errors="replace")
    yield quote(value, errors="replace")
    yield quote_plus(value, errors="replace")
    if _is_random(value):
        yield value.lower()  # as the host of a URL
    encoded = value.encode(errors="replace")
    yield base64.b64encode(encoded).decode().rstrip("=")
    yield base64.urlsafe_b64encode(encoded).decode().rstrip("=")


def _without_parts(text: str, parts: Set[str]) -> str:
    """Return text without stretches that are a part of a random value."""
    if not parts:
        return text
    kept, start, position = [], 0, 0
    while position <= len(text) - PART:
        if text[position : position + PART] not in parts:
            position += 1
            continue
        kept.append(text[start:position])
        while text[position : position + PART] in parts:
            position += 1
        position += PART - 1
        start = position
        kept.append(MASK)
    return "".join([*kept, text[start:]])


def _user_info(url: str) -> Iterator[str]:
    """Yield a URL's password and its whole user info, also where a URL can't have it so spelt."""
    _, scheme, rest = url.partition("://")
    info, at, _ = (rest if scheme else url).rpartition("@")
    if at:
        yield info
        yield unquote(info)
        user, colon, password = info.partition(":")
        yield password if colon else user
        yield unquote(password if colon else user)
