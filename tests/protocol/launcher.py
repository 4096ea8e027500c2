"""Plugins whose engine hands them other config than the stack's file has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.runtime.rpc import is_rpc_secret

from pulumi_amplify_jobs.testing.plugin import Plugin
from pulumi_amplify_jobs.testing.project import environment
from pulumi_amplify_jobs.testing.resources import provider_urn
from pulumi_amplify_jobs.testing.wire import config_text

from .calls import JobCalls
from .resources import PROJECT, STACK


@dataclass
class Launcher:
    """Starts plugins in a project's folder, and ends them all."""

    engine: str
    """The address of the engine's own service."""
    project: Path
    _plugins: list[Plugin] = field(default_factory=list)

    def __call__(self, config: Mapping[str, Any], *, stack_file: str) -> JobCalls:
        """Start a plugin next to this stack file, and configure it; values may be secret."""
        (self.project / f"Pulumi.{STACK}.yaml").write_text(stack_file)
        plugin = Plugin(self.engine, self.project, environment(PROJECT, None, {}))
        self._plugins.append(plugin)
        values = {
            key: value if is_rpc_secret(value) else config_text(value)
            for key, value in config.items()
        }
        plugin.provider.configure(values, provider_urn(STACK, PROJECT))
        return JobCalls(plugin)

    def stop(self) -> None:
        """End every process that was started; none may need force."""
        last_words = [plugin.stop() for plugin in self._plugins]
        assert not any(last_words), "\n".join(last_words)
