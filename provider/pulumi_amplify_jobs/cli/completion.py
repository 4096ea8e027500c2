"""`amplify-jobs completion`: the script that makes a shell complete the commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .errors import DONE
from .lazy_group import PlainEpilog

SHELLS = ("bash", "zsh", "fish")

EPILOG = """
Put it where your shell finds it, then start a new shell:
  bash  amplify-jobs completion bash \\
          > ~/.local/share/bash-completion/completions/amplify-jobs
  zsh   amplify-jobs completion zsh > "${fpath[1]}/_amplify-jobs"
  fish  amplify-jobs completion fish \\
          > ~/.config/fish/completions/amplify-jobs.fish

Or try it in this shell only:
  bash  eval "$(amplify-jobs completion bash)"
  zsh   eval "$(amplify-jobs completion zsh)"
  fish  amplify-jobs completion fish | source

Exit codes:
  0  done
  1  an error
"""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the script that makes a shell complete commands, options and their values.

    It completes the names of stacks, known statuses and operations, and files.
    """
    program = context.find_root()
    name = str(program.info_name)
    variable = f"_{name}_COMPLETE".replace("-", "_").upper()
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 (click has all three)
    click.echo(kind(program.command, {}, name, variable).source())
    return DONE
