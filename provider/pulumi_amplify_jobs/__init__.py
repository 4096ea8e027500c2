"""AWS Amplify backend jobs as code.

In a Pulumi program:

    import pulumi_amplify_jobs as amplify_jobs

    amplify_jobs.from_config()              # every job of the stack config
    amplify_jobs.BackendJob("unstick", app_id="d2abcdefgh1234", backend_environment_name="prod",
                            job_id="4f1c", status="FAILED")
"""

from .errors import AmplifyJobsError, ConfigError
from .resources import BackendJob, WaitArgs, WhenArgs, from_config

__all__ = [
    "AmplifyJobsError",
    "BackendJob",
    "ConfigError",
    "WaitArgs",
    "WhenArgs",
    "from_config",
]
