"""The picture of a report's page: an example's plan, reported for real, as Chromium shows it.

The picture remembers which page it shows. So it is drawn anew where the page changed, and not where
merely the browser or the fonts did; and where there is no Chromium it can still be checked.
"""

from __future__ import annotations

import hashlib
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from .chromium import started
from .pages import REPOSITORY
from .running import Times, running

PICTURE = REPOSITORY / "docs/images/report-page.png"
EXAMPLE = REPOSITORY / "examples/many-apps"
COMMAND = "amplify-jobs plan --json | amplify-jobs report --format html"

NOW = 1795521600.0
"""2026-11-24, 12:00 UTC: when the picture is taken."""

HOURS_AGO = ((40.0, 39.5), (14.2, 9.0), (7.6, 3.0), (31.0, 24.5), (20.5, 18.0), (27.0, 26.6))
"""How long ago each of the example's jobs was created and updated."""

WIDTH, HEIGHT = 1280, 300
"""Of the window in pixels; the picture is as high as its page, if that is higher."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"Source\0"
"""What PNG calls where a picture comes from."""


def page_now() -> str:
    """Run the commands on a copy of the example and return the page."""
    return output_of(COMMAND)


def output_of(command: str) -> str:
    """Return what a command line writes that reports the example's plan, which has changes."""
    with running(EXAMPLE, [_times(*hours) for hours in HOURS_AGO]) as (folder, environment, _):
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode != 2:
        raise RuntimeError(f"{command} exited with {done.returncode}: {done.stderr}")
    return done.stdout


def _times(created: float, updated: float) -> Times:
    return NOW - created * 3600, NOW - updated * 3600


def page_picture(page: str, chromium: str) -> bytes:
    """Return the page as PNG, as it is seen at that moment."""
    with tempfile.TemporaryDirectory(prefix="amplify-jobs-picture-") as temporary:
        file = Path(temporary) / "report.html"
        file.write_text(page, encoding="utf-8")
        with started(chromium) as browser:
            tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            tab.clock.set_fixed_time(NOW)
            tab.goto(file.as_uri())
            return _marked(tab.screenshot(full_page=True), page)


def is_of(picture: bytes, page: str) -> bool:
    """Say whether a picture shows this page."""
    return _mark(page) in picture


def _marked(picture: bytes, page: str) -> bytes:
    """Return the picture with the page's hash in it, after the header, which has 25 bytes."""
    after = len(SIGNATURE) + 25
    return picture[:after] + _mark(page) + picture[after:]


def _mark(page: str) -> bytes:
    """Return the chunk of a PNG that names the page it shows."""
    body = b"tEXt" + KEYWORD + hashlib.sha256(page.encode()).hexdigest().encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
