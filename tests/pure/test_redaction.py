"""What is taken out of texts, and what is left in them."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.errors import ConfigError, ServiceError, internal_error, one_line
from pulumi_amplify_jobs.redaction import MASK, hidden, learn, redacted, redacted_data, values_in

TOKEN = "IQoJb3JpZ2luX2VjEC4aCWV1LXdl/c3QtMSJHMEUCIQD+Canary0Token=="
SECRETS = frozenset({TOKEN})
NONE: frozenset[str] = frozenset()


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"it is {TOKEN}.",
        f"Invalid header value b'{TOKEN}\\n'",
        f"?X-Amz-Security-Token={quote(TOKEN, safe='')}&Action=x",
        f"path/{quote(TOKEN)}",
        f"Basic {b64(TOKEN)}",
        json.dumps({"token": TOKEN}),
        f"https://%5b{TOKEN.lower()}.example",
        f"it begins with {TOKEN[:25]}…",
        f"wrapped {TOKEN[:20]}\n{TOKEN[20:]}",
    ],
)
def test_a_value_in_use_is_taken_out_however_it_is_spelt(text: str) -> None:
    shown = hidden(text, SECRETS)
    assert MASK in shown
    for spelling in (TOKEN, quote(TOKEN, safe=""), b64(TOKEN)):
        for start in range(len(spelling) - 11):
            assert spelling[start : start + 12] not in shown


def test_what_looks_like_a_secret_goes_whole_where_it_is_like_one_in_use() -> None:
    head = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ"
    in_use = frozenset({f"{head}.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLTE"})
    assert hidden(f"see {head}.eyJzdWIiOiIyIn0.b3RoZXItc2ln now", in_use) == f"see {MASK} now"


def test_a_value_with_line_breaks_is_taken_out_in_all_its_forms() -> None:
    value = "first-Part0001\nsecond-Part0002\n"
    for text in (value, repr(value), repr(value.encode()), json.dumps(value), one_line(value)):
        shown = hidden(f"x {text} y", frozenset({value}))
        assert "Part" not in shown
        assert shown.startswith("x ")
        assert shown.endswith(" y")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://user:SECRET@host:1/a", f"http://{MASK}@host:1/a"),
        ("http://ghp_x@host/a", f"http://{MASK}@host/a"),
        ("http://u:p@ss@host", f"http://{MASK}@host"),
        ("http://u:p/s?s@host", f"http://{MASK}@host"),
        ("Authorization: Bearer abc def", f"Authorization: {MASK}"),
        ("Proxy-Authorization: Basic dTpw", f"Proxy-Authorization: {MASK}"),
        ("{'Authorization': 'AWS4-HMAC-SHA256 Credential=A/b'}", f"{{'Authorization': {MASK}'}}"),
        ("for AWS4-HMAC-SHA256 Credential=A, Signature=b", f"for AWS4-HMAC-SHA256 {MASK}"),
        ("a?X-Amz-Signature=0f0f&b=1", f"a?X-Amz-Signature={MASK}&b=1"),
        ("X-Amz-Credential=AKIA%2Fx", f"X-Amz-Credential={MASK}"),
        ("x-amz-security-token: abc/def==", f"x-amz-security-token: {MASK}"),
        ("Invalid header value b'a\\'b\\n' now", f"Invalid header value {MASK} now"),
        ("see ghp_0123456789abcdef", f"see {MASK}"),
        ("the key AKIACANARY0KEYID0000 of", f"the key {MASK} of"),
        ("the key ASIACANARY0KEYID0000.", f"the key {MASK}."),
        ("see github_pat_0123456789_abcdef", f"see {MASK}"),
        ("see ghs_0123456789abcdef", f"see {MASK}"),
        ("aws_session_token = IQoJb3JpZ2luX2VjEC4", f"aws_session_token = {MASK}"),
        ('{"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG"}', f'{{"SecretAccessKey": "{MASK}"}}'),
        ("pul-0123456789abcdef0123456789abcdef01234567", MASK),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIx.sig-nature_1", MASK),
    ],
)
def test_what_looks_like_a_secret_is_taken_out_unlearned(text: str, shown: str) -> None:
    assert hidden(text, NONE) == shown


@pytest.mark.parametrize(
    "text",
    [
        "GetBackendJob d2abcdefgh1234/prod/4f1c: access denied; allow the IAM action "
        "amplifybackend:GetBackendJob",
        "AWS_SESSION_TOKEN ends in a line break: remove it",
        "nextToken is not text in the response",
        "https://github.com/owner/name/pull/5#issuecomment-1234567890",
        "https://example.com/@user",
        "the token needs the permission pull-requests: write",
        "AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x",
        "AKIDEXAMPLE, akiacanary0keyid0000 and an AKIA",
        "a basic understanding, the token bucket",
        "test admin secret in a test of test-test",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    common = frozenset({"test", "admin", "secret", "x", "RUNNING", "understanding", "12345678"})
    assert hidden(text, common) == text


def test_the_environment_tells_secrets_by_their_names() -> None:
    found = set(
        values_in(
            {
                "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_SESSION_TOKEN": "c",
                "GH_TOKEN": "d",
                "PULUMI_ACCESS_TOKEN": "e",
                "PULUMI_CONFIG_PASSPHRASE": "f",
                "https_proxy": "http://g:h@proxy:1",
                "AWS_ENDPOINT_URL": "http://i:j/k@host",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "l",
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/not/this",
                "PULUMI_CONFIG_PASSPHRASE_FILE": "/nor/this",
                "HOME": "/nor/that",
            }
        )
    )
    assert found == {*"abcdef", "g:h", "h", "i:j/k", "j/k", "l"}


def test_no_message_of_ours_has_a_secret_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    error = ServiceError(f"said {TOKEN}", f"Get {TOKEN}", f"; {TOKEN}")
    texts = [str(error), error.reason, error.call, error.detail]
    wrong = ConfigError([TOKEN])
    texts += [str(wrong), *wrong.problems, internal_error(KeyError(TOKEN))]
    texts += [one_line("x" * 490 + TOKEN), redacted(TOKEN)]
    assert all(MASK in text and TOKEN[:8] not in text for text in texts)


def test_no_message_of_ours_has_what_a_terminal_acts_on() -> None:
    odd = "a\x1b[31mb\x9bc\u202ed\u2028e\x00f"
    texts = [str(ServiceError(odd, odd, odd)), *ConfigError([odd]).problems]
    assert all(text.isprintable() and "[31mb" in text for text in texts)


def test_what_is_learned_is_secret_from_then_on() -> None:
    value = "Learned-0123456789"
    assert redacted(value) == value
    learn(value, None, "")
    assert redacted(f"it was {value}") == f"it was {MASK}"
    assert redacted_data({"a": [value, 1, None], value: True}) == {"a": [MASK, 1, None], MASK: True}


@given(st.text(), st.text(alphabet="abcXYZ012+/=", min_size=12, max_size=60))
def test_a_random_value_never_remains(around: str, value: str) -> None:
    shown = hidden(f"{around} {value} {around}", frozenset({value}))
    common = value.isalpha() and (value.islower() or value.isupper())
    if not (common or value.isdigit()) or len(value) >= 16:
        assert value not in shown


def test_the_names_of_secret_keys_are_no_secrets() -> None:
    environment = {"PULUMI_CONFIG_SECRET_KEYS": '["aws:secretKey"]'}
    assert list(values_in(environment)) == []


def test_what_is_known_grows_with_each_set_and_is_that_of_the_set_alone() -> None:
    first, second, third = (f"{letter}9{letter.upper()}0{letter}7{letter}5x" for letter in "abc")
    text = f"{first} {second} {third}"
    for known in ({first}, {first, second}, {second, third}, {first, second, third}, {third}):
        shown = hidden(text, frozenset(known)).split()
        kept = [word for word in (first, second, third) if word not in known]
        assert shown == [MASK if word in known else word for word in (first, second, third)]
        assert [word for word in shown if word != MASK] == kept


def test_the_longest_of_values_that_begin_alike_is_taken_out() -> None:
    short = "abcdefgh1XYZ"
    values = frozenset({short, f"{short}-and-more-9Q", f"{short}-and"})
    assert hidden(f"<{short}-and-more-9Q> <{short}-and> <{short}>", values) == "<***> <***> <***>"
