"""A resource whose provider makes no call and decides nothing."""

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider


class Provider(ResourceProvider):
    """The least that the SDK asks for."""

    serialize_as_secret_always = False

    def diff(self, _id, _olds, _news):
        """Say that nothing differs."""
        return DiffResult(changes=False)

    def create(self, props):
        """Record what is declared."""
        return CreateResult(f"{props['app_id']}/{props['job_id']}", props)

    def read(self, id_, props):
        """Return what is recorded."""
        return ReadResult(id_, props)


class Job(Resource, module="bench", name="Job"):
    """Four properties, no outputs."""

    def __init__(self, name, **inputs):
        super().__init__(Provider(), name, inputs)
