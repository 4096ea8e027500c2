"""One comment in the end, updated in place, whatever goes wrong on the way."""

from __future__ import annotations

from contextlib import closing

import pytest

from pulumi_amplify_jobs.github.api import Api
from pulumi_amplify_jobs.github.comment_body import Version, marker
from pulumi_amplify_jobs.github.decisions import Decision, Wanted
from pulumi_amplify_jobs.github.errors import GitHubError, NotThereError, ReadOnlyError
from pulumi_amplify_jobs.github.publish import Published, look, settle
from pulumi_amplify_jobs.github.workflow import Place

from .conftest import EPOCH, World
from .stand_in import BOT, OTHER_BOT, Fault, GitHub

MARK = marker("demo", "dev")
MALLORY = {"login": "mallory", "id": 3, "type": "User"}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes"}


def wanted(content: str = "**1 job changes**") -> Wanted:
    return Wanted(MARK, Version(content, "1 job changes", "2026-11-24T06:00:00Z"))


def only_comment(hub: GitHub) -> str:
    (there,) = hub.with_marker()
    body: str = there["body"]
    return body


def test_a_comment_is_created_then_kept_then_updated(hub: GitHub, api: Api) -> None:
    first = settle(api, wanted())
    assert first.done == "created"
    assert first.url == f"https://github.com/octo/shop/pull/12#issuecomment-{1001}"
    assert settle(api, wanted()).done == "unchanged"
    assert hub.writes == 1
    assert settle(api, wanted("**2 jobs change**")) == Published("updated", first.url)
    assert "**2 jobs change**" in only_comment(hub)
    assert hub.writes == 2


def test_the_comment_is_found_on_the_third_page(hub: GitHub, api: Api) -> None:
    hub.chat(230)
    settle(api, wanted())
    hub.chat(19)
    assert len(hub.comments) == 250
    hub.seen.clear()
    assert settle(api, wanted("**2 jobs change**")).done == "updated"
    assert "**2 jobs change**" in only_comment(hub)
    assert [each.path.partition("?")[2] for each in hub.seen if each.operation == "list"] == [
        "per_page=100",
        "per_page=100&page=2",
        "per_page=100&page=3",
    ]
    assert hub.writes == 1


def test_a_long_conversation_on_a_bad_night(hub: GitHub, place: Place) -> None:
    def run(content: str) -> str:
        """Settle in a run of its own, with its own patience."""
        world = World()
        with closing(world.api(place)) as api:
            outcome = settle(api, wanted(content))
        assert world.clock.passed <= 120
        return outcome.done

    bad = [Fault(502), Fault(None), Fault(503, body="<html>")]
    hub.chat(231)
    hub.fail("list", *bad)
    hub.fail("create", Fault(403, {"retry-after": "20"}, SECONDARY), Fault(502))
    assert run("**1 job changes**") == "created"
    hub.chat(18)
    hub.fail("list", *bad)
    hub.fail("user", Fault(502))
    hub.fail("update", Fault(429, {"retry-after": "60"}), Fault(500), Fault(None, done=True))
    assert run("**2 jobs change**") == "updated"
    assert run("**2 jobs change**") == "unchanged"
    assert len(hub.comments) == 250
    assert "**2 jobs change**" in only_comment(hub)
    assert not any(hub.faults.values())


@pytest.mark.parametrize("lost", [Fault(None, done=True), Fault(502, done=True)])
def test_a_comment_whose_answer_was_lost_is_not_created_again(
    hub: GitHub, api: Api, lost: Fault
) -> None:
    hub.fail("create", lost)
    outcome = settle(api, wanted())
    assert outcome.done == "created"
    assert outcome.url.endswith("#issuecomment-1001")
    assert hub.count("create") == 1
    only_comment(hub)


@pytest.mark.parametrize("lost", [Fault(None), Fault(504), Fault(201, body={"html": "<p>"})])
def test_a_comment_that_was_not_created_is_created_after_a_look(
    hub: GitHub, api: Api, lost: Fault
) -> None:
    hub.fail("create", lost)
    assert settle(api, wanted()).done == "created"
    assert [each.operation for each in hub.seen] == ["list", "create", "list", "create"]
    only_comment(hub)


