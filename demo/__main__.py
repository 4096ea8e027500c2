"""Run the demo: `make demo`, or `python -m demo` in the repository's folder.

It takes the `pulumi` on PATH. Where there is none it fetches one, into AMPLIFY_JOBS_DEMO_CLI or the
virtual environment; OFFLINE=1 skips that, and the commands of this package tell the story instead.
Nothing outside a temporary folder is touched, and no AWS account is needed.
"""

from __future__ import annotations

import os
import sys
import time

from pulumi_amplify_jobs.emulator import Emulator, EmulatorError

from . import screen
from .commands import command_steps
from .engine import HOW_TO_GET_IT, NoEngineError, engine_steps, find_engine
from .processes import Processes, Signals, StoppedError
from .project import Project, temporary_project
from .story import Step, StoryError, introduce, seed, stack_config, tell

FAILED = 1
SIGNALLED = 128


def main() -> int:
    """Run the story; return the exit code: 0 when it went as told."""
    signals = Signals()
    # A character that the terminal's encoding lacks is no reason to fail.
    getattr(sys.stdout, "reconfigure", lambda **_: None)(errors="replace")
    try:
        _tell_story(Processes(signals))
    except StoppedError as stopped:
        print(f"stopped by {stopped}: all that the demo started is gone", file=sys.stderr)
        return SIGNALLED + stopped.number
    except BrokenPipeError:
        # Nobody reads any more. The interpreter would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (StoryError, EmulatorError, OSError) as error:
        print(f"the demo failed: {error}", file=sys.stderr)
        return FAILED
    return 0


def _tell_story(processes: Processes) -> None:
    with Emulator(seed=seed(time.time())) as emulator:
        config = stack_config(emulator.url)
        with temporary_project(config) as project:
            introduce(emulator, config)
            steps = _steps(processes, project, emulator)
            tell(steps, emulator)


def _steps(processes: Processes, project: Project, emulator: Emulator) -> list[Step]:
    """Return the story's steps: Pulumi's, or those of our commands where there is no Pulumi."""
    try:
        engine = find_engine(processes, project.folder.parent)
    except NoEngineError as error:
        screen.say(f"{error} (get it: {HOW_TO_GET_IT}): amplify-jobs tells the story")
        return command_steps(processes, project, emulator)
    screen.paragraph(f"Pulumi {engine.version} tells the story, with this repository's program.")
    return engine_steps(engine, project, emulator)


if __name__ == "__main__":
    sys.exit(main())
