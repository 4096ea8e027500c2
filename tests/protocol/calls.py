"""Single calls to a plugin process, by the job's name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pulumi_amplify_jobs.testing.calls import Checked, Difference
from pulumi_amplify_jobs.testing.plugin import Plugin
from pulumi_amplify_jobs.testing.resources import Resource
from pulumi_amplify_jobs.testing.wire import Bag

from .resources import internal, resource, urn


@dataclass(frozen=True)
class JobCalls:
    """A configured plugin. Its answers come back as the state would hold them."""

    plugin: Plugin

    def check(self, name: str, olds: Bag, declared: Bag) -> Checked:
        """Check declared inputs against the old inputs."""
        news = {**declared, **internal(name)}
        return self.plugin.provider.check(urn(name), olds, news)

    def diff(self, old: Resource, news: Bag) -> Difference:
        """Compare the state with checked inputs."""
        return self.plugin.provider.diff(old, news)

    def create(self, name: str, inputs: Bag) -> Resource:
        """Create a resource from checked inputs."""
        live = self.plugin.provider.create(urn(name), inputs)
        return resource(name, live.id, inputs, live.outputs)

    def read(self, old: Resource) -> Resource:
        """Refresh a resource; where the answer has no inputs, the old ones stay."""
        live = self.plugin.provider.read(old)
        inputs = old.inputs if live.inputs is None else live.inputs
        return replace(old, id=live.id, outputs=live.outputs, inputs=inputs)

    def update(self, old: Resource, news: Bag) -> Resource:
        """Update a resource to checked inputs."""
        live = self.plugin.provider.update(old, news)
        return replace(old, outputs=live.outputs, inputs=news)

    def delete(self, old: Resource) -> None:
        """Delete a resource."""
        self.plugin.provider.delete(old)
