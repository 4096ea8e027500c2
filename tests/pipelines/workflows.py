"""The workflows of the examples, and a runner for the shell of their jobs.

The runner knows as much of GitHub Actions as these workflows use: `if:` with status functions,
`env:`, step outputs and outcomes, the step summary. A step that `uses:` something is only noted.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EXAMPLE_WORKFLOWS = sorted(EXAMPLES.glob("*/.github/workflows/*.yml"))
WORKFLOWS = [*EXAMPLE_WORKFLOWS, *OWN]
ACTIONS = sorted(EXAMPLES.glob("*/.github/actions/*/action.yml"))
TIME_LIMIT = 240.0

SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]}
"""What GitHub runs a step's script with, by `shell:`. Source: its workflow syntax, `shell`."""

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
STATUS = re.compile(r"\b(success|failure|always|cancelled)\(\)")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def workflow(name: str) -> dict[str, Any]:
    """Return a workflow by its file's name."""
    [path] = [each for each in WORKFLOWS if each.name == name]
    return load(path)


def load(path: Path) -> dict[str, Any]:
    content: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["on"] = content.pop(True, None)  # YAML 1.1 takes `on` for a boolean
    return content


def jobs_of(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from load(path)["jobs"].items()


def steps_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the steps of a workflow's jobs, or of an action."""
    content = load(path)
    for part in content["jobs"].values() if "jobs" in content else [content["runs"]]:
        yield from part["steps"]


DOWNLOAD = """
to=.
while [ $# -gt 0 ]; do [ "$1" = --dir ] && to=$2; shift; done
mkdir -p "$to/jobs" && echo "planted: {}" > "$to/jobs/planted.yaml" && cp %s "$to/plan.json"
"""
"""What `gh run download` does with one name, in bash: there is no folder of that name, and whoever
uploaded the files chose their names (cli/cli, `download.go`)."""


@dataclass
class Run:
    """What became of a job: each step's outcome and outputs, the step summary, and the log."""

    outcomes: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    summary: str = ""
    log: str = ""

    @property
    def failed(self) -> bool:
        return "failure" in self.outcomes.values()


def run_job(
    name: str,
    job: str,
    folder: Path,
    environment: Mapping[str, str],
    variables: Mapping[str, str] | None = None,
) -> Run:
    """Run a job's scripts in a folder, which is the checkout, one after the other.

    `variables` are the repository's; any other expression in an `env:` is made up.
    """
    content = workflow(name)
    run = Run()
    shared = {**content.get("env", {}), **content["jobs"][job].get("env", {})}
    shell = SHELLS[content["defaults"]["run"]["shell"]]
    for step in content["jobs"][job]["steps"]:
        key = step.get("id") or _label(step)
        if not _holds(step.get("if", "success()"), run, folder):
            run.outcomes[key] = "skipped"
        elif "uses" in step:
            run.outcomes[key] = "success"
        else:
            written = {**shared, **step.get("env", {})}
            own = {name: _filled(text, variables or {}) for name, text in written.items()}
            _run_script(key, step["run"], shell, run, folder, {**environment, **own})
    return run


def _filled(text: str, variables: Mapping[str, str]) -> str:
    """Return an `env:` value with its expressions filled in."""
    return EXPRESSION.sub(
        lambda match: variables.get(match[1].strip().removeprefix("vars."), "made-up"), text
    )


def _label(step: Mapping[str, Any]) -> str:
    if "uses" not in step:
        return str(step["run"]).split()[0]
    options = step.get("with", {})
    label = step["uses"].split("@")[0].split("/")[-1]
    return f"{label} {options['path']}" if "path" in options else label


def _holds(condition: str, run: Run, folder: Path) -> bool:
    """Say whether a step's `if:` holds; without a status function, only after successes."""
    text = EXPRESSION.sub(r"\1", condition).strip()
    if not STATUS.search(text):
        text = f"success() && ({text})"
    text = re.sub(r"!(?!=)", " not ", text.replace("&&", " and ").replace("||", " or "))
    names: dict[str, Callable[..., Any] | SimpleNamespace] = {
        "success": lambda: not run.failed,
        "failure": lambda: run.failed,
        "cancelled": lambda: False,
        "hashFiles": lambda file: "made-up" if (folder / file).exists() else "",
        "steps": SimpleNamespace(
            **{
                key: SimpleNamespace(
                    outcome=outcome, outputs=SimpleNamespace(**run.outputs.get(key, {}))
                )
                for key, outcome in run.outcomes.items()
                if key.isidentifier()
            }
        ),
    }
    return bool(eval(text, {"__builtins__": {}}, names))


def _run_script(
    key: str, script: str, shell: list[str], run: Run, folder: Path, environment: Mapping[str, str]
) -> None:
    temporary = folder.parent / "runner"
    temporary.mkdir(exist_ok=True)
    files = {name: temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
    (temporary / "script.sh").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [*shell, str(temporary / "script.sh")],
        cwd=folder,
        env={
            **environment,
            **{name: str(file) for name, file in files.items()},
            "RUNNER_TEMP": str(temporary),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    run.outcomes[key] = "failure" if done.returncode else "success"
    lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
    run.outputs[key] = dict(line.split("=", 1) for line in lines)
    run.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    run.log += done.stdout


@dataclass(frozen=True)
class Programs:
    """A folder that stands first on PATH, and a list of the calls of what stands in it."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.folder}{os.pathsep}{os.defpath}", "HOME": str(self.folder)}

    def add(self, name: str, script: str) -> None:
        """Put a program in the place of another. The script is bash's; its calls are noted."""
        noted = f'#!/usr/bin/env bash\necho "{name} $*" >> "{self.folder}/calls"\n'
        (self.folder / name).write_text(noted + script, encoding="utf-8")
        (self.folder / name).chmod(0o755)

    @property
    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
