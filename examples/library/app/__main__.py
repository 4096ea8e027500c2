"""Stands for the project that owns the Amplify app, and exports what others need of it."""

import pulumi

# In a real project: pulumi_aws.amplify.App("shop").id
pulumi.export("appId", "d2abcdefgh1234")
pulumi.export("backendEnvironmentName", "prod")
