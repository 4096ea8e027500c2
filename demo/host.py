"""The story told by the testing host, where there is no Pulumi CLI to be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.errors import ConfigError
from pulumi_amplify_jobs.testing import Host, HostError, Result

from . import results
from .processes import Processes
from .project import STACK, Project
from .story import Step, StoryError, drift

PROMPT = ">>>"


def open_host(project: Project) -> Host:
    """Return a testing host for the project's stack. Raises StoryError where it can't run it."""
    try:
        return Host(project.folder, stack=STACK)
    except (HostError, ConfigError) as error:
        raise StoryError(f"the testing host can't run the project: {error}") from None


def host_steps(processes: Processes, host: Host, emulator: Emulator) -> list[Step]:
    """Return the story's steps."""
    run = partial(_run, processes, host)
    preview, up = partial(run, host.preview), partial(run, host.up)
    return [*_first_steps(preview, up), *_drift_steps(preview, up, emulator), _last_step(run, host)]


def _first_steps(preview: Callable[..., None], up: Callable[..., None]) -> list[Step]:
    adopted = dict.fromkeys(("unstick-push", "models", "auth"), "create")
    return [
        Step(
            "The first preview: what is there now, and what `up` would do",
            "The preview reads the live jobs. `plan` says from what to what each changes, "
            "or why it is left alone. Nothing is written.",
            "host.preview()",
            partial(preview, adopted),
            updates=0,
            prompt=PROMPT,
        ),
        Step(
            "The first up: one update, for the one job that needs it",
            "Pulumi's create adopts a job that exists. Only the stuck one differs.",
            "host.up()",
            partial(up, adopted),
            updates=1,
            prompt=PROMPT,
        ),
        Step(
            "The second up: nothing to do",
            "Every job is as declared or left alone, so no update is made.",
            "host.up()",
            partial(up, {}),
            updates=0,
            prompt=PROMPT,
        ),
    ]


def _drift_steps(
    preview: Callable[..., None], up: Callable[..., None], emulator: Emulator
) -> list[Step]:
    drifted = {"unstick-push": "update"}
    return [
        Step(
            "Drift: the push is RUNNING again, and the preview shows it",
            "Somebody retried the push behind Pulumi's back, and it hangs again. "
            "The preview compares with the live job, not only with what Pulumi remembers.",
            "host.preview()",
            partial(preview, drifted),
            updates=0,
            before=partial(drift, emulator),
            prompt=PROMPT,
        ),
        Step(
            "Up again: the drift is undone",
            "Exactly what the preview showed.",
            "host.up()",
            partial(up, drifted),
            updates=1,
            prompt=PROMPT,
        ),
    ]


def _last_step(run: Callable[..., None], host: Host) -> Step:
    return Step(
        "Destroy: Pulumi forgets the jobs",
        "AWS has no call that deletes a job. The jobs stay as they are; no update is made.",
        "host.destroy()",
        partial(run, host.destroy, dict.fromkeys(("auth", "models", "unstick-push"), "delete")),
        updates=0,
        prompt=PROMPT,
    )


def _run(
    processes: Processes, host: Host, work: Callable[[], Result], expected: Mapping[str, str]
) -> None:
    """Run a step and show what came of it. Raises StoryError where that is not what was told."""
    try:
        result = processes.call(work, host.interrupt)
    except (HostError, ConfigError) as error:
        raise StoryError(str(error)) from None
    results.show(result)
    if result.changes != expected:
        raise StoryError(f"the changes are {result.changes}, not {expected}")
