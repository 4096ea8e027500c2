"""A folder in which mutmut finds one module to mutate, and its tests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import libcst as cst

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = "pulumi_amplify_jobs"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", ".hypothesis")

SETTINGS = """
[tool.mutmut]
source_paths = ["{package}"]
also_copy = ["conftest.py"]
only_mutate = ["{package}/{module}.py"]
pytest_add_cli_args = ["-p", "no:cacheprovider", "--hypothesis-seed=0"]
pytest_add_cli_args_test_selection = {tests}

[tool.pytest.ini_options]
markers = ["also_without_frames"]
timeout = 120
"""

CONFTEST = """
import re
import zlib
from importlib import import_module

import pytest


def pytest_make_parametrize_id(val):
    if isinstance(val, str) and not re.fullmatch(r"[\\w.-]{{1,40}}", val, re.ASCII):
        return f"text-{{zlib.crc32(val.encode(errors='replace'))}}"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    module = import_module("{module}")
    for each in list(vars(module).values()):
        if hasattr(each, "cache_clear"):
            each.cache_clear()
    if hasattr(module, "_known"):
        module._known = type(module._known)()
        module._learned.clear()
"""
"""Two things that mutmut needs of tests. It names them on pytest's command line, which can't take
every text for a part of a name. And it tries a mutant with the tests that come by the function: by
what is remembered, only the first one does."""


def prepare(folder: Path, module: str, tests: Sequence[str]) -> None:
    """Make the folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(REPOSITORY / "provider" / PACKAGE, folder / PACKAGE, ignore=LEFT_OUT)
    shutil.copytree(REPOSITORY / "tests", folder / "tests", ignore=LEFT_OUT)
    selected = json.dumps([f"tests/{each}" for each in tests])
    text = SETTINGS.format(
        package=PACKAGE,
        module=module,
        tests=selected,
    )
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    name = f"{PACKAGE}.{module.replace('/', '.')}"
    (folder / "conftest.py").write_text(CONFTEST.format(module=name), encoding="utf-8")
    source = folder / PACKAGE / f"{module}.py"
    tree = cst.parse_module(source.read_text(encoding="utf-8"))
    source.write_text(tree.visit(_Undecorated()).code, encoding="utf-8")


class _Undecorated(cst.CSTTransformer):
    """Applies decorators of functions behind them, as mutmut passes over decorated functions.

    `@property def a(self)` becomes `def a(self)` and `a = property(a)`: the same to all callers.
    """

    def leave_FunctionDef(  # noqa: N802 (libcst's name)
        self,
        original_node: cst.FunctionDef,  # noqa: ARG002
        updated_node: cst.FunctionDef,
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.BaseStatement]:
        """Return the function, and behind it what its decorators make of it."""
        decorators = [each.decorator for each in updated_node.decorators]
        if not decorators or getattr(decorators[0], "value", None) in KEPT:
            return updated_node
        name = cst.Name(updated_node.name.value)
        made: cst.BaseExpression = name
        for decorator in reversed(decorators):
            made = cst.Call(decorator, [cst.Arg(made)])
        behind = cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(name)], made)])
        return cst.FlattenSentinel([updated_node.with_changes(decorators=()), behind])


KEPT = ("classmethod", "staticmethod")
"""What mutmut mutates under its decorator."""
