"""AWS Amplify backend jobs as code.

In a Pulumi program:

    import pulumi_amplify_jobs as amplify_jobs

    amplify_jobs.from_config()              # every job and rule of the stack config
    amplify_jobs.BackendJob("unstick", app_id="d2abcdefgh1234", backend_environment_name="prod",
                            job_id="4f1c", status="FAILED")
"""

TYPE_CHECKING = False  # typing's own would cost a command half of its time until it can be ended
if TYPE_CHECKING:
    from .errors import AmplifyJobsError, ConfigError
    from .job_resource import (
        BackendJob,
        LatestArgs,
        LatestIdArgs,
        Target,
        TargetRole,
        WaitArgs,
        WhenArgs,
    )
    from .resources import Declared, declare_config, from_config
    from .rule_resource import BackendJobRule, RuleAppsArgs, RuleMatchArgs, RuleSetArgs

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
    "Target",
    "TargetRole",
    "WaitArgs",
    "WhenArgs",
    "declare_config",
    "from_config",
]


def __getattr__(name: str) -> object:
    """Load on first use: the commands start without Pulumi's SDK."""
    from importlib import import_module

    if name in __all__:
        for module in ("errors", "job_resource", "resources", "rule_resource"):
            found = vars(import_module(f".{module}", __name__)).get(name)
            if found is not None:
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
