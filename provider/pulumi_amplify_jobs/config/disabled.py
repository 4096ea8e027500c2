"""`pulumi:disable-default-providers`: where it covers dynamic providers, nothing of this can run.

Source: pkg/resource/deploy/default_providers.go (shouldDenyRequest) of Pulumi's engine.
"""

from __future__ import annotations

from typing import Any

KEY = "pulumi:disable-default-providers"

DYNAMIC = "pulumi-python"
"""The package whose default provider runs Python's dynamic resources: there is no other one."""


def disabling_problem(value: Any) -> str | None:
    """Return what is wrong with the key's value, its JSON text parsed, or None."""
    if value in (None, ""):
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return f'{KEY} is not a list of names, and the engine refuses it: write ["aws"]'
    barred = next((name for name in value if name.strip() in ("*", DYNAMIC)), None)
    if barred is None:
        return None
    return (
        f"{KEY} has {barred.strip()}: the engine then refuses every job and rule, as they are "
        f"dynamic resources of {DYNAMIC}; name the other providers in its place"
    )
