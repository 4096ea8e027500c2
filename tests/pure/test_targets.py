"""Which targets are meant, and which shard has which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.domain.targets import (
    TARGET_NAME,
    Shard,
    TargetSelector,
    by_shard,
    shard_of,
    target_name_problem,
)

NAMES = st.from_regex(TARGET_NAME, fullmatch=True)
FLEETS = st.lists(NAMES, unique=True, max_size=60)


@given(FLEETS, st.integers(1, 64))
def test_every_target_is_in_exactly_one_shard(names: list[str], total: int) -> None:
    shards = by_shard(names, total)
    assert sorted(name for found in shards.values() for name in found) == sorted(names)
    for shard, found in shards.items():
        assert all(shard.has(name) for name in found)
        assert 1 <= shard.number <= shard.total == total


@given(FLEETS, NAMES, st.integers(1, 64))
def test_adding_a_target_moves_no_other(names: list[str], added: str, total: int) -> None:
    before = {name: shard_of(name, total) for name in names}
    after = by_shard([*names, added], total)
    assert {
        n: shard.number for shard, found in after.items() for n in found if n in before
    } == before


def test_shards_are_of_much_the_same_size() -> None:
    sizes = [len(found) for found in by_shard((f"team-{n}" for n in range(1600)), 16).values()]
    assert len(sizes) == 16
    assert 60 < min(sizes) <= max(sizes) < 150


def test_the_shard_of_a_name_never_changes() -> None:
    # Another assignment in a later release would hand jobs from one stack to another.
    found = [shard_of(name, 16) for name in ("", "shop-eu", "shop-us", "a", "Z.9_-")]
    assert found == EVER


EVER = [5, 4, 9, 11, 15]


@pytest.mark.parametrize("text", ["", "0/4", "5/4", "1", "1/", "/4", "a/b", "1/4/2", "-1/4", "1/0"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(ValueError, match="is no shard: write I/N"):
        Shard.parse(text)


def test_a_shard_is_written_as_it_is_read() -> None:
    assert str(Shard.parse("02/16")) == "2/16"


@pytest.mark.parametrize("text", ["", " a", "a b", "a/b", "a@b", "*", "-a", "a" * 65, "é"])
def test_what_is_no_name_of_a_target(text: str) -> None:
    assert target_name_problem(text) is not None


def test_names_and_tags_have_to_fit_both() -> None:
    targets = {"a-eu": {"team": "web"}, "a-us": {"team": "db"}, "b-eu": {"team": "web"}}
    selector = TargetSelector(("a-*", "c"), (("team", "web"), ("stage", "prod")))
    assert not any(selector.takes(name, tags) for name, tags in targets.items())
    assert selector.idle(targets) == ["c", "stage=prod"]
    selector = TargetSelector(("a-*",), (("team", "web"),))
    assert [name for name, tags in targets.items() if selector.takes(name, tags)] == ["a-eu"]
    assert selector.idle(targets) == []
    assert all(TargetSelector().takes(name, tags) for name, tags in targets.items())


@pytest.mark.parametrize("text", ["1/1", "1/4", "4/4"])
def test_the_first_and_the_last_shard_are_some(text: str) -> None:
    assert str(Shard.parse(text)) == text


def test_what_is_said_of_no_name_of_a_target() -> None:
    assert target_name_problem("a b") == (
        "is no target's name: write up to 64 letters, digits, dots, hyphens and underscores"
    )
    assert target_name_problem("a" * 64) is None
