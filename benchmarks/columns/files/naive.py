"""A resource as one writes it first: each method makes the call that it needs."""

from functools import cache

from pulumi.dynamic import (
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)


@cache
def client():
    """Return one client for the process, which its threads share."""
    import boto3

    return boto3.client("amplifybackend")


def key_of(props):
    """Return the arguments that name a job."""
    return {
        "AppId": props["app_id"],
        "BackendEnvironmentName": props["backend_environment_name"],
        "JobId": props["job_id"],
    }


class Provider(ResourceProvider):
    """One GetBackendJob for each job, and an UpdateBackendJob for each that differs."""

    serialize_as_secret_always = False

    def create(self, props):
        """Adopt a job: update it where it differs."""
        if client().get_backend_job(**key_of(props))["Status"] != props["status"]:
            client().update_backend_job(**key_of(props), Status=props["status"])
        return CreateResult(f"{props['app_id']}/{props['job_id']}", props)

    def read(self, id_, props):
        """Return the live status."""
        live = client().get_backend_job(**key_of(props))["Status"]
        return ReadResult(id_, {**props, "status": live})

    def diff(self, _id, olds, news):
        """Compare what was read with what is declared."""
        return DiffResult(changes=olds["status"] != news["status"])

    def update(self, _id, _olds, news):
        """Update a job."""
        client().update_backend_job(**key_of(news), Status=news["status"])
        return UpdateResult(news)


class Job(Resource, module="bench", name="Job"):
    """Four properties, no outputs."""

    def __init__(self, name, **inputs):
        super().__init__(Provider(), name, inputs)
