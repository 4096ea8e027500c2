"""The testing host: a stack's life without a Pulumi CLI."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .calls import Call
from .deployment import PreviewExecutor, UpdateExecutor
from .plugin import Plugin, Plugins
from .program import Program, Stack
from .project import Project, environment
from .resources import Resource, Snapshot, labels, provider_urn
from .results import HostError, Journal, Line, Result, RunFailedError
from .run import Run
from .services import EngineService, serving


class Host:
    """Runs a Pulumi program and its dynamic providers, in the engine's order of calls.

    For tests and demos only: it knows dynamic resources and components, keeps its state in memory
    and has no plans, policies, imports or backends. For everything else there is `pulumi` itself.

    The program and the SDK's plugin (`python -m pulumi.dynamic`) run as processes of this Python.
    Each of `preview`, `up`, `refresh` and `destroy` starts its own and ends them.
    """

    def __init__(
        self,
        project: str | Path = ".",
        *,
        stack: str = "dev",
        endpoint: str | None = None,
        config: Mapping[str, Any] | None = None,
        references: Mapping[str, Mapping[str, Any]] | None = None,
        environment: Mapping[str, str] | None = None,
        program: Program | None = None,
    ) -> None:
        """Open a stack without resources.

        `project` is a folder with a Pulumi.yaml, or one below it. `endpoint` is the URL of an
        emulator. `config` stands on top of what Pulumi.<stack>.yaml says, and may be changed
        between runs. `references` are the outputs of other stacks, by the names that the program's
        StackReferences give them. `environment` is added to that of all processes. `program` is
        run instead of the project's own. Raises ConfigError and HostError.
        """
        self.project = Project.at(Path(project), stack)
        self._provider_urn = provider_urn(self.project.stack, self.project.name)
        self.endpoint = endpoint
        self.config = dict(config or {})
        self.references = dict(references or {})
        self.secret_keys: set[str] = set()
        """The keys of `config` that the stack holds as secrets."""
        self.environment = dict(environment or {})
        self.program: Program = program or self.project.program
        self.calls: list[Call] = []
        """The provider calls of the last run, in the order in which they ended."""
        self.snapshot = Snapshot()
        self._journal = Journal()
        self._current: Run | None = None
        self._plugins: list[Plugin] = []
        self._held = ExitStack()
        self._scratch = Path(self._held.enter_context(tempfile.TemporaryDirectory()))
        self._engine = self._held.enter_context(serving(EngineService(lambda: self._journal)))

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes. Twice does no harm. Raises HostError where one had to be killed."""
        words = [plugin.stop() for plugin in self._plugins]
        self._plugins.clear()
        self._held.close()
        if any(words):
            raise HostError("a provider's process did not end:\n" + "\n".join(filter(None, words)))

    def interrupt(self) -> None:
        """Have the run in another thread fail: its program and its providers are to end now."""
        if self._current is not None:
            self._current.stop()

    @property
    def resources(self) -> dict[str, Resource]:
        """The state: every custom resource by its name, as on the wire."""
        names = labels(self.snapshot.resources)
        items = self.snapshot.resources.items()
        return {names[urn]: resource for urn, resource in items if resource.goal.custom}

    def preview(self, *, refresh: bool | None = None) -> Result:
        """Plan, as `pulumi preview`; the state stays as it is.

        `refresh` is Pulumi's option of the name; without it Pulumi.yaml decides. Raises
        RunFailedError, which holds the result so far.
        """
        return self._declare(self.snapshot.copy(), PreviewExecutor(), refresh)

    def up(self, *, refresh: bool | None = None) -> Result:
        """Do what is needed, as `pulumi up --yes --skip-preview`; the state is kept.

        That is so also when it raises RunFailedError: what was done stays done.
        """
        return self._declare(self.snapshot, UpdateExecutor(), refresh)

    def refresh(self) -> Result:
        """Read every resource and keep what was found, as `pulumi refresh --yes`."""
        return self._run(self.snapshot, lambda run: run.refresh())

    def destroy(self, *, refresh: bool | None = None) -> Result:
        """Delete every resource, as `pulumi destroy --yes`."""

        def work(run: Run) -> None:
            if self._refreshes(refresh):
                run.refresh()
            run.destroy()

        return self._run(self.snapshot, work)

    def plugin(self) -> Plugin:
        """Start a provider's process with the stack's config, for calls of a test's own."""
        stack = self._stack()
        plugin = self._started()
        plugin.configure(stack.config, self._provider_urn)
        return plugin

    def _refreshes(self, given: bool | None) -> bool:
        return self.project.always_refreshes if given is None else given

    def _declare(
        self, snapshot: Snapshot, executor: PreviewExecutor, refresh: bool | None
    ) -> Result:
        first = self._refreshes(refresh)
        return self._run(snapshot, lambda run: run.declare(self.program, executor, refresh=first))

    def _run(self, snapshot: Snapshot, work: Callable[[Run], str | None]) -> Result:
        self.calls.clear()
        self._journal = Journal()
        stack = self._stack()
        plugins = Plugins(self._started, self._provider_urn)
        self._current = Run(stack, snapshot, plugins, self._journal)
        try:
            printed = work(self._current)
        finally:
            self._current = None
            plugins.end()
        result = self._journal.result(printed or "")
        if result.errors:
            raise RunFailedError(result)
        return result

    def _stack(self) -> Stack:
        config = self.project.config(self.config, self.endpoint)
        self._environment = {
            **environment(self.project.name, self.endpoint, self.environment),
            **config.written(self._scratch, self.project.stack),
        }
        return Stack(
            project=self.project.name,
            name=self.project.stack,
            root=self.project.root,
            config=config.texts,
            secret_keys=self.secret_keys,
            references=self.references,
            environment=self._environment,
            engine=self._engine,
        )

    def _started(self) -> Plugin:
        folder = self.project.program.folder
        plugin = Plugin(
            self._engine, folder, self._environment, self.calls.append, self._note_print
        )
        self._plugins.append(plugin)
        return plugin

    def _note_print(self, text: str) -> None:
        """Note what a provider printed, as the engine shows it."""
        self._journal.lines.append(Line("info", text))
