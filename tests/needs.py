"""What some tests need of the machine, in the words that a skipped one gives as its reason.

What is missing, then how to get it: the last line of `make test` repeats them.
"""

from __future__ import annotations

import shutil

import pytest

ENGINE = "no pulumi on PATH, install the Pulumi CLI"
needs_engine = pytest.mark.skipif(shutil.which("pulumi") is None, reason=ENGINE)
needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="no node on PATH, install Node.js and npm"
)


def needs_npm_packages(installed: bool) -> pytest.MarkDecorator:
    """Return a mark that skips a test whose packages of npm are not there."""
    reason = "no npm packages, run make test where npm reaches its registry"
    return pytest.mark.skipif(not installed, reason=reason)
