"""The package's exported names, and the resource's arguments and outputs, from their docstrings."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

from pulumi import Resource
from pulumi.dynamic.dynamic import serialize_provider

import pulumi_amplify_jobs
from pulumi_amplify_jobs.dynamic.provider import Provider
from pulumi_amplify_jobs.dynamic.rule_provider import RuleProvider

from .markdown import code, plain, table


def exported_names() -> str:
    """Return the table of what `import pulumi_amplify_jobs` offers."""
    rows = [(code(name), plain(_summary(name))) for name in pulumi_amplify_jobs.__all__]
    return table(("name", "what it is"), rows)


def _summary(name: str) -> str:
    documentation = inspect.getdoc(getattr(pulumi_amplify_jobs, name)) or ""
    return documentation.split("\n\n")[0]


def resource_arguments(resource: type[Resource]) -> str:
    """Return the table of a resource's arguments."""
    signature = inspect.signature(resource.__init__)
    meanings = _described_parameters(inspect.getdoc(resource.__init__) or "")
    rows = [
        (code(name), code(str(parameter.annotation)), plain(meanings[name]))
        for name, parameter in signature.parameters.items()
        if name != "self"
    ]
    return table(("argument", "type", "meaning"), rows)


def _described_parameters(documentation: str) -> dict[str, str]:
    """Return what a docstring says of each `:param`."""
    _, *described = documentation.split(":param ")
    return dict(each.split(": ", 1) for each in described)


def resource_outputs(resource: type[Resource]) -> str:
    """Return the table of the outputs that say more than the arguments do."""
    rows = [
        (code(name), code(kind), plain(text))
        for name, kind, text in _attributes(resource)
        if kind.startswith("pulumi.Output")
    ]
    return table(("output", "type", "meaning"), rows)


def _attributes(resource: type[Resource]) -> Iterator[tuple[str, str, str]]:
    """Yield each documented attribute, annotated or a property: its name, type and text."""
    [tree] = ast.parse(inspect.getsource(resource)).body
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    for name, member in vars(resource).items():
        if isinstance(member, property) and member.fget is not None:
            yield name, str(member.fget.__annotations__["return"]), inspect.getdoc(member) or ""
    for statement, below in pairwise(body):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            kind = ast.unparse(statement.annotation)
            yield statement.target.id, kind, str(below.value.value)


def serialized_providers() -> str:
    """Return the table of what a state holds of each provider of this package."""
    providers = {"BackendJob": Provider(), "BackendJobRule": RuleProvider()}
    rows = [(code(name), code(serialize_provider(each))) for name, each in providers.items()]
    return table(("resource", "`__provider`"), rows)
