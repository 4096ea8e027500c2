"""A job as a command that runs when its resource is made, and again when its status changes."""

import pulumi


class Job(pulumi.CustomResource):
    """What pulumi-command's own SDK registers as `local.Command`."""

    def __init__(self, name, app_id, backend_environment_name, job_id, status):
        command = (
            "aws amplifybackend update-backend-job"
            f" --app-id '{app_id}' --backend-environment-name '{backend_environment_name}'"
            f" --job-id '{job_id}' --status '{status}'"
        )
        super().__init__(
            "command:local:Command",
            name,
            {"create": command, "update": command, "triggers": [status]},
        )
