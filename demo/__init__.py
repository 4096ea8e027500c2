"""The whole story on one screen: a stuck job, its preview, its update, its drift and its end."""

import pulumi_amplify_jobs.testing  # noqa: F401 (first: it keeps gRPC's log quiet)
