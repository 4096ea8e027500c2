"""AWS Amplify backend jobs as code.

In a Pulumi program:

    import pulumi_amplify_jobs as amplify_jobs

    amplify_jobs.from_config()              # every job and rule of the stack config
    amplify_jobs.BackendJob("unstick", app_id="d2abcdefgh1234", backend_environment_name="prod",
                            job_id="4f1c", status="FAILED")
"""

from typing import TYPE_CHECKING

from .errors import AmplifyJobsError, ConfigError

if TYPE_CHECKING:
    from .resources import (
        BackendJob,
        BackendJobRule,
        Declared,
        LatestArgs,
        LatestIdArgs,
        RuleAppsArgs,
        RuleMatchArgs,
        RuleSetArgs,
        WaitArgs,
        WhenArgs,
        declare_config,
        from_config,
    )

__all__ = [
    "AmplifyJobsError",
    "BackendJob",
    "BackendJobRule",
    "ConfigError",
    "Declared",
    "LatestArgs",
    "LatestIdArgs",
    "RuleAppsArgs",
    "RuleMatchArgs",
    "RuleSetArgs",
    "WaitArgs",
    "WhenArgs",
    "declare_config",
    "from_config",
]


def __getattr__(name: str) -> object:
    """Load the resources on first use: the commands start without Pulumi's SDK."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import resources

    return getattr(resources, name)
