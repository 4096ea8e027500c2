"""The CronJob of many-accounts: Kubernetes takes it, and a pod without privileges has a shard."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_amplify_jobs.emulator import Emulator
from tests.updates import written

from .conftest import EXAMPLES, Done, Example

kubernetes_validate = pytest.importorskip(
    "kubernetes_validate", reason="no kubernetes-validate, run make test"
)

FOLDER = EXAMPLES / "many-accounts"
RESOURCES: list[dict[str, Any]] = list(
    yaml.safe_load_all((FOLDER / "kubernetes" / "cronjob.yaml").read_text(encoding="utf-8"))
)
ACCOUNT, CRON_JOB = RESOURCES
JOB = CRON_JOB["spec"]["jobTemplate"]["spec"]
POD = JOB["template"]["spec"]
[CONTAINER] = POD["containers"]
VERSIONS = ("1.28", "1.29", "1.31", "1.33", "1.35", "1.37")
"""The oldest with `backoffLimitPerIndex`, and later ones."""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each["kind"])
def test_kubernetes_takes_it(resource: dict[str, Any], version: str) -> None:
    assert kubernetes_validate.validate(resource, version, strict=True) == version


def test_a_wrong_key_would_be_found() -> None:
    wrong = {**CRON_JOB, "spec": {**CRON_JOB["spec"], "concurencyPolicy": "Forbid"}}
    with pytest.raises(kubernetes_validate.ValidationError, match="concurencyPolicy"):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_runs_do_not_overlap_and_end() -> None:
    spec = CRON_JOB["spec"]
    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("*/15 * * * *", "Forbid")
    assert JOB["activeDeadlineSeconds"] < 15 * 60
    assert (JOB["completionMode"], JOB["backoffLimitPerIndex"]) == ("Indexed", 1)
    assert POD["restartPolicy"] == "Never", "or backoffLimitPerIndex is refused"


def test_the_pod_has_no_privileges() -> None:
    assert POD["securityContext"]["runAsNonRoot"]
    assert POD["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert POD["serviceAccountName"] == ACCOUNT["metadata"]["name"]
    assert not POD["automountServiceAccountToken"]
    assert not {"hostNetwork", "hostPID", "hostIPC", "volumes"} & set(POD)


def test_its_user_is_that_of_the_image() -> None:
    user = f"{POD['securityContext']['runAsUser']}:{POD['securityContext']['runAsGroup']}"
    assert instructions("USER") == [user]


def instructions(name: str) -> list[str]:
    """Return the arguments of each instruction of the container file, in order."""
    return re.findall(rf"^{name} (.+)$", (FOLDER / "Containerfile").read_text(), re.MULTILINE)


def copied() -> dict[str, str]:
    """Return what the image has of the folder, and where."""
    found = {}
    for each in map(shlex.split, instructions("COPY")):
        if not each[0].startswith("--from="):
            found.update(dict.fromkeys(each[:-1], each[-1]))
    return found


@pytest.fixture
def image(example: Example, tmp_path: Path) -> Example:
    """The folder of the image that the command runs in."""
    root = tmp_path / "image"
    for name, target in copied().items():
        place = root / target.lstrip("/")
        if (example.folder / name).is_dir():
            shutil.copytree(example.folder / name, place)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(example.folder / name, place)
    [directory] = instructions("WORKDIR")
    return Example(root / directory.lstrip("/"), example.environment)


def run(image: Example, index: int) -> Done:
    """Run the command of a pod."""
    [script] = CONTAINER["args"]
    program = Path(sys.executable).with_name("amplify-jobs")
    script = script.replace("/venv/bin/amplify-jobs", shlex.quote(str(program)))
    own = {each["name"]: each["value"] for each in CONTAINER["env"]}
    environment = {**image.environment, **own, "JOB_COMPLETION_INDEX": str(index)}
    return Example(image.folder, environment).run(*CONTAINER["command"], script)


@pytest.mark.parametrize("example", ["many-accounts"], indirect=True)
def test_the_pods_have_all_shards(image: Example, emulator: Emulator) -> None:
    assert CONTAINER["env"] == [{"name": "SHARDS", "value": str(JOB["completions"])}]
    for index in range(JOB["completions"]):
        done = run(image, index)
        assert done.code == 0, done.output
    # What is declared by name is for pull requests, not for a schedule.
    assert written(emulator) == {"a1", "b2"}


@pytest.mark.parametrize("example", ["many-accounts"], indirect=True)
def test_a_shard_that_fails_fails_its_pod_alone(image: Example, emulator: Emulator) -> None:
    emulator.fault("denied", account_id="444455556666")
    codes = [run(image, index).code for index in range(JOB["completions"])]
    assert codes == [0, 0, 1, 0]
    assert written(emulator) == {"a1"}


def test_the_build_context_has_what_is_copied_and_no_more() -> None:
    ignored, *kept = (FOLDER / ".dockerignore").read_text().split()
    assert ignored == "*"
    assert set(kept) == {f"!{name}" for name in copied()}


def test_the_image_installs_by_a_pinned_address() -> None:
    [install] = instructions("RUN")
    assert install.endswith("--requirement /requirements.txt")
    assert copied()["requirements.txt"] == "/"
    assert instructions("ARG") == ["AMPLIFY_JOBS_SOURCE"]
