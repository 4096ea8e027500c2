"""What is taken out of texts, and what is left in them."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.errors import ConfigError, ServiceError, internal_error, one_line
from pulumi_amplify_jobs.redaction import (
    MASK,
    hidden,
    learn,
    learn_url,
    redacted,
    redacted_data,
    values_in,
)

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


WORDS = "pass/word 'é\"+x~y? "
"""Of one kind of letter: no part of it gives it away, so each spelling is looked for as a whole."""


@pytest.mark.parametrize(
    "spelling",
    [
        WORDS,
        WORDS.strip(),
        repr(WORDS)[1:-1],
        json.dumps(WORDS)[1:-1],
        repr(WORDS.encode())[2:-1],
        quote(WORDS, safe=""),
        quote(WORDS),
        quote_plus(WORDS),
        b64(WORDS).rstrip("="),
        base64.urlsafe_b64encode(WORDS.encode()).decode().rstrip("="),
    ],
)
def test_each_spelling_is_taken_out_whole(spelling: str) -> None:
    assert hidden(f"<{spelling}>", frozenset({WORDS})) == f"<{MASK}>"


@pytest.mark.parametrize("value", ["~~~???>>>~~~??W", "~~~???>>>~~~??", "~~~???>>>~~~?"])
def test_the_spellings_in_base64_are_two_with_and_without_padding(value: str) -> None:
    coded = b64(value), base64.urlsafe_b64encode(value.encode()).decode()
    assert coded[0] != coded[1]
    for text in coded:
        bare = text.rstrip("=")
        assert hidden(f"<{bare}>", frozenset({value})) == f"<{MASK}>"
        assert hidden(f"<{text}>", frozenset({value})) == f"<{MASK}{text[len(bare) :]}>"


@pytest.mark.parametrize("value", ["half-a-\udc80-pair", "x\ud800\udc00-and-more"])
def test_what_no_encoding_has_is_taken_out_all_the_same(value: str) -> None:
    assert hidden(f"<{value}>", frozenset({value})) == f"<{MASK}>"
    question = value.encode(errors="replace").decode()
    assert hidden(f"<{quote(question, safe='')}>", frozenset({value})) == f"<{MASK}>"


def test_each_piece_of_a_broken_value_is_taken_out() -> None:
    value = frozenset({"first-words\n\x1fsecond-words\u2028third-words\x85"})
    text = "second-words, first-words and third-words"
    assert hidden(text, value) == f"{MASK}, {MASK} and {MASK}"


@pytest.mark.parametrize(
    ("value", "telling"),
    [
        ("a-b-c-d", False),
        ("a-b-c-de", True),
        ("AbcdefGh", True),
        ("abcdefgh", False),
        ("abcdefghijklmno", False),
        ("abcdefghijklmnop", True),
        ("ABCDEFGHIJKLMNO", False),
        ("ABCDEFGHIJKLMNOP", True),
        ("123456789012345", False),
        ("1234567890123456", True),
        ("12345-678", True),
    ],
)
def test_what_is_short_or_common_is_no_secret(value: str, telling: bool) -> None:
    assert hidden(f"<{value}>", frozenset({value})) == f"<{MASK if telling else value}>"


RANDOM = "Ab1-Cd2_Ef3+Gh4.Ij5"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (RANDOM[:12], MASK),
        (RANDOM[-12:], MASK),
        (RANDOM[3:15], MASK),
        (RANDOM[:11], RANDOM[:11]),
        (RANDOM[-11:], RANDOM[-11:]),
        (f"see {RANDOM[:14]}!", f"see {MASK}!"),
        (f"ab{RANDOM[1:13]}yz{RANDOM[-12:]}w", f"ab{MASK}yz{MASK}w"),
        (f"a{RANDOM[2:14]}", f"a{MASK}"),
        (f"{RANDOM[5:18]}{RANDOM[5:18]}", f"{MASK}{MASK}"),
        (f"at https://{RANDOM.lower()}.example", f"at https://{MASK}.example"),
        ("a", "a"),
        ("", ""),
    ],
)
def test_twelve_characters_in_a_row_give_a_random_value_away(text: str, shown: str) -> None:
    assert hidden(text, frozenset({RANDOM})) == shown


@pytest.mark.parametrize(
    ("value", "random"),
    [
        ("letters-and-digits-01", True),
        ("Letters-And-More-Words", True),
        ("UPPER-AND-DIGITS-0123", True),
        ("words-that-are-of-one-kind", False),
        ("9876-5432-1098-7654-3210", False),
    ],
)
def test_words_of_one_kind_are_not_random(value: str, random: bool) -> None:
    part = value[-13:-1]
    assert hidden(f"<{part}>", frozenset({value})) == f"<{MASK if random else part}>"


@pytest.mark.parametrize(
    ("url", "values"),
    [
        ("http://user@host", {"user"}),
        ("http://us%40er@host", {"us%40er", "us@er"}),
        ("http://u:p:q@host", {"u:p:q", "p:q"}),
        ("http://u:p@q@host/a@", {"u:p@q@host/a", "p@q@host/a"}),
        ("http://u:p%3Aq@host", {"u:p%3Aq", "u:p:q", "p%3Aq", "p:q"}),
        ("u:word@host:80", {"u:word", "word"}),
        ("http://u:p://q@host", {"u:p://q", "p://q"}),
        ("http://host/path", set()),
        ("", set()),
    ],
)
def test_the_user_info_of_a_url_is_secret(url: str, values: set[str]) -> None:
    assert set(values_in({"HTTPS_PROXY": url})) == values


def test_the_user_info_of_a_url_in_use_is_learned() -> None:
    for nothing in (None, "", "http://host"):
        learn_url(nothing)
    learn_url("http://someone:Learned-url-9@host")
    assert redacted("it was Learned-url-9, and XXXX") == f"it was {MASK}, and XXXX"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"a": {"b": RANDOM}}, {"a": {"b": MASK}}),
        ([[RANDOM]], [[MASK]]),
        ({"a": [{"b": [RANDOM, 1]}]}, {"a": [{"b": [MASK, 1]}]}),
        ({RANDOM: None}, {MASK: None}),
    ],
)
def test_data_is_looked_through_to_its_depth(
    data: object, shown: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_TOKEN", RANDOM)
    assert redacted_data(data) == shown
    plain = {"a": ["b", 1, None]}
    assert redacted_data(plain) is plain


@pytest.mark.parametrize(
    "text",
    [
        "AUTHORIZATION: Bearer x",
        "authorization: Bearer x",
        "X-AMZ-SIGNATURE=0f",
        "BEARER " + "a1" * 9,
    ],
)
def test_what_looks_like_a_secret_does_so_in_any_case(text: str) -> None:
    assert MASK in hidden(text, NONE)


LONG = 100_000


@pytest.mark.timeout(60)  # what is tried again and again takes minutes
@pytest.mark.parametrize(
    "repeated",
    [
        "://",
        ":",
        "://a:",
        "a:b@",
        "invalid header value '",
        "\\a",
        "\\'",
        "authorization: ",
        "authorization",
        "AWS4-HMAC-SHA256",
        "x-amz-signature=",
        "token=",
        "token",
        "token ",
        "bearer ",
        "aaaaaaaaaaaaaaaaaaaa:",
        "-eyJ00000000",
        "eyJ00000000.",
        "ghp_0000000000-",
        "pul-00000000000000000000",
        "AKIA",
        " ",
    ],
)
def test_no_text_of_others_takes_long(repeated: str) -> None:
    for before in ("", "://", "invalid header value '"):
        hidden(f"{before}{repeated * (LONG // len(repeated))}\nx", NONE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"invalid header value b'a\'b\n' now", f"invalid header value {MASK} now"),
        ("invalid header value 'cut off\nnext line", f"invalid header value {MASK}\nnext line"),
        ("invalid header value 'cut off\\\nnext line", f"invalid header value {MASK}\nnext line"),
        ('invalid header part: "it\'s" now', f"invalid header part: {MASK} now"),
        ("https://u:p/q?r@host/x", f"https://{MASK}@host/x"),
        ("https://host:80/a b@c", "https://host:80/a b@c"),
        ("http://a:1/ http://u:p/q@host", f"http://a:1/ http://{MASK}@host"),
        ("cut: eyJhbGciOiJSUzI1", f"cut: {MASK}"),
        ("Eyjafjallajökull and eyjafjallajokull", "Eyjafjallajökull and eyjafjallajokull"),
    ],
)
def test_what_is_cut_off_or_broken_is_masked_to_its_end(text: str, shown: str) -> None:
    assert hidden(text, NONE) == shown
