"""The dynamic provider: Pulumi's protocol on one side, the reconciler on the other."""

from .provider import Provider

__all__ = ["Provider"]
