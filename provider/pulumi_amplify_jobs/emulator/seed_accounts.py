"""The accounts of a seed: their IDs and regions, and the access keys that are theirs."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from .errors import EmulatorError
from .places import ACCOUNT_ID, DEFAULT, Place
from .validation import kind_of
from .yaml_lines import located

_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")


def parse_accounts(accounts: object, source: str) -> dict[str, dict[Place, object]]:
    """Return the content of each account's regions, as it stands there."""
    found = {}
    for account_id, regions in _mapping(accounts, f"{source}: accounts").items():
        _check_id(account_id, f"{located(source, accounts, account_id)}: accounts")
        label = f"accounts.{account_id}"
        content = _mapping(regions, f"{located(source, accounts, account_id)}: {label}")
        for name in content:
            if not isinstance(name, str) or not _REGION.fullmatch(name):
                where = f"{located(source, regions, name)}: {label}"
                raise EmulatorError(f"{where}: {name!a} is not a region, such as eu-west-1")
        found[account_id] = {Place(account_id, name): each for name, each in content.items()}
    return found


def parse_keys(keys: object, accounts: Collection[str], source: str) -> dict[str, str]:
    """Return the account of each access key; it must be among the accounts."""
    found = {}
    for key, account_id in _mapping(keys, f"{source}: keys").items():
        where = f"{located(source, keys, key)}: keys"
        if not isinstance(key, str) or not key:
            raise EmulatorError(f"{where}: {key} is {kind_of(key)}: an access key ID is expected")
        _check_id(account_id, f"{where}.{key}")
        check_known(account_id, accounts, f"{where}.{key}")
        found[key] = account_id
    return found


def check_known(account_id: str, accounts: Collection[str], label: str) -> None:
    """Refuse an account that is neither among the accounts nor the default one."""
    if account_id != DEFAULT.account_id and account_id not in accounts:
        raise EmulatorError(f"{label}: account {account_id} is not among accounts: add it")


def _check_id(value: object, label: str) -> None:
    if isinstance(value, int):
        raise EmulatorError(f"{label}: account {value} is {kind_of(value)}: quote it")
    if not isinstance(value, str) or not ACCOUNT_ID.fullmatch(value):
        raise EmulatorError(f"{label}: {value!a} is not an account ID: 12 digits are expected")


def _mapping(value: object, label: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise EmulatorError(f"{label} is {kind_of(value)}: a mapping is expected")
    return value
