"""Calls to GitHub: what is sent, where to, and how a failure is told."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace

import pytest

from pulumi_amplify_jobs.github.api import Api
from pulumi_amplify_jobs.github.errors import GitHubError, TokenError
from pulumi_amplify_jobs.github.workflow import Place
from pulumi_amplify_jobs.limits import LARGEST_PAGE, MOST_PAGE_VALUES
from tests.client import dripping as drips
from tests.client.scripted import Reply, serving

from .conftest import World
from .stand_in import BOT, TOKEN, Fault, GitHub, github


def failure(api: Api) -> str:
    """Return why the comments can't be listed: one line without the token."""
    with pytest.raises(GitHubError) as caught:
        api.comments()
    message = str(caught.value)
    assert "\n" not in message
    assert TOKEN not in message
    return message


def test_what_is_sent_with_each_call(hub: GitHub, api: Api) -> None:
    api.create("hello")
    (seen,) = hub.seen
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert seen.headers["x-github-api-version"] == "2022-11-28"
    assert seen.headers["accept"] == "application/vnd.github+json"
    assert seen.headers["user-agent"].startswith("pulumi-amplify-jobs/")


def test_a_base_path_of_github_enterprise(world: World) -> None:
    with github("/api/v3") as hub:
        place = Place("octo/shop", 12, hub.url)
        with closing(world.api(place)) as api:
            hub.chat(150)
            there = api.create("hello")
            api.update(there, "hello again")
            assert [each.body for each in api.comments()][-1] == "hello again"
            assert api.author_id() == BOT["id"]
            assert hub.seen[-1].path == f"{hub.url.removesuffix('/v3')}/graphql"


def test_a_renamed_repository_is_followed_with_the_same_call(
    hub: GitHub, place: Place, world: World
) -> None:
    hub.chat(120)
    old = replace(place, repository="octo/old-name")
    with closing(world.api(old)) as api:
        there = api.create("hello")
        api.update(there, "hello again")
        assert len(api.comments()) == 121
    assert hub.comments[there.id]["body"] == "hello again"
    assert [each.operation for each in hub.seen] == ["create", "update", "list", "list"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_takes_the_token_to_another_host(hub: GitHub, api: Api, status: int) -> None:
    with github() as other:
        target = f"{other.url}/repos/octo/shop/issues/12/comments"
        for operation in ("list", "create"):
            hub.fail(operation, Fault(status, {"location": target}))
        assert f"redirects to {other.url}, and the token goes to no other host" in failure(api)
        with pytest.raises(GitHubError, match="no other host"):
            api.create("hello")
        assert other.seen == []


def test_no_link_takes_the_token_to_another_host(hub: GitHub, api: Api) -> None:
    hub.chat(101)
    with github() as other:
        hub.link_base = other.url
        assert "no other host" in failure(api)
        assert other.seen == []


@pytest.mark.parametrize(
    "location", ["http://[", "http://:0", "", "//", "ftp://127.0.0.1/", "\x00"]
)
def test_a_redirect_to_nowhere_is_an_error(hub: GitHub, api: Api, location: str) -> None:
    headers = {"location": location} if location != "\x00" else {}
    hub.fail("list", *[Fault(302, headers)] * 9)
    assert failure(api).startswith("can't list the comments of octo/shop#12: ")


def test_pages_that_lead_round_are_an_error(hub: GitHub, api: Api) -> None:
    link = {"link": f'<{hub.url}/repos/octo/shop/issues/12/comments?per_page=100>; rel="next"'}
    hub.fail("list", Fault(200, link, []))
    assert "the pages repeat" in failure(api)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (401, {"message": "Bad credentials"}, "the token is not valid, or has expired"),
        (403, {"message": "Must have admin rights."}, "pull-requests: write"),
        (403, {}, "pull-requests: write"),
        (404, {"message": "Not Found"}, "the token can't see it"),
        (410, {"message": "This issue was deleted"}, "there is none"),
        (422, {"message": "Validation Failed", "errors": ["body is too long"]}, "body is too long"),
        (
            422,
            {"errors": [{"resource": "IssueComment", "field": "body", "code": "custom"}]},
            "IssueComment body custom",
        ),
        (418, "tea", "GitHub answered 418"),
        (400, {"message": {"a": ["line\nbreak"]}}, "GitHub answered 400"),
    ],
)
def test_a_refusal_is_one_line_and_no_second_attempt(
    hub: GitHub, api: Api, world: World, status: int, body: object, told: str
) -> None:
    hub.fail("list", Fault(status, body=body))
    message = failure(api)
    assert message.startswith("can't list the comments of octo/shop#12")
    assert told in message
    assert str(status) in message
    assert (hub.count("list"), world.clock.slept) == (1, [])