def test_a_limit_before_creating_needs_no_second_look(hub: GitHub, api: Api) -> None:
    hub.fail("create", Fault(403, {"retry-after": "2"}, SECONDARY))
    settle(api, wanted())
    assert [each.operation for each in hub.seen] == ["list", "create", "create"]


def test_a_primary_limit_is_waited_for_until_its_reset(hub: GitHub, api: Api, world: World) -> None:
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(EPOCH) + 45)}
    hub.fail("list", Fault(403, reset, {"message": "API rate limit exceeded"}))
    settle(api, wanted())
    assert len(world.clock.slept) == 1
    assert 45 <= world.clock.passed <= 46


def test_a_limit_beyond_the_patience_is_told_at_once(hub: GitHub, api: Api, world: World) -> None:
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(EPOCH) + 1800)}
    hub.fail("list", Fault(403, reset, {"message": "API rate limit exceeded"}))
    with pytest.raises(GitHubError, match=r"rate limit is reached .* would be 180[01] s later"):
        settle(api, wanted())
    assert world.clock.slept == []


def test_all_waiting_of_a_run_is_bounded(hub: GitHub, api: Api, world: World) -> None:
    hub.fail("list", *[Fault(502)] * 6)
    hub.fail("create", *[Fault(502)] * 100)
    with pytest.raises(GitHubError, match=r"GitHub answered 502.* gave up after \d+ s"):
        settle(api, wanted())
    assert 80 < world.clock.passed <= 120
    assert sorted(world.clock.slept[:5]) == world.clock.slept[:5]
    assert len(set(world.clock.slept)) == len(world.clock.slept)


def test_slow_failures_use_up_the_patience_and_slow_answers_do_not(
    hub: GitHub, api: Api, world: World
) -> None:
    hub.on_call = lambda: world.clock.sleep(19)
    hub.chat(950)
    assert settle(api, wanted()).done == "created"
    assert world.clock.passed == 11 * 19
    hub.fail("list", *[Fault(504)] * 100)
    with pytest.raises(GitHubError, match="GitHub answered 504"):
        settle(api, wanted())
    assert hub.count("list") in (10 + 5, 10 + 6)


def test_a_call_that_went_well_is_trusted_again(hub: GitHub, api: Api, world: World) -> None:
    hub.chat(650)
    good = {"link": f'<{hub.url}/repos/octo/shop/issues/12/comments?page=2>; rel="next"'}
    for _ in range(3):
        hub.fail("list", Fault(502), Fault(200, good, []))
        hub.fail("list", Fault(502), Fault(200, body=[]))
        api.comments()
    assert len(world.clock.slept) == 6
    assert max(world.clock.slept) <= 1


def test_several_comments_become_one(hub: GitHub, api: Api) -> None:
    settle(api, wanted())
    body = only_comment(hub)
    for _ in range(3):
        hub.write(body)
    forged = hub.write(body, MALLORY)
    hub.fail("remove", Fault(502, done=True))
    outcome = settle(api, wanted("**2 jobs change**"))
    assert (outcome.done, outcome.removed) == ("updated", 3)
    assert sorted(hub.comments) == [1001, forged]
    assert "**2 jobs change**" in hub.comments[1001]["body"]
    assert hub.comments[forged]["body"] == body


def test_somebody_elses_marker_is_not_taken(hub: GitHub, api: Api) -> None:
    forged = hub.write(f"{MARK}\nall is well", MALLORY)
    assert settle(api, wanted()).done == "created"
    assert hub.comments[forged]["body"] == f"{MARK}\nall is well"
    assert len(hub.with_marker()) == 2


def test_a_users_token_takes_only_that_users_comment(hub: GitHub, api: Api) -> None:
    hub.author = {"login": "octo-ci", "id": 4, "type": "User"}
    settle(api, wanted())
    hub.write(f"{MARK}\nof another account", {"login": "octo-cd", "id": 5, "type": "User"})
    hub.write(f"{MARK}\nof a workflow", BOT)
    assert settle(api, wanted("**2 jobs change**")).removed == 0
    assert [each["user"]["login"] for each in hub.with_marker()] == [
        "octo-ci",
        "octo-cd",
        "github-actions[bot]",
    ]
    assert "**2 jobs change**" in hub.comments[1001]["body"]


