"""What stands in a comment: a hidden marker, the newest version, and earlier ones, folded.

Hidden lines part the versions, so that a later run can read them again. Nothing of a report can
pass for such a line: `hidden` and `harmless` see to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import quote

LIMIT = 65_535
"""The most bytes of a comment, in UTF-8.

GitHub says "body is too long (maximum is 65536 characters)", and does not say how it counts them.
Bytes are never fewer than characters or UTF-16 units, so this holds whatever it means.
"""

VERSION = re.compile(r"^<!-- amplify-jobs version: (\S+), (.*) -->$", re.MULTILINE)
DROPPED = re.compile(r"^<!-- amplify-jobs dropped: ([0-9]{1,9}) -->$", re.MULTILINE)
HIDDEN_LINE = "<!-- amplify-jobs"
FRAME = re.compile(r"<details><summary>[^\n]*</summary>\n(.*)</details>", re.DOTALL)


@dataclass(frozen=True)
class Version:
    """What a comment said at some moment."""

    content: str
    """Markdown."""
    summary: str
    """In one line."""
    moment: str
    """Since when it stood there, in UTC."""


@dataclass(frozen=True)
class Versions:
    """All that a comment holds, the newest first."""

    known: tuple[Version, ...] = ()
    dropped: int = 0
    """How many older ones it had no room for."""


def marker(project: str | None, stack: str) -> str:
    """Return the hidden line by which the comment of a stack is found, whatever its name is."""
    name = "/".join(_quoted(each) for each in (project, stack) if each)
    return f"{HIDDEN_LINE}: {name} -->"


def _quoted(name: str) -> str:
    # Two hyphens end a comment for some readers of HTML.
    return quote(name, safe="", errors="surrogatepass").replace("--", "-%2D")


def room(mark: str, version: Version) -> int:
    """Return the bytes that the content of the newest version may have."""
    without = Version("", version.summary, version.moment)
    return LIMIT - size(_newest(mark, without)) - size(_omission(10**9 - 1))


def composed(mark: str, versions: Versions) -> str:
    """Return the text of a comment: the newest version, and as many earlier ones as fit.

    The oldest are dropped first, and counted.
    """
    newest, *earlier = versions.known
    text = _newest(mark, newest)
    left = LIMIT - size(text) - size(_omission(10**9 - 1))
    parts = [_folded(each) for each in earlier]
    shown = bisect_right(list(accumulate(map(size, parts))), left)
    dropped = versions.dropped + len(parts) - shown
    return text + "".join(parts[:shown]) + (_omission(dropped) if dropped else "")


def parsed(body: str) -> Versions:
    """Return what a comment holds; whatever else somebody wrote into it is of no version.

    What is read is as harmless as what was written: a hidden line that stood behind a blank, or any
    other space, would else be one of ours as soon as that space is gone.
    """
    text = unified(body)
    omission = DROPPED.search(text)
    if omission:
        text = text[: omission.start()]
    _, *pieces = VERSION.split(text)
    found = [
        Version(harmless(_unfolded(content) if index else content), hidden(said), when)
        for index, (when, said, content) in enumerate(
            zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=True)
        )
    ]
    return Versions(tuple(found), int(omission[1]) if omission else 0)


def unified(text: str) -> str:
    """Return text as it was sent: GitHub's own editor ends lines with CR LF."""
    return re.sub(r"(?<!\r)\r+\n", "\n", text).strip()


def size(text: str) -> int:
    """Return the bytes of a text."""
    return len(text.encode())


def harmless(content: str) -> str:
    """Return Markdown in which no line passes for one of our hidden ones, and that can be sent."""
    sendable = content.encode("utf-8", "replace").decode()
    return unified(sendable).replace(HIDDEN_LINE, f"&lt;{HIDDEN_LINE[1:]}")


def hidden(text: str) -> str:
    """Return text that can stand in a hidden line and in HTML: letters, digits, plain signs."""
    return " ".join(re.sub(r"[^A-Za-z0-9,.:;()/]+", " ", text).split())[:200].rstrip()


def _newest(mark: str, version: Version) -> str:
    return f"{mark}\n{_line(version)}\n{version.content}\n"


def _folded(version: Version) -> str:
    summary = f"<details><summary>{version.moment}: {version.summary}</summary>"
    return f"\n{_line(version)}\n{summary}\n\n{version.content}\n\n</details>\n"


def _unfolded(text: str) -> str:
    framed = FRAME.fullmatch(text.strip())
    return framed[1].strip() if framed else text.strip()


def _line(version: Version) -> str:
    return f"{HIDDEN_LINE} version: {version.moment}, {version.summary} -->"


def _omission(number: int) -> str:
    versions = "1 earlier version is" if number == 1 else f"{number} earlier versions are"
    return (
        f"\n{HIDDEN_LINE} dropped: {number} -->\n"
        f"{versions} left out: a comment has no room for more.\n"
    )
