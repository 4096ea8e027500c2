"""One job, one resource: what the checks of one run accept."""

from __future__ import annotations

from pulumi_amplify_jobs.domain.keys import JobKey
from pulumi_amplify_jobs.dynamic.job_owners import Owners

ONE = JobKey("d1", "prod", "1")
TWO = JobKey("d1", "prod", "2")


def urn(name: str, parent: str = "") -> str:
    return f"urn:pulumi:dev::ops::{parent}pulumi-python:dynamic/amplify:BackendJob::{name}"


def test_a_second_resource_on_a_job_is_named_with_the_first() -> None:
    owners = Owners()
    assert owners.declare(ONE, urn("push")) is None
    assert owners.declare(ONE, urn("again")) == (
        "again and push both refer to d1/prod/1, and each would undo what the other writes: "
        "remove one, or correct its key"
    )


def test_two_of_one_name_are_told_by_their_urns() -> None:
    owners = Owners()
    owners.declare(ONE, urn("push"))
    told = owners.declare(ONE, urn("push", "my:component:Ops$"))
    assert told is not None
    assert urn("push", "my:component:Ops$") in told


def test_a_replacement_is_checked_twice() -> None:
    owners = Owners()
    assert owners.declare(ONE, urn("push")) is None
    assert owners.declare(ONE, urn("push")) is None


def test_a_job_that_moves_from_one_name_to_another_is_free() -> None:
    owners = Owners()
    assert owners.declare(TWO, urn("a")) is None  # had ONE before this run
    assert owners.declare(ONE, urn("b")) is None  # had TWO


def test_what_the_last_check_of_a_resource_gave_up_is_free() -> None:
    owners = Owners()
    owners.declare(ONE, urn("push"))
    owners.declare(TWO, urn("push"))
    assert owners.declare(ONE, urn("other")) is None


def test_a_rule_and_a_resource_on_one_job_whichever_comes_first() -> None:
    told = "push and rule both refer to d1/prod/1: add it to the rule's except"
    owners = Owners()
    assert owners.take([ONE], urn("rule")) == []
    assert owners.declare(ONE, urn("push")) == told
    assert owners.take([ONE], urn("rule")) == [told], "asked again before it writes"
    assert owners.declare(TWO, urn("push")) is None
    assert owners.take([ONE], urn("rule")) == []
    owners = Owners()
    assert owners.declare(ONE, urn("push")) is None
    assert owners.take([ONE, TWO], urn("rule")) == [told]


def test_the_second_rule_on_a_job_cannot_have_it() -> None:
    owners = Owners()
    assert owners.take([ONE], urn("nightly")) == []
    assert owners.take([ONE, TWO], urn("hourly")) == [
        "hourly and nightly both match d1/prod/1, so nothing is written: narrow one of the rules, "
        "or add the job to its except"
    ]
    assert owners.take([TWO], urn("hourly")) == []
    assert owners.take([ONE], urn("nightly")) == []
