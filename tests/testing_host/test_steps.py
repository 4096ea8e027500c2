"""What a run does with resources of any dynamic provider, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pulumi.runtime.rpc import is_rpc_secret

from pulumi_amplify_jobs.testing import UNKNOWN, Host, RunFailedError

Desks = Callable[[str], Host]


def methods(host: Host) -> list[str]:
    """Return the resource calls of the last run."""
    return [call.method for call in host.calls if call.method not in ("Configure", "Cancel")]


def test_a_preview_plans_and_keeps_nothing(desks: Desks) -> None:
    host = desks("pulumi.export('made', Thing('a', legs=4).made)")
    preview = host.preview()
    assert preview.changes == {"a": "create"}
    assert preview.steps["a"].inputs == {"legs": 4.0, "checked": True}
    assert preview.outputs == {"made": UNKNOWN}
    assert methods(host) == ["Check"]
    assert host.resources == {}


def test_an_up_creates_and_a_second_one_does_nothing(desks: Desks) -> None:
    host = desks("pulumi.export('made', Thing('a', legs=4).made)")
    up = host.up()
    assert (up.changes, up.outputs) == ({"a": "create"}, {"made": True})
    assert up.steps["a"].outputs == {"legs": 4.0, "checked": True, "made": True}
    assert host.resources["a"].id == "desk-None"
    again = host.up()
    assert (again.changes, again.outputs) == ({}, {"made": True})
    assert again.steps["a"].operation == "same"


def test_an_update_shows_what_differs(desks: Desks) -> None:
    desks("Thing('a', legs=4)").up()
    host = desks("Thing('a', legs=3)")
    assert host.preview().steps["a"].diff == {"legs": (4.0, 3.0)}
    assert host.up().changes == {"a": "update"}
    assert host.resources["a"].outputs["legs"] == 3.0


def test_a_provider_that_cannot_tell_is_asked_to_update_what_differs(desks: Desks) -> None:
    host = desks("Thing('a', legs=4, unsure=True)")
    host.up()
    assert host.up().changes == {}
    assert desks("Thing('a', legs=3, unsure=True)").up().changes == {"a": "update"}


def test_a_replacement_is_made_before_the_old_one_goes(desks: Desks) -> None:
    desks("Thing('a', colour='red')").up()
    host = desks("Thing('a', colour='blue')")
    assert host.preview().changes == {"a": "replace"}
    assert host.resources["a"].id == "desk-red"
    assert host.up().changes == {"a": "replace"}
    assert methods(host) == ["Check", "Diff", "Check", "Create", "Delete"]
    assert host.resources["a"].id == "desk-blue"


@pytest.mark.parametrize(
    "declared",
    [
        "Thing('a', colour='blue', first=True)",
        "Thing('a', colour='blue', opts=opts(delete_before_replace=True))",
    ],
)
def test_a_replacement_may_come_after_the_old_one_went(desks: Desks, declared: str) -> None:
    desks("Thing('a', colour='red')").up()
    host = desks(declared)
    host.up()
    assert methods(host) == ["Check", "Diff", "Check", "Delete", "Create"]
    assert host.up().changes == {}


def test_what_is_declared_no_more_is_deleted_the_newest_first(desks: Desks) -> None:
    desks("Thing('b', opts=opts(depends_on=[Thing('a')]))").up()
    host = desks("")
    assert host.preview().changes == {"a": "delete", "b": "delete"}
    assert host.resources.keys() == {"a", "b"}
    assert list(host.up().changes) == ["b", "a"]
    assert host.resources == {}


def test_a_destroy_deletes_everything_without_the_program(desks: Desks) -> None:
    host = desks("Thing('a')")
    host.up()
    assert desks("raise SystemExit(1)").destroy().changes == {"a": "delete"}
    assert host.resources == {}
    assert host.destroy().changes == {}


def test_a_protected_resource_is_neither_deleted_nor_replaced(desks: Desks) -> None:
    desks("Thing('a', colour='red', opts=opts(protect=True))").up()
    with pytest.raises(RunFailedError, match="a: is protected and can't be replaced"):
        desks("Thing('a', colour='blue', opts=opts(protect=True))").up()
    host = desks("")
    with pytest.raises(RunFailedError, match="a: is protected and can't be deleted"):
        host.up()
    assert host.resources.keys() == {"a"}


def test_a_retained_resource_is_forgotten_without_a_call(desks: Desks) -> None:
    desks("Thing('a', opts=opts(retain_on_delete=True))").up()
    host = desks("")
    host.up()
    assert (methods(host), host.resources) == ([], {})


def test_components_give_their_children_their_type(desks: Desks) -> None:
    host = desks(
        """
        class Room(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("house:Room", name)
                Thing("desk", opts=opts(parent=self))
                self.register_outputs({"size": 5})

        Room("study")
        Thing("chair")
        """
    )
    assert host.up().changes == {"desk": "create", "chair": "create"}
    (urn,) = [urn for urn in host.snapshot.resources if urn.endswith("::desk")]
    assert urn.split("::")[2] == "house:Room$pulumi-python:dynamic:Resource"
    assert desks("").up().changes == {"desk": "delete", "chair": "delete"}
    assert host.snapshot.resources == {}


def test_secrets_reach_the_provider_plain_and_stay_secret_in_the_state(desks: Desks) -> None:
    host = desks(
        """
        thing = Thing("a", colour=pulumi.Output.secret("red"), nested={"b": ["c"]},
                      opts=opts(additional_secret_outputs=["nested"]))
        pulumi.export("colour", thing.id)
        """
    )
    up = host.up()
    assert up.steps["a"].outputs["colour"] == "red"
    (created,) = [call for call in host.calls if call.method == "Create"]
    assert created.request["properties"]["colour"] == "red"
    resource = host.resources["a"]
    # The SDK itself makes a secret of the provider's code.
    hidden = {name for name, value in resource.outputs.items() if is_rpc_secret(value)}
    assert hidden == {"colour", "nested", "__provider"}
    assert host.up().changes == {}


def test_a_refresh_can_be_asked_for_and_left_out(desks: Desks) -> None:
    host = desks("Thing('a')")
    host.up()
    host.up(refresh=True)
    assert methods(host) == ["Read", "Diff", "Check", "Diff"]
    host.up()
    assert methods(host) == ["Check", "Diff"]
    assert host.refresh().refreshed == {}
    assert methods(host) == ["Read", "Diff"]


def test_what_is_protected_no_more_may_be_replaced(desks: Desks) -> None:
    desks("Thing('a', colour='red', opts=opts(protect=True))").up()
    assert desks("Thing('a', colour='blue')").up().changes == {"a": "replace"}


def test_old_resources_go_the_newest_first_also_when_they_were_replaced(desks: Desks) -> None:
    program = "Thing('b', colour='{0}', opts=opts(depends_on=[Thing('a', colour='{0}')]))"
    desks(program.format("red")).up()
    host = desks(program.format("blue"))
    host.up()
    deleted = [call.request["name"] for call in host.calls if call.method == "Delete"]
    assert deleted == ["b", "a"]
