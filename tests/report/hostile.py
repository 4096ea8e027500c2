"""Two hundred texts that would do harm where they are not shown as text."""

from __future__ import annotations

from itertools import product

PAYLOADS = (
    "| a | b |",
    "\\| a |",
    "\\\\| a |",
    "`",
    "```",
    "``` ` ````",
    "`code` and more",
    "**bold** _it_ ~~no~~",
    "# heading",
    "---",
    "> quote",
    "- item",
    "1. item",
    "[x](javascript:alert(1))",
    "[x](https://example.test)",
    "![x](https://example.test/x.png)",
    "<https://example.test>",
    "https://example.test/?a=b",
    "www.example.test",
    "someone@example.test",
    "@everyone",
    "@octo/team please",
    "#1 and octo/repo#2",
    "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
    ":tada:",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</code></td></table><h1>x</h1>",
    "</details><details open>",
    "<!-- comment",
    "--> <b>x</b>",
    "&lt;b&gt; &amp; &#64;",
    "\"><a href='javascript:alert(1)'>x</a>",
    "{{ 7 * 7 }} {% raw %} ${7}",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://example.test\x07x\x1b]8;;\x07",
    "\u202eGNP.exe\u202c",
    "\u2066\u2067x\u2069",
    "zero\u200bwidth\u2060\ufeff",
    "bell\x07 back\x08space \x00",
    "\u2028line\u2029",
    "e" + "\u0301" * 40,
    "\ud800",
    "::error file=x::oops",
    "$(touch /x) `id` ; rm -rf",
    "%0A%0D",
    " ",
    "x" * 65_536,
)

SHAPES = ("{}", " {} ", "line\n{}\n\n{}", "a|{}`")

TEXTS = tuple(dict.fromkeys(shape.format(*[text] * 2) for text, shape in product(PAYLOADS, SHAPES)))
"""Each payload alone, between spaces, on a line of its own, and behind a bar."""
