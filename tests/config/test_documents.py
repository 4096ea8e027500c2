"""Texts that are no YAML or JSON, or that hold more than can be meant: one line each, and soon."""

from __future__ import annotations

import json

import pytest
import yaml

from pulumi_amplify_jobs.config.document import DocumentError, parse_json
from pulumi_amplify_jobs.config.engine_config import engine_config
from pulumi_amplify_jobs.config.project import StackFile
from pulumi_amplify_jobs.config.stack_file import read_stack
from pulumi_amplify_jobs.errors import ConfigError

from .conftest import STACK, Project

STAR = 'is not valid YAML: quote text that begins with *, as in "*"'
KEY = (
    "is not valid YAML: no key can stand here: indent it as the lines around it, write a blank "
    "behind each colon, and quote text with a colon in it"
)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "config: [a\n": ":1: is not valid YAML: a [ or { is not closed, or a comma is missing",
        "config:\n  a: {b: c\n": ":2: is not valid YAML: a [ or { is not closed, or a comma is "
        "missing",
        'config:\n  a: "b\n  c: d': ":2: is not valid YAML: a quote is not closed",
        "a: 1\nb: *": f":2: {STAR}",
        "a: 1\nb: [*]": f":2: {STAR}",
        "a: 1\nb: *x": f":2: {STAR}",
        "a: 1\nb: [*-x]": f":2: {STAR}",
        "a: 1\n  b: 2": f":2: {KEY}",
        "a:1\nb: 2": f":2: {KEY}",
        "a: b: 2": f":1: {KEY}",
        "a:\n    b: 1\n  c: 2": ":3: is not valid YAML: indent this line as those around it, or "
        "quote the whole text",
        'a: "b" c': ":1: is not valid YAML: indent this line as those around it, or quote the "
        "whole text",
        "a: @b": ":1: is not valid YAML: quote what begins with this character",
        "a: `b`": ":1: is not valid YAML: quote what begins with this character",
        "config:\n\tx: 1": ":2: is not valid YAML: a tab indents this line: use spaces",
        "config:\n  aws:region: a\n  aws:region: b": ":3: key aws:region is a duplicate, "
        "first set on line 2",
        "? [a]\n: b": ":1: a list or mapping can't be a key",
        "a: .inf": ":1: '.inf' can't be read: quote it",
        "a: !!binary '%'": ":1: '%' can't be read: quote it",
        "a: !!int ''": ":1: '' can't be read: quote it",
        "a: !!bool maybe": ":1: 'maybe' can't be read: quote it",
        "a: !!timestamp soon": ":1: 'soon' can't be read: quote it",
        "a: !!float ''": ":1: '' can't be read: quote it",
        "<<: 5": ":1: << works with mappings only",
        "[" * 100_000: ":1: is nested deeper than 50 levels",
        "\n".join(" " * depth + "a:" for depth in range(500)): ":51: is nested deeper than 50 "
        "levels",
        "a: &a [*a]": ":1: is nested deeper than 50 levels",
        "a: &a\n  <<: *a": ":2: is nested deeper than 50 levels",
        "[a]": ": is not a mapping: write `config:` and keys below it",
        "a: 1\nconfig: [a]": ":2: config is not a mapping: write keys below it",
    }.items(),
    ids=lambda text: text[:25],
)
def test_a_stack_file_that_is_not_yaml_or_not_ours(project: Project, text: str, said: str) -> None:
    (project.directory / STACK).write_text(text)
    assert project.problems() == (f"{STACK}{said}",)


BOMBS = {
    "aliases": ["a0: &a0 [x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)],
    "merge keys": ["a0: &a0 {x: 1}"]
    + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)],
    "long text": [f"a: &a {'x' * 1_000_000}", f"b: [{', '.join(['*a'] * 1000)}]"],
}


@pytest.mark.parametrize("lines", BOMBS.values(), ids=BOMBS)
def test_what_expands_without_end_is_refused(project: Project, lines: list[str]) -> None:
    (project.directory / STACK).write_text("\n".join(lines))
    [problem] = project.problems()
    assert problem.endswith(": expands to more than 200,000 values")


def test_a_long_chain_of_merges_is_refused_too(project: Project) -> None:
    chain = [f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}" for n in range(1, 2000)]
    (project.directory / STACK).write_text("\n".join(["a0: &a0 {x: 1}", *chain]))
    [problem] = project.problems()
    assert problem.endswith("is nested deeper than 50 levels")


