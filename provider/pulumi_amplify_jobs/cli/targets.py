"""`amplify-jobs targets`: the targets of a stack, and which shard has which."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ..domain.targets import by_shard, shard_of
from ..errors import plural
from .errors import DONE, notify
from .lazy_group import PlainEpilog
from .options import json_option
from .output import json_text, write
from .stack import Stack, StackOptions, stack_options
from .tables import Column, Grid, Line, cell, write_report
from .target_options import TargetOptions, all_target_options, where

EPILOG = """
Examples:
  amplify-jobs targets -s fleet
  amplify-jobs targets -s fleet --shards 16 --json  # the matrix of a pipeline

JSON document (--json), a matrix for GitHub Actions:
  include    without --shards for each target: target, accountId, region, tags,
             jobs and rules (numbers); null where the settings do not say.
             With --shards for each shard that has any: shard (as for --shard),
             targets, jobs, rules

Exit codes:
  0  done
  1  an error
"""

MOST_SHARDS = 1000

LARGEST_MATRIX = 256
"""Jobs that a matrix makes at most in one run of a workflow, says GitHub's reference."""

NAMELESS = "-"
"""Stands for the jobs and rules that have no target."""


@click.command(cls=PlainEpilog, epilog=EPILOG)
@stack_options
@all_target_options
@click.option(
    "--shards",
    metavar="N",
    type=click.IntRange(1, MOST_SHARDS),
    help="Show which of N shards each target belongs to.",
)
@json_option
def targets(
    options: StackOptions, selected: TargetOptions, shards: int | None, as_json: bool
) -> int:
    """Show the targets of a stack, without AWS and without an engine.

    With --shards, the targets are divided into N shards, for --shard of other commands. The name
    alone decides, so adding a target moves no other. Jobs and rules without a target belong to one
    of the shards, too.
    """
    stack = options.read()
    names = [name for name in selected.chosen(stack.config.targets) if name or "" in stack.targets]
    jobs = Counter(each.target for each in stack.config.declared.values())
    rules = Counter(each.rule.target for each in stack.config.rules.values())
    if not as_json:
        _show(stack, names, jobs, rules, shards)
    elif shards is None:
        _write_matrix([_target(stack, name, jobs, rules) for name in names])
    else:
        _write_matrix(_by_shard(names, jobs, rules, shards))
    return DONE


def _write_matrix(entries: Sequence[Mapping[str, Any]]) -> None:
    if len(entries) > LARGEST_MATRIX:
        advice = "use --shards with a smaller number"
        notify("warning", f"GitHub Actions allows {LARGEST_MATRIX} jobs in a matrix: {advice}")
    write(json_text({"include": list(entries)}))


def _target(
    stack: Stack, name: str, jobs: Mapping[str, int], rules: Mapping[str, int]
) -> dict[str, Any]:
    settings = stack.config.settings_by_target[name]
    tags = stack.config.targets[name].tags if name else ()
    return {
        "target": name or None,
        "accountId": settings.account,
        "region": settings.region,
        "tags": dict(tags),
        "jobs": jobs[name],
        "rules": rules[name],
    }


def _by_shard(
    names: Sequence[str], jobs: Mapping[str, int], rules: Mapping[str, int], shards: int
) -> list[dict[str, Any]]:
    return [
        {
            "shard": str(shard),
            "targets": [name for name in found if name],
            "jobs": sum(jobs[name] for name in found),
            "rules": sum(rules[name] for name in found),
        }
        for shard, found in by_shard(names, shards).items()
    ]


def _show(
    stack: Stack,
    names: Sequence[str],
    jobs: Mapping[str, int],
    rules: Mapping[str, int],
    shards: int | None,
) -> None:
    titles = ["Target", "Account and region", "Tags", "Jobs", "Rules"]
    columns = [Column(title) for title in (*titles, *(["Shard"] if shards else []))]
    lines = []
    for name in names:
        target = stack.config.targets.get(name)
        tags = ", ".join(f"{key}={value}" for key, value in target.tags) if target else ""
        texts = [
            name or NAMELESS,
            where(stack.config.settings_by_target[name]),
            tags or "-",
            str(jobs[name]),
            str(rules[name]),
        ]
        if shards:
            texts.append(f"{shard_of(name, shards)}/{shards}")
        lines.append(Line([cell(text) for text in texts]))
    parts = plural(len([name for name in names if name]), "target")
    used = len(by_shard(names, shards)) if shards else 0
    summary = f"{parts} in {used} of {plural(shards, 'shard')}." if shards else f"{parts}."
    write_report(
        sys.stdout, f"Stack {stack.name}", Grid(columns, lines, 0) if lines else None, summary
    )
