"""The program of the stack `program`: secrets, ignored changes, a component, a rule of its own."""

import pulumi

from pulumi_amplify_jobs import BackendJob, BackendJobRule

APP = "d2abcdefgh1234"


class Ops(pulumi.ComponentResource):
    """Holds a job below itself."""

    def __init__(self, name: str) -> None:
        super().__init__("ops:index:Ops", name)
        below = pulumi.ResourceOptions(parent=self)
        BackendJob(
            "below",
            app_id=APP,
            backend_environment_name="prod",
            job_id="4",
            status="FAILED",
            opts=below,
        )
        self.register_outputs({})


Ops("ops")
first = BackendJob(
    "secret-status",
    app_id=APP,
    backend_environment_name="prod",
    job_id="1",
    status=pulumi.Output.secret("SECRET_STATUS"),
)
BackendJob(
    "secret-when",
    app_id=APP,
    backend_environment_name="prod",
    job_id="2",
    status="FAILED",
    when={"status": pulumi.Output.secret("SECRET_WHEN")},
)
BackendJob(
    "ignored",
    app_id=APP,
    backend_environment_name="prod",
    job_id="3",
    status="FAILED",
    opts=pulumi.ResourceOptions(ignore_changes=["status"]),
)
BackendJob(
    "late",
    app_id=APP,
    backend_environment_name="prod",
    job_id=first.id.apply(lambda _: "5"),
    status="FAILED",
)
BackendJobRule(
    "stuck",
    apps=["*"],
    environments=["*"],
    match={"status": "RUNNING", "older_than": "6h"},
    set={"status": "FAILED"},
    limit=5,
    except_=[first.id, f"{APP}/prod/*"],
)
pulumi.export("late-id", first.id)
