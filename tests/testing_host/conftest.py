"""Projects for the testing host, written by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from pulumi_amplify_jobs.testing import Host

DESK = '''
import pulumi
from pulumi.dynamic import *


class Desk(ResourceProvider):
    """Things on a desk: `colour` replaces one, `first` deletes before, `unsure` can't tell."""

    def check(self, _olds, news):
        failures = [CheckFailure("legs", "too many")] if news.get("legs", 0) > 4 else []
        return CheckResult({**news, "checked": True}, failures)

    def diff(self, _id, olds, news):
        if news.get("odd"):
            raise Exception("it is beyond compare")
        if news.get("unsure"):
            return DiffResult()
        replaces = [name for name in ("colour",) if olds.get(name) != news.get(name)]
        changes = any(olds.get(name) != value for name, value in news.items())
        return DiffResult(changes, replaces, [], bool(news.get("first")))

    def create(self, inputs):
        if inputs.get("broken"):
            raise Exception("it broke")
        return CreateResult("desk-" + str(inputs.get("colour")), {**inputs, "made": True})

    def read(self, id_, props):
        return ReadResult(id_, props)

    def update(self, _id, _olds, news):
        return UpdateResult({**news, "made": True})

    def delete(self, _id, props):
        if props.get("nailed"):
            raise Exception("it is nailed to the floor")


class Thing(Resource):
    made: pulumi.Output[bool]

    def __init__(self, name, opts=None, **inputs):
        super().__init__(Desk(), name, {"made": None, **inputs}, opts)


opts = pulumi.ResourceOptions
'''
"""A program's beginning: a dynamic provider that has nothing to do with Amplify."""

Open = Callable[..., Host]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project."""
    (tmp_path / "Pulumi.yaml").write_text("name: desks\nruntime: python\n")
    return tmp_path


@pytest.fixture
def desks(project: Path) -> Iterator[Callable[[str], Host]]:
    """Opens a stack whose program uses `Thing`; called again, it changes the program."""
    with ExitStack() as stack:
        host = stack.enter_context(Host(project))

        def write(program: str) -> Host:
            (project / "__main__.py").write_text(DESK + dedent(program))
            return host

        yield write


@pytest.fixture
def opened(project: Path) -> Iterator[Open]:
    """Opens a stack for a program that is written as it stands."""
    with ExitStack() as stack:

        def write(program: str, **options: Any) -> Host:
            (project / "__main__.py").write_text(dedent(program))
            return stack.enter_context(Host(project, **options))

        yield write
