"""A team's own program: Amplify backend jobs beside whatever else it declares."""

import pulumi

import pulumi_amplify_jobs as amplify_jobs

config = pulumi.Config()
app = pulumi.StackReference("app", stack_name=config.require("appStack"))

# In Python: the app's ID is an output of the stack that owns the app.
push = amplify_jobs.BackendJob(
    "unstick-push",
    app_id=app.require_output("appId"),
    backend_environment_name=app.require_output("backendEnvironmentName"),
    job_id=config.require("stuckJob"),
    status="FAILED",
    when={"status": "RUNNING"},
)

# In YAML: the jobs of stack config, once the push is out of their way.
jobs = amplify_jobs.from_config(pulumi.ResourceOptions(depends_on=[push]))

pulumi.export("pushStatus", push.status)
pulumi.export("statuses", {name: job.status for name, job in jobs.items()})
