"""Run the demo: `make demo`, or `python -m demo` in the repository's folder.

It takes the `pulumi` on PATH. Where there is none it fetches one, into AMPLIFY_JOBS_DEMO_CLI or the
virtual environment; OFFLINE=1 skips that. Without one, the testing host of this package tells the
same story with the same program and provider, and its commands add what needs no Pulumi at all.
Nothing outside a temporary folder is touched, and no AWS account is needed.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack

from pulumi_amplify_jobs.emulator import Emulator, EmulatorError

from . import screen
from .commands import command_steps
from .engine import HOW_TO_GET_IT, NoEngineError, engine_steps, find_engine
from .host import host_steps, open_host
from .processes import Processes, Signals, StoppedError
from .project import temporary_project
from .story import StoryError, introduce, seed, stack_config, tell

STAND_IN = (
    "It runs this repository's program and its provider in the processes that Pulumi would start, "
    "with the calls that Pulumi would make."
)

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
        with temporary_project(config) as project, ExitStack() as held:
            introduce(emulator, config)
            try:
                engine = find_engine(processes, project.folder.parent)
            except NoEngineError as error:
                screen.say(f"{error} (get it: {HOW_TO_GET_IT}): the testing host tells the story")
                screen.paragraph(STAND_IN)
                host = held.enter_context(open_host(project))
                steps = host_steps(processes, host, emulator)
                steps += command_steps(processes, project, emulator)
            else:
                screen.paragraph(f"Pulumi {engine.version} runs this repository's program.")
                steps = engine_steps(engine, project, emulator)
            tell(steps, emulator)


if __name__ == "__main__":
    sys.exit(main())
