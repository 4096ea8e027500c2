"""Values on the wire, and the names and order of resources."""

from __future__ import annotations

import pytest

from pulumi_amplify_jobs.testing.resources import Goal, Resource, Snapshot, labels, urn_of
from pulumi_amplify_jobs.testing.wire import config_text, plain, secret, shown, with_secrets_of


def test_secrets_are_unwrapped_at_any_depth() -> None:
    value = {"a": secret({"b": [secret(1), 2]}), "c": [{"d": secret("x")}]}
    assert plain(value) == {"a": {"b": [1, 2]}, "c": [{"d": "x"}]}
    assert shown({"__provider": "code", "a": secret("x")}) == {"a": "x"}


@pytest.mark.parametrize(
    ("values", "others", "marked"),
    [
        ("x", secret("y"), secret("x")),
        (secret("x"), secret("y"), secret("x")),
        ({"a": 1, "b": 2}, {"a": secret(0)}, {"a": secret(1), "b": 2}),
        ({"a": {"b": 1}}, {"a": {"b": secret(0)}}, {"a": {"b": secret(1)}}),
        ([1, 2], [secret(0), 0], [secret(1), 2]),
        ([1], [secret(0), 0], [1]),
        ({"a": 1}, "text", {"a": 1}),
    ],
)
def test_what_a_provider_returns_is_secret_where_its_inputs_are(
    values: object, others: object, marked: object
) -> None:
    assert with_secrets_of(values, others) == marked


def test_config_is_text_or_sorted_json() -> None:
    assert config_text("eu-west-1") == "eu-west-1"
    assert config_text({"b": [1, True], "a": "ä"}) == '{"a":"ä","b":[1,true]}'
    assert config_text(5) == "5"


def test_a_urn_names_the_types_of_its_parents() -> None:
    stack = urn_of("dev", "p", "pulumi:pulumi:Stack", "p-dev")
    room = urn_of("dev", "p", "house:Room", "study", stack)
    assert room == "urn:pulumi:dev::p::house:Room::study"
    assert urn_of("dev", "p", "x:Y", "desk", room) == "urn:pulumi:dev::p::house:Room$x:Y::desk"


def test_two_resources_of_one_name_are_told_by_their_urns() -> None:
    one, two = urn_of("dev", "p", "x:A", "a"), urn_of("dev", "p", "x:B", "a")
    other = urn_of("dev", "p", "x:A", "b")
    assert labels([one, two, other]) == {one: one, two: two, other: "b"}


def test_a_resource_that_is_registered_again_goes_behind_the_others() -> None:
    snapshot = Snapshot()
    a, b = (Resource(name, "", {}, {}, Goal(name, {})) for name in "ab")
    for resource in (a, b, a):
        snapshot.put(resource)
    assert list(snapshot.resources) == ["b", "a"]
    copy = snapshot.copy()
    copy.resources.clear()
    assert list(snapshot.resources) == ["b", "a"]
