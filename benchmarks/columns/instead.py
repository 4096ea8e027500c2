"""What people use instead: loops around the calls, and Terraform around the AWS CLI."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from ..running.commands import Command
from ..world import WANTED, Phase, World
from .column import PREVIEWS, UPS, Column, Project
from .folders import FILES, environment, needs


def _boto3(threads: int, folder: Path, world: World) -> Project:
    folder.mkdir()
    world.write_json(folder / "jobs.json")
    script = (sys.executable, str(FILES / "loop.py"), "jobs.json", WANTED, str(threads))
    return _looping(script, folder, world)


def _aws_cli(folder: Path, world: World) -> Project:
    folder.mkdir()
    lines = [f"{world.app} {environment} {job_id}\n" for environment, job_id in world.places()]
    (folder / "jobs.txt").write_text("".join(lines))
    return _looping(("bash", str(FILES / "loop.sh"), "jobs.txt", WANTED), folder, world)


def _looping(script: tuple[str, ...], folder: Path, world: World) -> Project:
    settings = environment(folder, world)
    previews = dict.fromkeys(PREVIEWS, Command((*script, "preview"), folder, settings))
    return Project({**previews, **dict.fromkeys(UPS, Command((*script, "up"), folder, settings))})


def _terraform(folder: Path, world: World) -> Project:
    folder.mkdir()
    world.write_json(folder / "jobs.json")
    shutil.copy(FILES / "main.tf", folder)
    (folder / "terraform.rc").touch()
    (folder / "terraform.tfvars.json").write_text(json.dumps({"status": WANTED}))
    settings = environment(folder, world)
    terraform = partial(_terraform_command, folder, settings)
    subprocess.run(
        terraform("init").arguments, cwd=folder, env=settings, check=True, capture_output=True
    )
    previews: dict[Phase, Command] = dict.fromkeys(PREVIEWS, terraform("plan"))
    ups = dict.fromkeys(UPS, terraform("apply", "-auto-approve"))
    return Project({**previews, **ups}, folder / "terraform.tfstate")


def _terraform_command(folder: Path, settings: dict[str, str], *arguments: str) -> Command:
    return Command(("terraform", *arguments, "-no-color", "-input=false"), folder, settings)


BOTO3_1 = Column(
    "boto3, 1 thread",
    "a Python script that gets each job, and updates it where it differs",
    partial(_boto3, 1),
)
BOTO3_16 = Column("boto3, 16 threads", "the same script with 16 threads", partial(_boto3, 16))
AWS_CLI = Column(
    "AWS CLI",
    "the same in a shell script, with `aws amplifybackend get-backend-job` and "
    "`update-backend-job`",
    _aws_cli,
    partial(needs, "aws"),
)
TERRAFORM = Column(
    "Terraform local-exec",
    "`terraform plan` and `terraform apply -auto-approve` with a `terraform_data` for each job, "
    "which runs the AWS CLI",
    _terraform,
    lambda: needs("terraform") or needs("aws"),
    overlooks=frozenset({Phase.DRIFT_UP}),
)
