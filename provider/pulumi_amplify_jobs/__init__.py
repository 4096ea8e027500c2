"""AWS Amplify backend jobs as code.

In a Pulumi program:

    import pulumi_amplify_jobs as amplify_jobs

    amplify_jobs.from_config()              # every job and rule of the stack config
    amplify_jobs.BackendJob("unstick", app_id="d2abcdefgh1234", backend_environment_name="prod",
                            job_id="4f1c", status="FAILED")
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .errors import AmplifyJobsError, ConfigError

if TYPE_CHECKING:
    from .job_resource import BackendJob, LatestArgs, LatestIdArgs, WaitArgs, WhenArgs
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
    "WaitArgs",
    "WhenArgs",
    "declare_config",
    "from_config",
]


_MODULES = {
    "resources": ("Declared", "declare_config", "from_config"),
    "job_resource": ("BackendJob", "LatestArgs", "LatestIdArgs", "WaitArgs", "WhenArgs"),
    "rule_resource": ("BackendJobRule", "RuleAppsArgs", "RuleMatchArgs", "RuleSetArgs"),
}


def __getattr__(name: str) -> object:
    """Load the resources on first use: the commands start without Pulumi's SDK."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
