"""How many values JSON has, as told without parsing it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.nesting import has_more_values

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('\\"[]{},a\n', max_size=9),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text('\\"[]{},a', max_size=5), inner, max_size=5)
    ),
    max_leaves=30,
)


def values_in(value: Any) -> int:
    """Count a value and all that it holds."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(values_in, items))


def empty_in(value: Any) -> int:
    """Count what is empty."""
    if value in ([], {}):
        return 1
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(empty_in, items))


@given(JSON)
def test_no_json_has_more_values_than_it_has(value: Any) -> None:
    number = values_in(value) + empty_in(value)
    for text in (json.dumps(value), json.dumps(value, indent=2, ensure_ascii=False)):
        assert not has_more_values(text.encode(), number)


@given(JSON, st.integers(0, 5))
def test_json_has_no_fewer_values_than_it_has(value: Any, more: int) -> None:
    wrapped = [value, *range(more)]
    assert has_more_values(json.dumps(wrapped).encode(), values_in(wrapped) - 2)


@pytest.mark.parametrize(
    "value", ["{}", "[]", "1", '""', '"a"', '{"a":1}', "[[]]", '"\\""', '"\\\\"']
)
def test_a_list_of_a_thousand_is_more_than_999(value: str) -> None:
    content = f"[{','.join([value] * 1000)}]".encode()
    assert has_more_values(content, 999)
    assert not has_more_values(content, 3000)


@pytest.mark.parametrize("content", [b"", b'"', b'"\\', b'"' * 999, b'\\"' * 999, b"\\" * 999])
def test_what_is_no_json_is_counted_as_well(content: bytes) -> None:
    assert has_more_values(b"," * 1000 + content, 10)
