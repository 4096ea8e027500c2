"""IAM policies: which actions on which resources a principal may use.

An explicit deny wins; what nothing allows is denied. A principal without a policy may do all, so
that only tests that are about policies need any. Only `Effect`, `Action` and `Resource` are known:
a policy with anything else is refused, so that none is taken for another than it is.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
"""

import re
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from .entities import Entity
from .errors import EmulatorError
from .roles import principal_problem
from .validation import first_problem, kind_of
from .yaml_lines import located

_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z*?]+")
_SEGMENTS = 6
"""Parts of an Amazon Resource Name between colons; the last one may have colons of its own."""
_ELEMENTS = ("Version", "Id", "Statement")
_IN_A_STATEMENT = ("Sid", "Effect", "Action", "Resource")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _actions(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not _ACTION.fullmatch(name):
            raise ValueError(f"Action {name[:100]!a} is none: write amplifybackend:GetBackendJob")
    return names


def _resources(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name != "*" and (not name.startswith("arn:") or name.count(":") < _SEGMENTS - 1):
            raise ValueError(f"Resource {name[:100]!a} is neither * nor an ARN")
    return names


_Names = Annotated[
    tuple[Annotated[str, Field(strict=True)], ...],
    Field(strict=False, min_length=1),
    BeforeValidator(_as_list),
]


class Statement(Entity):
    """Actions on resources, allowed or denied."""

    model_config = ConfigDict(alias_generator=to_pascal)

    sid: str = ""
    effect: Literal["Allow", "Deny"]
    action: Annotated[_Names, AfterValidator(_actions)]
    resource: Annotated[_Names, AfterValidator(_resources)]

    def is_about(self, action: str, resource: str) -> bool:
        """Return whether the statement is about an action on a resource."""
        # Names of actions have no case, those of resources do.
        named = any(_fits(each.lower(), action.lower()) for each in self.action)
        return named and any(_is_resource(each, resource) for each in self.resource)


Policies = Mapping[str, tuple[Statement, ...]]
"""The statements of each principal's policy: of an account, a role, a user or a session."""


def parse_policies(policies: object, source: str) -> Policies:
    """Return the policies of a seed: `{PRINCIPAL: {"Statement": [...]}}`. Raises EmulatorError."""
    if not isinstance(policies, Mapping):
        raise EmulatorError(f"{source}: policies is {kind_of(policies)}: a mapping is expected")
    found = {}
    for principal, policy in policies.items():
        where = f"{located(source, policies, principal)}: policies"
        problem = principal_problem(str(principal))
        if problem:
            raise EmulatorError(f"{where}: {problem}")
        found[principal] = _parse_policy(policy, f"{where}.{principal}")
    return found


def _parse_policy(policy: object, label: str) -> tuple[Statement, ...]:
    statements = _checked(policy, _ELEMENTS, label).get("Statement")
    given = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(given, list):
        raise EmulatorError(f"{label}: Statement is {kind_of(given)}: a list is expected")
    return tuple(
        _parse_statement(each, f"{label}: Statement[{index}]") for index, each in enumerate(given)
    )


def _parse_statement(statement: object, label: str) -> Statement:
    try:
        return Statement.model_validate(_checked(statement, _IN_A_STATEMENT, label))
    except ValidationError as error:
        _, problem = first_problem(error, Statement)
        raise EmulatorError(f"{label}: {problem}") from None


def _checked(value: object, known: tuple[str, ...], label: str) -> Mapping[Any, Any]:
    """Return a mapping that has nothing but what the emulator knows."""
    if not isinstance(value, Mapping):
        raise EmulatorError(f"{label} is {kind_of(value)}: a mapping is expected")
    for name in value:
        if name not in known:
            raise EmulatorError(f"{label}: {name}: the emulator knows {', '.join(known)} only")
    return value


def to_document(statements: tuple[Statement, ...]) -> dict[str, Any]:
    """Return statements as `parse_policies` takes them."""
    return {"Statement": [each.model_dump(by_alias=True, mode="json") for each in statements]}


def refusal(policies: Policies, names: Collection[str], action: str, resource: str) -> str | None:
    """Return why somebody may not do this, as AWS words it, or None for somebody who may.

    `names` are all that a policy may call the principal by.
    """
    given = [policies[name] for name in names if name in policies]
    effects = {
        each.effect for policy in given for each in policy if each.is_about(action, resource)
    }
    if "Deny" in effects:
        return "with an explicit deny in an identity-based policy"
    if given and "Allow" not in effects:
        return f"because no identity-based policy allows the {action} action"
    return None


def _is_resource(pattern: str, resource: str) -> bool:
    """Return whether a name or pattern stands for a resource; no `*` reaches over a colon."""
    if pattern == "*":
        return True
    parts, patterns = (text.split(":", _SEGMENTS - 1) for text in (resource, pattern))
    return all(map(_fits, patterns, parts))


@lru_cache(maxsize=4096)
def _fits(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern.replace("[", "[[]"))
