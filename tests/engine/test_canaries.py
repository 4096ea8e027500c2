"""Canaries under the engine: in no output, log, state, history, report or comment a credential."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pulumi_amplify_jobs.cli import cli
from tests.canaries import (
    ALWAYS,
    BORROWED,
    CANARIES,
    ENDPOINT,
    EXTERNAL_ID,
    KEYS,
    KINDS,
    NOISE,
    STATUS,
    leaks,
    place_in,
)
from tests.client.places import ROLE, Place
from tests.client.scripted import Reply, Request
from tests.engine.project import TIMEOUT, Project
from tests.github.stand_in import GitHub, github
from tests.samples import APP, CREATED, ENVIRONMENT

HANDED_OVER = re.compile(r"\b(Unm|M)arshaling property for RPC\[")


@dataclass
class Pipeline:
    """A pipeline's step with secrets around it; keeps all that anybody could read."""

    project: Project
    place: Place
    hub: GitHub
    shown: dict[str, str] = field(default_factory=dict)
    sealed: list[str] = field(default_factory=list)

    def arrange(self, situation: Callable[[Place], None], jobs: dict[str, Any]) -> None:
        """Set the stage."""
        situation(self.place)
        for variable, value in self.place.environment.items():
            self.project.environment.pop(variable, None)
            if value is not None:
                self.project.environment[variable] = value
        ours = {
            key.removeprefix("amplify-jobs:"): value
            for key, value in self.place.config.items()
            if key.startswith("amplify-jobs:")
        }
        self.project.configure(jobs, **ours)

    def seal(self, path: str, value: str) -> None:
        """Encrypt a value of the stack's config."""
        self.sealed.append(value)
        self.project.pulumi("config", "set", "--path", "--secret", path, value, expect=0)

    def pulumi(self, *arguments: str) -> str:
        """Run the CLI with its verbose log in a file, and return what it printed to stdout."""
        logs = self.place.folder / "logs" / str(len(self.shown))
        logs.mkdir(parents=True)
        run = subprocess.run(
            ["pulumi", "--non-interactive", "--color", "never", *arguments, "-v=9"],
            cwd=self.project.folder,
            env={**self.project.environment, "TMPDIR": str(logs)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        name = " ".join(arguments)
        assert name not in self.shown
        self.shown[name] = run.stdout + run.stderr
        written = [path.read_text(errors="replace") for path in logs.glob("pulumi*")]
        assert written, "there is no verbose log"
        self.shown[f"the log of {name}"] = "\n".join(written)
        return run.stdout

    def report(self, preview: str) -> None:
        """Make of a preview all that our commands make of it."""
        step = {
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_REPOSITORY": "octo/shop",
            "GITHUB_REF": "refs/pull/12/merge",
            "GITHUB_STEP_SUMMARY": None,
            "GITHUB_EVENT_PATH": None,
            "GH_TOKEN": None,
            "GITHUB_TOKEN": "ghs_16C7e42F292c6912E7710c838347Ae178B4a",
        }
        for command in (
            ["report"],
            ["report", "--format", "json"],
            ["report", "--format", "html"],
            ["comment", "--stack", "demo/dev"],
        ):
            made = CliRunner().invoke(cli, [*command, "-"], input=preview, env=step)
            assert made.exit_code in (0, 1, 2)
            self.shown[" ".join(command)] = made.output + made.stderr
        self.shown["the comment"] = "\n".join(each["body"] for each in self.hub.comments.values())
        assert self.shown["the comment"]

    def kept(self) -> None:
        """Read the files of the backend and of the CLI: the state, its history, and so on."""
        folder = self.project.folder.parent
        for name in ("state", "home"):
            for path in (folder / name).rglob("*"):
                if path.is_file() and "plugins" not in path.parts:
                    self.shown[str(path)] = path.read_text(errors="replace")

    def found(self) -> dict[str, list[str]]:
        """Return what is shown of canaries, and where."""
        unsealed = set(CANARIES) - set(self.sealed)
        found = {}
        for name, text in self.shown.items():
            # The engine logs what it hands over, with the config's opened values: that is Pulumi's.
            rest = "\n".join(each for each in text.splitlines() if not HANDED_OVER.search(each))
            found[name] = [*leaks(text, unsealed), *leaks(rest, self.sealed)]
        return {name: each for name, each in found.items() if each}


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    place = place_in(tmp_path)
    project = Project.create(tmp_path, "http://127.0.0.1:1", **ALWAYS)
    with github() as hub:
        yield Pipeline(project, place, hub)
    place.close()


def declared(*jobs: str) -> dict[str, Any]:
    return {each: {"jobId": each, "status": "FAILED"} for each in jobs}


def talkative(request: Request) -> Reply:
    """Answer with all that was sent: as the error of a job, in headers, and as the refusal."""
    said = f"{request.path} {json.dumps(dict(request.headers))} {request.body!r}"
    echoed = {"x-amzn-RequestId": request.headers["authorization"], "X-Echo": said}
    job = {
        "appId": APP,
        "backendEnvironmentName": ENVIRONMENT,
        "jobId": request.path.rpartition("/")[2],
        "operation": "UpdateBackendAPI",
        "status": "RUNNING",
        "createTime": CREATED,
        "updateTime": CREATED,
        "error": said,
    }
    if request.path.endswith("/prod"):
        return Reply(200, json.dumps({"jobs": []}).encode(), echoed)
    wanted = json.loads(request.body or b"{}")
    if wanted and "refused" in request.path:
        message = {"message": said, "__type": "BadRequestException"}
        return Reply(400, json.dumps(message).encode(), echoed)
    return Reply(200, json.dumps({**job, **wanted}).encode(), echoed)


def lending(request: Request) -> Reply:
    """Lend credentials as STS does."""
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in BORROWED.items())
    body = (
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>'
        f"<Credentials>{fields}<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        "</AssumeRoleResult></AssumeRoleResponse>"
    )
    return Reply(200, body.encode(), {"Content-Type": "text/xml"})


def by_process(place: Place) -> None:
    """Keys come from a process that also says a password, and a role is assumed with them."""
    answer = {
        "Version": 1,
        "AccessKeyId": KEYS["access_key"],
        "SecretAccessKey": KEYS["secret_key"],
        "SessionToken": KEYS["token"],
    }
    program = f"import sys; print({NOISE!r}, file=sys.stderr); print({json.dumps(answer)!r})"
    place.process(program)
    place.environment["AWS_ENDPOINT_URL_STS"] = place.serve(lending)
    role = {"roleArn": ROLE, "externalId": EXTERNAL_ID}
    place.config["amplify-jobs:assumeRoles"] = [role]
    place.backend(talkative)


SEALED = "amplify-jobs:assumeRoles[0].externalId"


@pytest.mark.parametrize("debug", ["", "1"], ids=["plain", "debug"])
def test_a_service_that_repeats_all_that_it_is_sent(pipeline: Pipeline, debug: str) -> None:
    pipeline.arrange(by_process, declared("taken", "refused"))
    pipeline.seal(SEALED, EXTERNAL_ID)
    for name in ("taken", "refused"):
        pipeline.seal(f"amplify-jobs:jobs.{name}.status", STATUS)
    pipeline.project.environment["AMPLIFY_JOBS_DEBUG"] = debug
    pipeline.pulumi("preview", "--diff")
    pipeline.report(pipeline.pulumi("preview", "--json"))
    up = pipeline.pulumi("up", "--yes", "--continue-on-error")
    assert "taken created" in up
    assert "the service refuses the request" in up
    pipeline.pulumi("stack", "export")
    pipeline.kept()
    assert "BackendJob" in pipeline.shown["the log of preview --diff"]
    assert pipeline.found() == {}


@pytest.mark.parametrize("kind", [each for each in KINDS if each != "user info of an endpoint"])
def test_no_kind_of_credential_is_shown(pipeline: Pipeline, kind: str) -> None:
    pipeline.arrange(KINDS[kind], declared("4f1c"))
    if "amplify-jobs:assumeRoles" in pipeline.place.config:
        pipeline.seal(SEALED, EXTERNAL_ID)
    preview = pipeline.pulumi("preview", "--json")
    assert "error" in preview
    pipeline.report(preview)
    pipeline.pulumi("up", "--yes", "--skip-preview")
    pipeline.kept()
    assert pipeline.found() == {}


def test_credentials_in_the_stacks_config(pipeline: Pipeline) -> None:
    pipeline.arrange(KINDS["keys of the environment"], declared("4f1c"))
    pipeline.seal("aws:accessKey", KEYS["access_key"])
    pipeline.seal("aws:secretKey", KEYS["secret_key"])
    pipeline.seal("aws:token", KEYS["token"])
    pipeline.seal("amplify-jobs:endpoint", f"http://{ENDPOINT}@127.0.0.1:1")
    pipeline.seal("amplify-jobs:jobs.4f1c.timeout", NOISE)
    preview = pipeline.pulumi("preview", "--json")
    pipeline.report(preview)
    pipeline.pulumi("up", "--yes", "--skip-preview")
    pipeline.kept()
    assert "aws:secretKey" in preview
    assert pipeline.found() == {}