def test_another_apps_comment_is_not_taken(hub: GitHub, api: Api) -> None:
    theirs = hub.write(f"{MARK}\nof another app", OTHER_BOT)
    first = settle(api, wanted())
    assert (first.done, settle(api, wanted("**2 jobs change**"))) == (
        "created",
        Published("updated", first.url),
    )
    assert hub.comments[theirs]["body"] == f"{MARK}\nof another app"
    assert len(hub.with_marker()) == 2


def test_an_account_is_known_by_its_id_and_not_by_its_login(hub: GitHub, api: Api) -> None:
    hub.author = {"login": "octo-ci", "id": 4, "type": "User"}
    taken_over = {"login": "octo-ci", "id": 99, "type": "User"}
    theirs = hub.write(f"{MARK}\nof who had the name before", taken_over)
    settle(api, wanted())
    hub.author = {"login": "octo-bot", "id": 4, "type": "User"}
    assert settle(api, wanted("**2 jobs change**")).done == "updated"
    assert hub.comments[theirs]["body"] == f"{MARK}\nof who had the name before"
    assert len(hub.with_marker()) == 2


def test_a_comment_of_a_deleted_account_is_not_taken(hub: GitHub, api: Api) -> None:
    ghost = hub.write(f"{MARK}\nof nobody")
    hub.comments[ghost]["user"] = None
    assert settle(api, wanted()).done == "created"
    assert hub.comments[ghost]["body"] == f"{MARK}\nof nobody"


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "absent"])
def test_where_nobody_says_whose_token_it_is_a_new_comment_tells(
    hub: GitHub, api: Api, refused: bool
) -> None:
    theirs = hub.write(f"{MARK}\nof another app", OTHER_BOT)
    hub.has_graphql = False
    if refused:
        hub.has_graphql = True
        hub.fail(
            "graphql", *[Fault(200, body={"data": None, "errors": [{"type": "FORBIDDEN"}]})] * 2
        )
    first = settle(api, wanted())
    assert first.done == "created"
    assert settle(api, wanted("**2 jobs change**")) == Published("updated", first.url, removed=1)
    assert len(hub.with_marker()) == 2
    assert hub.comments[theirs]["body"] == f"{MARK}\nof another app"


def test_nobody_is_asked_who_we_are_without_need(hub: GitHub, api: Api) -> None:
    hub.chat(10)
    settle(api, wanted())
    assert hub.count("user") == 0


def test_a_comment_that_is_removed_meanwhile_is_created(hub: GitHub, api: Api) -> None:
    settle(api, wanted())
    hub.fail("update", Fault(404, body={"message": "Not Found"}))
    outcome = settle(api, wanted("**2 jobs change**"))
    assert outcome.done == "created"


def test_looking_writes_nothing(hub: GitHub, api: Api) -> None:
    assert look(api, Wanted(MARK, wanted().version, needed=False)) == Decision(None, None)
    look(api, wanted())
    assert hub.writes == 0


def test_a_token_that_may_only_read(hub: GitHub, api: Api, world: World) -> None:
    hub.may_write = False
    with pytest.raises(ReadOnlyError, match="pull-requests: write"):
        settle(api, wanted())
    assert world.clock.slept == []
    settle(api, Wanted(MARK, wanted().version, needed=False))


def test_an_app_that_answers_404_may_only_read(hub: GitHub, api: Api) -> None:
    message = {"message": "Resource not accessible by integration"}
    hub.fail("create", Fault(404, body=message))
    with pytest.raises(ReadOnlyError):
        settle(api, wanted())


def test_a_pull_request_that_is_not_there(hub: GitHub, api: Api) -> None:
    hub.fail("list", Fault(404, body={"message": "Not Found"}))
    with pytest.raises(NotThereError, match=r"octo/shop#12 .*check --repo, --pull-request"):
        settle(api, wanted())
