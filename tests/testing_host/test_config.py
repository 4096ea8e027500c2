"""Which config a run has, and that nothing in it leads to a real AWS."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator

from ..samples import APP, ENVIRONMENT, job
from .conftest import Open

PROGRAM = "from pulumi_amplify_jobs import program; program.run()"
SHOW = """
    import json, os, pulumi
    print(json.dumps(pulumi.runtime.config.CONFIG.get(), sort_keys=True))
    print(sorted(name for name in os.environ if name.startswith("AWS_")))
"""
FILE = f"""\
config:
  aws:region: eu-west-1
  aws:profile: production
  amplify-jobs:endpoint: http://127.0.0.1:1
  amplify-jobs:assumeRoles: [{{ roleArn: "arn:aws:iam::123456789012:role/ops" }}]
  amplify-jobs:defaults: {{ appId: {APP}, backendEnvironmentName: {ENVIRONMENT} }}
  amplify-jobs:jobs:
    push: {{ jobId: "1", status: FAILED }}
"""


@pytest.fixture
def stack_file(project: Path) -> Path:
    path = project / "Pulumi.dev.yaml"
    path.write_text(FILE)
    return path


def test_what_leads_to_a_real_service_is_set_aside_for_the_emulator(
    opened: Open, stack_file: Path, emulator: Emulator
) -> None:
    emulator.seed([job("1")])
    host = opened(PROGRAM, endpoint=emulator.url)
    host.up()
    assert emulator.job(APP, ENVIRONMENT, "1").status == "FAILED"
    emulator.set_job(APP, ENVIRONMENT, "1", status="RUNNING")
    assert host.up(refresh=True).refreshed == {"push": "update"}
    assert emulator.job(APP, ENVIRONMENT, "1").status == "FAILED"


def test_given_config_stands_on_top_of_the_files(
    opened: Open, stack_file: Path, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2")])
    host = opened(PROGRAM, endpoint=emulator.url)
    host.config["amplify-jobs:jobs"] = {"other": {"jobId": "2", "status": "FAILED"}}
    assert host.preview().changes == {"other": "create"}
    del host.config["amplify-jobs:jobs"]
    assert host.preview().changes == {"push": "create"}


def test_the_file_is_read_anew_for_each_run(
    opened: Open, stack_file: Path, emulator: Emulator
) -> None:
    emulator.seed([job("1"), job("2")])
    host = opened(PROGRAM, endpoint=emulator.url)
    host.up()
    stack_file.write_text(FILE.replace("push", "pull").replace('"1"', '"2"'))
    assert host.up(refresh=True).changes == {"pull": "create", "push": "delete"}


def test_the_program_sees_the_stacks_config_and_made_up_credentials(
    opened: Open, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "hunter2")
    (project / "Pulumi.yaml").write_text(
        "name: desks\nruntime: python\nconfig:\n  legs: { type: integer, default: 4 }\n"
    )
    (project / "Pulumi.dev.yaml").write_text("config:\n  desks:wood: { b: 1, a: [oak] }\n")
    config, names = opened(SHOW).preview().printed.splitlines()
    assert config == '{"desks:legs": "4", "desks:wood": "{\\"a\\":[\\"oak\\"],\\"b\\":1}"}'
    assert "AWS_PROFILE" not in names
    assert "AWS_SESSION_TOKEN" not in names
    assert "AWS_ACCESS_KEY_ID" in names


def test_a_program_in_a_folder_of_its_own(opened: Open, project: Path) -> None:
    (project / "Pulumi.yaml").write_text("name: desks\nruntime: python\nmain: src\n")
    (project / "src").mkdir()
    (project / "src" / "colours.py").write_text("BEST = 'red'\n")
    host = opened("")
    (project / "src" / "__main__.py").write_text(
        "import colours, os, pulumi\n"
        "pulumi.export('best', colours.BEST)\n"
        "pulumi.export('folder', os.path.basename(os.getcwd()))\n"
        "pulumi.export('stack', pulumi.get_stack() + pulumi.get_project())\n"
        "pulumi.log.warn('mind the paint')\n"
    )
    host.close()
    from pulumi_amplify_jobs.testing import Host

    with Host(project, stack="prod") as host:
        preview = host.preview()
    assert preview.outputs == {"best": "red", "folder": "src", "stack": "proddesks"}
    assert preview.warnings == ["mind the paint"]