IN_JSON = {
    '{"config": {\n"a": 1,\n"b": 2,\n"a": 3}}': ":4: key a is a duplicate, first set on line 2",
    '{"config": {"a": [\n' + "[" * 49 + "]" * 49 + "]}}": ":2: is nested deeper than 50 levels",
    '{"config": {"a":\n' + "[" * 99_999 + "]" * 99_999 + "}}": ":2: is nested deeper than 50 "
    "levels",
    '{"config": {"a": [\n' + "0," * 200_000 + "0]}}": ":2: expands to more than 200,000 values",
    '{"config": {"a\tb": 1,\n"a\tb": 2}}': ":1: is not valid JSON: Invalid control character at: "
    "line 1 column 15 (char 14)",
    '{"config": {"a": ' + "1" * 5000 + "}}": ": has a number with too many digits: quote it",
    '{"config": {"' + "x" * 1100 + '": 1,\n"a": 1,\n"a": 2}}': ":1: is not valid YAML: ",
}


@pytest.mark.parametrize(("text", "said"), IN_JSON.items(), ids=lambda each: each[:40])
def test_json_has_the_limits_that_yaml_has(project: Project, text: str, said: str) -> None:
    (project.directory / "Pulumi.dev.json").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_stack(StackFile(project.directory, project.directory / "Pulumi.dev.json"))
    [problem] = caught.value.problems
    assert problem.startswith(f"Pulumi.dev.json{said}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\ud83d\ude00", r"\ud83d\ude01"),  # escaped as JSON's writers do
        (r"\\ud83d", r"\\ud83e"),
        ("\x7f", "\x80"),
        ("a\u2028b", "a\u2029b"),
        ("\ufeff", "\uffff"),
        (r"\/", r"\u0000"),
        ("<<", "="),
    ],
)
@pytest.mark.parametrize("space", ["", " ", "\n", "\r\n\t"])
def test_json_that_yaml_writes_otherwise(one: str, other: str, space: str) -> None:
    text = f'{{{space}"{one}":1,"{other}":{space}[-0,1E5,null],{space}"z":12{space}}}'
    document = parse_json(text, "a.json")
    assert document.value == json.loads(text)
    assert document.mark_of(("z",))[0] == 1 + 3 * space.count("\n")
    with pytest.raises(DocumentError, match="is a duplicate, first set on line"):
        parse_json(text.replace(other, one), "a.json")


@pytest.mark.parametrize("key", ["defaults", "jobs", "include", "rules", "targets"])
@pytest.mark.parametrize("secret", [True, False])
def test_a_duplicate_in_json_text(project: Project, key: str, secret: bool) -> None:
    full_key = f"amplify-jobs:{key}"
    written = '{"a": {"b": 1, "canary": 2, "canary": 3}}'
    with pytest.raises(ConfigError) as caught:
        engine_config({full_key: written}, {full_key} if secret else (), project.directory, "dev")
    shown = "a key" if secret else "key canary"
    assert caught.value.problems == (f"stack config: {full_key}: {shown} is a duplicate",)
    project.stack(f"{full_key}: '{written}'")
    assert project.problems() == (f"{STACK}:2: {full_key}: key canary is a duplicate",)


def test_bytes_that_are_no_text(project: Project) -> None:
    (project.directory / STACK).write_bytes(b"config: {a: '\xff\xfe'}")
    assert project.problems() == (f"{STACK}: is not UTF-8 text (byte 13)",)


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x80", "\uffff"])
def test_control_characters(project: Project, character: str) -> None:
    (project.directory / STACK).write_text(f"config:\n  ż: 😀\n  b: {character}\n  c: {character}")
    assert project.problems() == (
        f"{STACK}:3: is not valid YAML: character U+{ord(character):04X} is not allowed: remove "
        "it, or save the file as UTF-8",
    )


@pytest.mark.parametrize("parser", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_both_parsers_name_the_character(parser: type) -> None:
    with pytest.raises(yaml.reader.ReaderError) as caught:
        list(yaml.parse("ż: 😀\x1b", Loader=parser))
    assert caught.value.character == 0x1B


def test_a_byte_order_mark_is_no_problem(project: Project) -> None:
    (project.directory / STACK).write_bytes(b"\xef\xbb\xbfconfig: {aws:region: eu-west-1}")
    assert project.read().settings.region == "eu-west-1"


def test_an_unreadable_stack_file(project: Project) -> None:
    with pytest.raises(ConfigError) as caught:
        read_stack(StackFile(project.directory, project.directory))
    assert caught.value.problems == ("project: can't be read: Is a directory",)
