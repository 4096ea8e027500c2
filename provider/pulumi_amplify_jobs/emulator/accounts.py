"""The accounts that the emulator was told about: their keys, whom roles trust, who may do what."""

import json

from .callers import Caller, Signer
from .database import Database
from .places import DEFAULT, Place
from .policies import Policies, parse_policies, refusal, to_document
from .roles import Role, RoleArn
from .seed import Seed
from .sessions import Session

_READ = "SELECT value FROM settings WHERE name = 'accounts'"
_WRITE = "INSERT OR REPLACE INTO settings VALUES ('accounts', ?)"


class Accounts:
    """What seeds declared, which is kept with the jobs. While nothing is, there is one account."""

    def __init__(self, database: Database) -> None:
        """Take up what the database has."""
        self._database = database
        self._ids: frozenset[str] = frozenset()
        self._keys: dict[str, str] = {}
        self._roles: dict[str, Role] = {}
        self._policies: Policies = {}
        for row in database.read(_READ):
            kept = json.loads(row["value"])
            self._add(
                Seed(
                    accounts=frozenset(kept["accounts"]),
                    keys=kept["keys"],
                    roles=tuple(map(Role.model_validate, kept["roles"])),
                    policies=parse_policies(kept.get("policies", {}), "database"),
                )
            )

    @property
    def declared(self) -> bool:
        """Whether there is more than one account, or the default one has regions."""
        return bool(self._ids)

    def declare(self, seed: Seed) -> None:
        """Add what a seed declares, in place of what has the same name."""
        if not (seed.accounts or seed.keys or seed.roles or seed.policies):
            return
        self._add(seed)
        roles = [role.model_dump(by_alias=True, mode="json") for role in self._roles.values()]
        policies = {name: to_document(each) for name, each in self._policies.items()}
        kept = {
            "accounts": sorted(self._ids),
            "keys": self._keys,
            "roles": roles,
            "policies": policies,
        }
        self._database.write(_WRITE, (json.dumps(kept),))

    def _add(self, seed: Seed) -> None:
        self._ids |= seed.accounts
        self._keys.update(seed.keys)
        self._roles.update({role.role_arn: role for role in seed.roles})
        self._policies = {**self._policies, **seed.policies}

    def clear(self) -> None:
        """Forget them all."""
        self._database.write("DELETE FROM settings WHERE name = 'accounts'")
        self._ids, self._keys, self._roles, self._policies = frozenset(), {}, {}, {}

    def has(self, account_id: str) -> bool:
        """Return whether there is such an account; the default one always is."""
        return account_id in self._ids or account_id == DEFAULT.account_id

    def user(self, signer: Signer) -> Caller:
        """Return whose long-term access key it is; an unknown one is of the default account."""
        key = signer.access_key_id or "anonymous"
        account_id = self._keys.get(key, DEFAULT.account_id)
        arn = f"arn:aws:iam::{account_id}:user/{key}"
        return Caller(account_id, arn, self.place(account_id, signer.region), signer)

    def assumed(self, session: Session, signer: Signer) -> Caller:
        """Return who acts in a session of a role."""
        place = self.place(session.account_id, signer.region)
        return Caller(session.account_id, session.arn, place, signer, session)

    def place(self, account_id: str, region: str | None) -> Place:
        """Return where the apps are that are asked for; regions need not be declared."""
        return Place(account_id, region or "") if account_id in self._ids else DEFAULT

    def allows(self, caller: Caller, role: RoleArn, external_id: str | None) -> bool:
        """Return whether someone may assume a role: any, unless it is listed and says otherwise."""
        listed = self._roles.get(role)
        trusted = listed is None or listed.trusts(caller.names, external_id)
        return trusted and self.has(role.account_id)

    def denial(self, caller: Caller, action: str, resource: str) -> str | None:
        """Return AWS's message for an action that the policies don't allow, None for another."""
        policies = self._policies
        why = refusal(policies, caller.names, action, resource) if policies else None
        return f"{caller.denied(action, resource)} {why}" if why else None
