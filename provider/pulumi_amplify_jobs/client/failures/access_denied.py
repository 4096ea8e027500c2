"""Why AWS denies access, and what helps: the one place that reads AWS's own words.

The error code is the same for all (AccessDeniedException); only the message tells them apart. Its
forms: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html.
"""

from __future__ import annotations

POLICIES = (
    ("service control policy", "a service control policy (SCP) of the organization"),
    ("resource control policy", "a resource control policy (RCP) of the organization"),
    ("permissions boundary", "the identity's permissions boundary"),
    ("session policy", "the session's policy"),
    ("VPC endpoint policy", "the policy of the VPC endpoint"),
    ("resource-based policy", "the resource's own policy"),
    ("identity-based policy", "a policy of the identity"),
)
"""The kinds of policies as AWS writes them in messages, and as we say them."""

EXPLICIT = "with an explicit deny"
WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"


def denial(action: str, message: str) -> str:
    """Return what denies the action and what helps. `action` is IAM's, `message` is AWS's."""
    explicit = EXPLICIT in message
    found = next((said for word, said in POLICIES if word in message), None)
    if action == WEB_IDENTITY:
        return "access denied; the role's trust policy must name this identity provider and subject"
    if explicit and found:
        return f"access denied: {found} denies {action}; an allow elsewhere doesn't help, change it"
    if found and not message_names_identity(message):
        return f"access denied: {found} doesn't allow {action}; allow it there, too"
    if action == "sts:AssumeRole":
        return f"access denied; allow the IAM action {action}, in the role's trust policy, too"
    return f"access denied; allow the IAM action {action}"


def message_names_identity(message: str) -> bool:
    """Say whether AWS misses an allow in a policy of the identity itself."""
    return "identity-based policy" in message
