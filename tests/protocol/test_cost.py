"""What a run costs, in exact numbers: modules, registered properties, lines, bytes and calls.

Where a test fails, a process loads, registers, sends or records something new: have it only where
it is needed, or change the number here.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import Host
from pulumi_amplify_jobs.testing.wire import Bag

from ..modules import BASE, CLIENT, CONFIG, DECIDING, HEAVY, PACKAGE, unlike
from ..samples import APP, job
from .resources import STACK

ENVIRONMENTS, JOBS = ("dev", "prod"), 30

NOTING = """
import atexit, pathlib, sys

def note():
    kind = "plugin" if "pulumi.dynamic" in sys.orig_argv else "program"
    names = "\\n".join(sys.modules)
    pathlib.Path(__file__).with_name(kind).write_text(names)

atexit.register(note)
"""

PROBING = """
import json, pathlib, pulumi
from pulumi_amplify_jobs.job_resource import BackendJob

made = []
create = BackendJob.__init__
def creating(job, name, **arguments):
    create(job, name, **arguments)
    made.append(sorted(k for k, v in job.__dict__.items() if isinstance(v, pulumi.Output)))
    pathlib.Path("made.json").write_text(json.dumps(made))
BackendJob.__init__ = creating
"""

PROVIDER = (
    """
    config.engine_config dynamic dynamic.decisions dynamic.errors dynamic.internal_properties
    dynamic.job_owners dynamic.latest_id dynamic.plugin_process dynamic.properties
    dynamic.provider dynamic.runtime dynamic.sdk_internals dynamic.secret_values
    dynamic.sick_targets dynamic.targets dynamic.unknowns reconcile.writes
"""
    + BASE
    + CONFIG
    + DECIDING
)
PROGRAM = """
    debug_lines dynamic.preview_outputs interrupt job_resource program resources
"""
SDK = {"asyncio", "grpc", "multiprocessing", "pulumi", "yaml"}


@pytest.fixture
def host(project: Path, host: Host, emulator: Emulator) -> Host:
    """A stack of 30 jobs in each of two environments, all of them as declared."""
    jobs = {}
    for environment in ENVIRONMENTS:
        ids = [f"job-{number:02}" for number in range(JOBS)]
        emulator.seed([job(each, "COMPLETED", environment=environment) for each in ids])
        for each in ids:
            place = {"backendEnvironmentName": environment, "jobId": each}
            jobs[f"{environment}-{each}"] = {"appId": APP, "status": "COMPLETED", **place}
    configure(project, jobs)
    return host


def configure(project: Path, jobs: dict[str, Bag]) -> None:
    config = {"config": {"aws:region": "eu-west-1", "amplify-jobs:jobs": jobs}}
    (project / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(config))


@pytest.fixture
def noted(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where each process notes the modules that it has loaded at its end."""
    folder = tmp_path_factory.mktemp("noted")
    (folder / "sitecustomize.py").write_text(NOTING)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


def modules(noted: Path, kind: str) -> tuple[set[str], set[str]]:
    """Return the package's modules and the heavy libraries that a process loaded.

    `testing` runs the program, where an engine would.
    """
    loaded = (noted / kind).read_text().split()
    own = {name.removeprefix(PACKAGE) for name in loaded if name.startswith(PACKAGE)}
    others = {name for name in own if name.split(".")[0] != "testing"}
    return others, HEAVY & {name.split(".")[0] for name in loaded}


def test_the_program_loads_what_declares_jobs(host: Host, noted: Path) -> None:
    host.preview()
    own, heavy = modules(noted, "program")
    assert unlike(own, set((PROVIDER + PROGRAM).split())) == ""
    assert heavy == SDK | {"pydantic_core"}


def test_the_plugin_loads_what_reads_jobs(project: Path, emulator: Emulator, noted: Path) -> None:
    jobs = {"a": {"appId": APP, "backendEnvironmentName": "dev", "jobId": "1", "status": "FAILED"}}
    emulator.seed([job("1", "FAILED", environment="dev")])
    configure(project, jobs)
    (project / "__main__.py").write_text("from pulumi_amplify_jobs import program; program.run()")
    with Host(project, endpoint=emulator.url) as host:
        host.preview()
    own, heavy = modules(noted, "plugin")
    assert unlike(own, set((PROVIDER + CLIENT).split())) == ""
    assert heavy == SDK | {"pydantic_core", "botocore", "urllib3"}


PLAIN = ["__provider", "__urn", "app_id", "backend_environment_name", "id", "job_id", "status"]
MARKED = [*PLAIN, "_declared", "_plan"]
"""What says whether a job is recorded, where its status may be unknown."""


@pytest.mark.parametrize(
    ("options", "registered"),
    [
        ({"status": "COMPLETED"}, [*PLAIN, "urn"]),
        ({"operation": "CloneBackend"}, sorted([*MARKED, "operation", "urn"])),
        ({"status": "COMPLETED", "ifMissing": "ignore"}, sorted([*MARKED, "if_missing", "urn"])),
    ],
)
def test_the_program_registers_what_is_set_and_the_status(
    project: Path, host: Host, emulator: Emulator, options: Bag, registered: list[str]
) -> None:
    place = {"appId": APP, "backendEnvironmentName": "dev", "jobId": "job-01"}
    configure(project, {"a": {**place, **options}})
    emulator.seed([job("job-01", "COMPLETED", "CloneBackend", environment="dev")])
    main = project / "__main__.py"
    main.write_text(PROBING + main.read_text())
    host.preview()
    (made,) = json.loads((project / "made.json").read_text())
    assert made == registered


def test_only_a_debugged_program_sends_debug_lines(
    project: Path, host: Host, emulator: Emulator
) -> None:
    def lines(host: Host) -> int:
        return sum(line.severity == "debug" for line in host.preview().log)

    quiet = lines(host)
    with Host(project, endpoint=emulator.url, environment={"AMPLIFY_JOBS_DEBUG": "1"}) as debugged:
        assert lines(debugged) > 3 * JOBS * len(ENVIRONMENTS) > quiet
    assert quiet < 10


def test_the_bytes_of_a_job_in_the_state(host: Host) -> None:
    host.up()
    recorded = host.resources["dev-job-07"]
    size = {
        name: len(json.dumps(bag, separators=(",", ":")))
        for name, bag in (("inputs", dict(recorded.inputs)), ("outputs", dict(recorded.outputs)))
    }
    assert size == {"inputs": 350, "outputs": 416}


def counted(emulator: Emulator) -> Counter[str]:
    found = Counter(str(request.operation) for request in emulator.requests())
    emulator.clear_requests()
    return found


def test_the_calls_of_a_stack_at_rest_and_of_one_job_that_drifted(
    host: Host, emulator: Emulator
) -> None:
    listed = 2 * len(ENVIRONMENTS)  # pages of 25
    host.up()
    counted(emulator)
    host.preview()
    assert counted(emulator) == {"ListBackendJobs": listed}
    emulator.seed([job("job-07", "RUNNING", environment="dev")])
    host.preview()
    assert counted(emulator) == {"ListBackendJobs": listed}
    host.up()
    assert counted(emulator) == {
        "ListBackendJobs": listed,
        "GetBackendJob": 1,
        "UpdateBackendJob": 1,
    }
