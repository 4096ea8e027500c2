"""A team's own program: a rule in Python, beside those of the stack config."""

import pulumi

import pulumi_amplify_jobs as amplify_jobs

# In Python: app IDs may be outputs of other resources.
pushes = amplify_jobs.BackendJobRule(
    "no-stuck-pushes",
    apps=["d1shop01234567"],
    environments=["prod"],
    match={"status": "RUNNING", "operation": "UpdateBackendAPI", "older_than": "6h"},
    set={"status": "FAILED"},
    limit=5,
)

# In YAML: the rules and jobs of stack config.
declared = amplify_jobs.declare_config()

pulumi.export("settledPushes", pushes.settled)
pulumi.export("settled", {name: rule.settled for name, rule in declared.rules.items()})
