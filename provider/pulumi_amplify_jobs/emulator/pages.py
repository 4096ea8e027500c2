"""Listings page by page. Inputs and outputs go by the wire's names."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .answers import ServiceError, bad_request

Inputs = Mapping[str, Any]
T = TypeVar("T")

Read = Callable[[int, int], list[tuple[int, T]]]
"""Returns what stands behind a position, up to so many, each with its own."""


def page(
    inputs: Inputs, query: list[Any], largest: int, read: Read[T]
) -> tuple[list[T], dict[str, str]]:
    """Return a page, and the `nextToken` member of the answer where there is more.

    `query` is what is listed, as JSON data: a token is good for its own query only. A page
    has `maxResults`, or as many as possible where that is left out or 0.
    """
    size = inputs.get("maxResults") or largest
    after = _position(inputs["nextToken"], query) if "nextToken" in inputs else 0
    found = read(after, size + 1)
    more = {"nextToken": _token(query, found[size - 1][0])} if len(found) > size else {}
    return [each for _, each in found[:size]], more


def _token(query: list[Any], position: int) -> str:
    text = json.dumps([*query, position], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode()


def _position(token: str, query: list[Any]) -> int:
    try:
        *asked, position = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError, RecursionError):
        asked, position = [], None
    if asked != query or type(position) is not int:
        raise ServiceError(bad_request("nextToken is not valid for this request"))
    return position
