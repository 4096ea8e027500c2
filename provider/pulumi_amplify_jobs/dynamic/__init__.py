"""The dynamic providers: Pulumi's protocol on one side, the reconciler on the other."""

from .provider import Provider
from .rule_provider import RuleProvider
from .secret_values import awaited, secrecy, secret_among

__all__ = ["Provider", "RuleProvider", "awaited", "secrecy", "secret_among"]
