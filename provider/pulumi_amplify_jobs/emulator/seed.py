"""What the emulator starts with: reading and checking jobs and apps, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from ..disk import MIB, UnreadableError, decoded, read_file
from .entities import App, Job, JobKey, SeedJob
from .errors import EmulatorError
from .places import DEFAULT, Place
from .policies import Policies, parse_policies
from .roles import Role
from .seed_accounts import check_known, parse_accounts, parse_keys
from .validation import first_problem, kind_of, suggest
from .yaml_lines import load_yaml, located

Entry = TypeVar("Entry", SeedJob, App, Role)

LARGEST = 10 * MIB
"""Bytes of a seed's file."""

_CONTENT = ("jobs", "apps")
_LISTS = (*_CONTENT, "roles")
_FIELDS = (*_CONTENT, "accounts", "keys", "roles", "policies")


@dataclass(frozen=True)
class Seed:
    """Jobs and apps to add or replace. The apps that jobs name need not be among them.

    `places` has those that are in a region of an account, `accounts` the IDs of all accounts that
    are declared, `keys` the account of each access key that is not of the default one, `roles`
    those that not everyone may assume, and `policies` what principals may do.
    """

    jobs: tuple[SeedJob, ...] = ()
    apps: tuple[App, ...] = ()
    places: Mapping[Place, Seed] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    keys: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[Role, ...] = ()
    policies: Policies = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many jobs and apps there are."""
        return len(self.jobs) + len(self.apps) + sum(map(len, self.places.values()))


SeedSource = str | Path | Seed | Mapping[str, object] | Iterable[object]
"""The path of a YAML file, what stands in one, or jobs: each a `Job` or a mapping by the wire's
field names."""


def read_seed(source: SeedSource) -> Seed:
    """Return the seed that is meant. Raises `EmulatorError` with one line."""
    if isinstance(source, Seed):
        return source
    if isinstance(source, str | Path):
        return load_seed(source)
    if isinstance(source, Mapping):
        return parse_document(source, source="seed")
    return Seed(parse_jobs(source))


def load_seed(path: str | Path) -> Seed:
    """Read a YAML file: what is in it is what `parse_document` takes.

    Raises `EmulatorError` with one line when the file cannot be read or used.
    """
    try:
        text = decoded(read_file(Path(path), LARGEST))
    except UnreadableError as error:
        raise EmulatorError(f"{path}: {error}") from None
    return parse_document(load_yaml(text, str(path)), source=str(path))


def parse_document(document: object, *, source: str) -> Seed:
    """Return the seed in ``{"jobs": [...], "apps": [...]}``, of which one may be missing.

    ``accounts`` has the same for regions of accounts: ``{ID: {REGION: {"jobs": [...]}}}``;
    ``keys`` is ``{ACCESS_KEY_ID: ID}``, ``policies`` ``{PRINCIPAL: POLICY}``, and ``roles`` a list.
    Fields are named as on the wire. `source` starts the message of an `EmulatorError`.
    """
    if not isinstance(document, Mapping):
        raise EmulatorError(
            f"{source}: {kind_of(document)}, where a top-level jobs: list is expected"
        )
    if not document:
        raise EmulatorError(f"{source}: jobs and apps are missing: give one of them")
    _check_fields(document, _FIELDS, source, "")
    accounts = parse_accounts(document.get("accounts", {}), source)
    seed = Seed(
        jobs=parse_jobs(document.get("jobs", ()), source=source),
        apps=parse_apps(document.get("apps", ()), source=source),
        places={
            place: _parse_place(place, content, source)
            for regions in accounts.values()
            for place, content in regions.items()
        },
        accounts=frozenset(accounts),
        keys=parse_keys(document.get("keys", {}), accounts, source),
        roles=_parse(document.get("roles", ()), Role, source, "roles"),
        policies=parse_policies(document.get("policies", {}), source),
    )
    _check_accounts(seed, document, source)
    return seed


def parse_jobs(
    jobs: Iterable[object], *, source: str = "seed", within: str = ""
) -> tuple[SeedJob, ...]:
    """Return the jobs, each given as a `Job` or as a mapping by the wire's field names.

    Raises `EmulatorError`, its one line starting with `source`, for the first job that is
    wrong, or that is there twice; `within` is put before what the list is called.
    """
    return _parse(jobs, SeedJob, source, "jobs", within)


def parse_apps(
    apps: Iterable[object], *, source: str = "seed", within: str = ""
) -> tuple[App, ...]:
    """Return the apps, each given as an `App` or as a mapping; for what is wrong, as for jobs."""
    return _parse(apps, App, source, "apps", within)


def _parse_place(place: Place, content: object, source: str) -> Seed:
    """Return the jobs and apps of a place."""
    within = f"accounts.{place.account_id}.{place.region}: "
    if not isinstance(content, Mapping):
        raise EmulatorError(
            f"{source}: {within}{kind_of(content)}, where a mapping of jobs and apps is expected"
        )
    _check_fields(content, _CONTENT, source, within)
    return Seed(
        jobs=parse_jobs(content.get("jobs", ()), source=source, within=within),
        apps=parse_apps(content.get("apps", ()), source=source, within=within),
    )


def _check_fields(
    document: Mapping[object, object], known: tuple[str, ...], source: str, within: str
) -> None:
    """Refuse a field that is none, and a list that is none."""
    for name, value in document.items():
        where = f"{located(source, document, name)}: {within}"
        if name not in known:
            raise EmulatorError(f"{where}unknown field {name}: {suggest(str(name), known)}")
        if name in _LISTS and not isinstance(value, list):
            raise EmulatorError(f"{where}{name} is {kind_of(value)}: a list is expected")


def _check_accounts(seed: Seed, document: Mapping[object, object], source: str) -> None:
    """Refuse jobs and apps without a region, and keys and roles without an account."""
    default = DEFAULT.account_id
    if default in seed.accounts and (seed.jobs or seed.apps):
        raise EmulatorError(
            f"{located(source, document, 'accounts')}: accounts: {default} is the account of the "
            "jobs and apps at the top: move them into one of its regions"
        )
    for name in ("keys", "roles"):
        if name in document and not seed.accounts:
            where = located(source, document, name)
            raise EmulatorError(f"{where}: {name} is for accounts: declare them")
    for index, role in enumerate(seed.roles):
        check_known(role.key.account_id, seed.accounts, f"{source}: roles[{index}]")


def _parse(
    values: Iterable[object], model: type[Entry], source: str, name: str, within: str = ""
) -> tuple[Entry, ...]:
    """Return the entries of a list; `name` is what the list is called."""
    found: dict[JobKey | str, int] = {}
    parsed = []
    for index, value in enumerate(values):
        label = f"{within}{name}[{index}]"
        entry = _parse_entry(value, model, source, label)
        first = found.setdefault(entry.key, index)
        if first != index:
            same = f"the same {name[:-1]} as {name}[{first}]"
            raise EmulatorError(f"{located(source, value)}: {label}: {same}")
        parsed.append(entry)
    return tuple(parsed)


def _parse_entry(value: object, model: type[Entry], source: str, label: str) -> Entry:
    if isinstance(value, model):
        return value
    data = value.wire() if isinstance(value, Job) else value
    if not isinstance(data, dict):
        raise EmulatorError(f"{source}: {label}: {kind_of(data)}, where a mapping is expected")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        field, problem = first_problem(error, model)
        raise EmulatorError(f"{located(source, value, field)}: {label}: {problem}") from None
