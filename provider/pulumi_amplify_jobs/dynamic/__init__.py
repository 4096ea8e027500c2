"""The dynamic providers: Pulumi's protocol on one side, the reconciler on the other."""
