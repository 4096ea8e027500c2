"""The dynamic providers: Pulumi's protocol on one side, the reconciler on the other."""

from .provider import Provider
from .rule_provider import RuleProvider

__all__ = ["Provider", "RuleProvider"]
