"""moto's STS as a second witness: the same calls, answered in the same shape.

moto is another stand-in for AWS, by other people: where both agree, a client that gets along with
the emulator has not just learned the emulator's ways.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pulumi_amplify_jobs.emulator import Emulator

from .clients import Keys, role

server = pytest.importorskip("moto.server", reason="no moto, run make test")

A, B = "111122223333", "444455556666"


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    running = server.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    with Emulator(seed={"accounts": {A: {}, B: {}}}) as emulator:
        yield emulator.url


def walk(url: str) -> list[dict[str, Any]]:
    """Assume a role, and another one from it, and ask who that is; all the answers."""
    hub = Keys(url)
    first = hub.sts().assume_role(RoleArn=role(A, "hop"), RoleSessionName="one")
    a = hub.assume(role(A, "path/to/hop"), "one")
    b = a.assume(role(B, "deploy"), "two")
    return [dict(each) for each in (first, identity(hub), identity(a), identity(b))]


def identity(keys: Keys) -> Mapping[str, Any]:
    return keys.sts().get_caller_identity()


def shape(value: Any) -> Any:
    """Return what an answer is made of: its names, and the type of each value."""
    if not isinstance(value, dict):
        return type(value)
    # moto gives the second one always; AWS, where a policy or tags are passed.
    left_out = ("ResponseMetadata", "PackedPolicySize")
    return {name: shape(each) for name, each in value.items() if name not in left_out}


def test_both_answer_in_the_same_shape(moto: str, ours: str) -> None:
    theirs, found = walk(moto), walk(ours)
    assert list(map(shape, found)) == list(map(shape, theirs))
    ends = [each[0]["Credentials"]["Expiration"] for each in (found, theirs)]
    assert abs(ends[0] - ends[1]) < datetime.timedelta(minutes=5)
    assert looks(found) == looks(theirs)


def looks(answers: list[dict[str, Any]]) -> list[Any]:
    """Return who is who, in the answers of a walk, and what is not random of each ID."""
    first, *identities = answers
    key = first["Credentials"]["AccessKeyId"]
    assumed = [(each["Arn"], form(each["UserId"])) for each in identities[1:]]
    return [key[:4], len(key), [each["Account"] for each in identities], assumed]


def form(user_id: str) -> tuple[str, int, str]:
    """Return what an assumed role's ID is like: its beginning, its length, and the session."""
    role_id, _, name = user_id.partition(":")
    return role_id[:4], len(role_id), name


def test_both_refuse_a_session_name_in_the_same_way(moto: str, ours: str) -> None:
    found = []
    for url in (ours, moto):
        with pytest.raises(ClientError) as caught:
            Keys(url).sts().assume_role(RoleArn=role(A), RoleSessionName="x" * 65)
        answer = caught.value.response
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        found.append((answer["Error"]["Code"], status, shape(answer)))
    assert found[0] == found[1]