def test_a_locked_conversation_is_no_matter_of_permissions(hub: GitHub, api: Api) -> None:
    hub.fail("list", Fault(403, body={"message": "Unable to create: issue is locked."}))
    assert "pull-requests: write" not in failure(api)


def test_a_wrong_token(hub: GitHub, place: Place, world: World) -> None:
    with closing(world.api(place, "ghp_other")) as api:
        with pytest.raises(TokenError, match="not valid") as caught:
            api.comments()
        with pytest.raises(TokenError):
            api.author_id()
    assert "ghp_other" not in str(caught.value)


ECHOES = [
    f"no rights for {TOKEN}",
    "x" * 280 + TOKEN,
    f"a\n{TOKEN}\x00{TOKEN}",
]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
@pytest.mark.parametrize("echo", ECHOES)
def test_a_token_that_is_echoed_is_not_told(hub: GitHub, api: Api, status: int, echo: str) -> None:
    body = {"message": echo, "errors": [{"message": echo}, echo]}
    hub.fail("list", *[Fault(status, {"retry-after": "200"}, body)] * 100)
    message = failure(api)
    # Nor is a part of it, where a long message was cut.
    assert TOKEN[:12] not in message


def test_what_is_not_githubs_is_asked_for_again_and_then_told(
    hub: GitHub, api: Api, world: World
) -> None:
    hub.fail("list", Fault(200, body={"login": "required"}), Fault(200, body="<html>"))
    assert api.comments() == []
    hub.fail("list", *[Fault(200, body=[{"id": "x"}])] * 100)
    assert "is not GitHub's (a proxy on the way?)" in failure(api)
    assert world.clock.passed <= 120


def test_where_nothing_listens_is_told_soon(place: Place, world: World) -> None:
    with socket.socket() as refusing:
        # Bound but not listening: every connection is refused, and nobody else takes the port.
        refusing.bind(("127.0.0.1", 0))
        nowhere = replace(place, api_url=f"http://127.0.0.1:{refusing.getsockname()[1]}")
        with closing(world.api(nowhere)) as api:
            message = failure(api)
    assert f"no connection to {nowhere.api_url}" in message
    assert 3 < world.clock.passed <= 10


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTP_PROXY", "gopher://127.0.0.1:1"),
        ("https_proxy", "http://[::1"),
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("NO_PROXY", "[::"),
        ("SSL_CERT_FILE", "/no/such/file"),
        ("SSL_CERT_FILE", __file__),
    ],
)
def test_what_the_environment_sets_wrongly_is_named(
    monkeypatch: pytest.MonkeyPatch, place: Place, world: World, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(GitHubError, match=f"^{variable} can't be used: .*; correct it, or unset"):
        world.api(place)


def test_a_server_without_encryption_is_told_at_once(
    hub: GitHub, place: Place, world: World
) -> None:
    encrypted = replace(place, api_url=hub.url.replace("http://", "https://"))
    with closing(world.api(encrypted)) as api:
        message = failure(api)
    assert "no trusted connection to https://127.0.0.1:" in message
    assert "SSL_CERT_FILE" in message
    assert world.clock.slept == []


@pytest.mark.parametrize("drip", drips.DRIPS)
def test_a_call_ends_however_its_answer_drips(drip: drips.Drip, world: World) -> None:
    with drips.dripping(drip) as stand:
        place = Place("octo/shop", 12, stand.url)
        with closing(world.api(place, attempt=0.2)) as api:
            message = failure(api)
    assert "no complete response within 0.2 s" in message
    assert "gave up after" in message


def test_a_comment_whose_answer_drips_may_have_been_created(place: Place, world: World) -> None:
    with drips.dripping(drips.slow_body) as stand:
        there = replace(place, api_url=stand.url)
        api = world.api(there, attempt=0.2)
        with closing(api), pytest.raises(GitHubError, match="perhaps after carrying it out"):
            api.create("hello")


def test_an_answer_without_end_is_not_githubs(place: Place, world: World) -> None:
    with drips.dripping(drips.flood, pause=0) as stand:
        there = replace(place, api_url=stand.url)
        with closing(world.api(there)) as api:
            assert "is not GitHub's" in failure(api)
        assert stand.taken < 40 * LARGEST_PAGE


def test_an_answer_of_more_values_than_github_gives_is_not_githubs(
    place: Place, world: World
) -> None:
    many = b'{"errors":[' + b"{}," * MOST_PAGE_VALUES + b"{}]}"
    with serving(lambda _request: Reply(422, many)) as server:
        there = replace(place, api_url=server.url)
        with closing(world.api(there)) as api:
            assert "is not GitHub's" in failure(api)
