"""What a scalar is: each of these was read by go-yaml, which Pulumi's engine reads files with."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_amplify_jobs.config.scalars import DATE_TEXT, plain, tagged, text_of

READ_BY_THE_ENGINE: dict[str, Any] = {
    "on": "on",
    "off": "off",
    "yes": "yes",
    "no": "no",
    "y": "y",
    "n": "n",
    "true": True,
    "True": True,
    "TRUE": True,
    "tRue": "tRue",
    "false": False,
    "null": None,
    "Null": None,
    "~": None,
    "nil": "nil",
    "12": 12,
    "0012": 10,
    "08": 8.0,
    "089": 89.0,
    "0o17": 15,
    "0O17": 15,
    "017": 15,
    "0x1F": 31,
    "0b11": 3,
    "-0b11": -3,
    "-0o17": -15,
    "+12": 12,
    "-0": 0,
    "1_000": 1000,
    "1__0": 10,
    "_1": "_1",
    "0_8": 8.0,
    "1e3": 1000.0,
    "1.": 1.0,
    ".5": 0.5,
    "._5": "._5",
    ".0_79": 0.079,
    "1e999": "1e999",
    "12:30": "12:30",
    "12:30:45": "12:30:45",
    "190:20:30.15": "190:20:30.15",
    "2021-10-20": "2021-10-20 00:00:00 +0000 UTC",
    "2021-1-2": "2021-01-02 00:00:00 +0000 UTC",
    "2021-13-45": "2021-13-45",
    "2021-02-30": "2021-02-30",
    "2021-10-20T10:00:00Z": "2021-10-20 10:00:00 +0000 UTC",
    "2021-10-20t10:00:00Z": "2021-10-20 10:00:00 +0000 UTC",
    "2021-10-20T10:00:00+02:00": "2021-10-20 10:00:00 +0200 +0200",
    "2021-10-20T10:00:00-00:00": "2021-10-20 10:00:00 +0000 UTC",
    "2021-10-20T10:00:00": "2021-10-20T10:00:00",
    "2021-10-20T1:2:3.50Z": "2021-10-20 01:02:03.5 +0000 UTC",
    "0000-01-01": "0000-01-01 00:00:00 +0000 UTC",
    "18446744073709551615": 18446744073709551615,
    "18446744073709551616": 1.8446744073709552e19,
    "-9223372036854775809": -9.223372036854776e18,
    "0xFFFFFFFFFFFFFFFFFF": "0xFFFFFFFFFFFFFFFFFF",
    "0b": "0b",
    "0x": "0x",
    "0o8": "0o8",
    "1.2.3": "1.2.3",
    "4f1c": "4f1c",
    "1-2": "1-2",
    "=": "=",
    "<<": "<<",
    "...": "...",
    "0.0": 0.0,
    "00": 0,
    "1e-3": 0.001,
    "0x1p4": "0x1p4",
    "685_230.15": 685230.15,
    "2021-10-20 10:00:00": "2021-10-20 10:00:00 +0000 UTC",
    "2021-10-20 10:00:00Z": "2021-10-20 10:00:00Z",
    "2021-10-20 10:00:00 +0000 UTC": "2021-10-20 10:00:00 +0000 UTC",
}


@pytest.mark.parametrize(("written", "read"), READ_BY_THE_ENGINE.items())
def test_a_scalar_without_quotes(written: str, read: object) -> None:
    found = plain(written)
    assert (type(found), found) == (type(read), read)


@pytest.mark.parametrize("written", ["2021-10-20", "2021-1-2T3:4:5.6-11:30", "0000-01-01"])
def test_what_was_a_date_is_known_by_its_text(written: str) -> None:
    assert DATE_TEXT.fullmatch(plain(written))


@pytest.mark.parametrize(
    ("tag", "written", "read"),
    [
        ("str", "12", "12"),
        ("int", "0x1F", 31),
        ("float", "12", 12.0),
        ("bool", "True", True),
        ("null", "~", None),
        ("timestamp", "2021-10-20", "2021-10-20 00:00:00 +0000 UTC"),
        ("binary", "aGVs bG8=", "hello"),
        ("python/object:os.system", "x", "x"),
    ],
)
def test_a_scalar_with_a_tag(tag: str, written: str, read: object) -> None:
    found = tagged(f"tag:yaml.org,2002:{tag}", written)
    assert (type(found), found) == (type(read), read)


def test_a_tag_of_ones_own_is_passed_over() -> None:
    assert tagged("!mine", "12") == "12"


@pytest.mark.parametrize(
    ("tag", "written"),
    [("int", "x"), ("bool", "on"), ("null", "x"), ("float", ""), ("timestamp", "soon")]
    + [("binary", "%"), ("binary", "//8=")],
)
def test_a_tag_that_does_not_fit(tag: str, written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (binascii and codecs raise their own)
        tagged(f"tag:yaml.org,2002:{tag}", written)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (12, "12"), (1000.0, "1000"), (1e20, "1" + "0" * 20), (1.1, "1.1")]
    + [("0012", "0012")],
)
def test_at_the_top_of_the_config_a_scalar_is_text(value: object, text: str) -> None:
    assert text_of(value) == text
