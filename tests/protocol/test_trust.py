"""What docs/security.md says of the SDK's plugin process: who can have it run code."""

from __future__ import annotations

import base64
import pickle
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from pulumi.dynamic.dynamic import serialize_provider

from pulumi_amplify_jobs.dynamic.provider import Provider
from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.testing import RunFailedError

from ..listening import listening, needs_proc
from ..samples import job
from .stack import Stack

OTHER_PROGRAM = """
import sys
import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

port, serialized = sys.argv[1:]
news = Struct()
news["__provider"] = serialized
stub = ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
try:
    stub.Check(pb.CheckRequest(urn="urn:pulumi:a::b::c:d:E::f", news=news), timeout=30)
except grpc.RpcError:
    pass
"""


class Ran:
    """Writes into a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self._file = str(file)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, (f"open({self._file!r}, 'w').write('ran')",)


def code(file: Path) -> str:
    """Return what a state could have in place of a serialized provider."""
    return base64.b64encode(pickle.dumps(Ran(file))).decode()


@needs_proc
def test_the_plugin_listens_for_this_machine_alone(emulator: Emulator, stack: Stack) -> None:
    emulator.seed([job("1")])
    plugin = stack.start().plugin
    assert plugin.provider
    found = listening(plugin.process.pid)
    assert found
    assert found <= {"127.0.0.1", "::ffff:127.0.0.1"}


def test_whoever_reaches_the_plugin_s_port_has_it_run_code(
    emulator: Emulator, stack: Stack, tmp_path: Path
) -> None:
    plugin = stack.start().plugin
    assert plugin.provider
    file = tmp_path / "ran"
    subprocess.run(
        [sys.executable, "-c", OTHER_PROGRAM, str(plugin._port), code(file)],
        check=True,
        timeout=120,
    )
    assert file.read_text() == "ran"


def test_a_state_that_can_be_written_is_code_that_runs(
    emulator: Emulator, stack: Stack, tmp_path: Path
) -> None:
    emulator.seed([job("1")])
    stack.jobs["push"] = {
        "app_id": "d2abcdefgh1234",
        "backend_environment_name": "prod",
        "job_id": "1",
        "status": "FAILED",
    }
    stack.up()
    recorded = stack.state["push"]
    assert recorded.outputs["__provider"] == serialize_provider(Provider())
    file = tmp_path / "ran"
    recorded.outputs["__provider"] = code(file)
    with suppress(RunFailedError):  # only what it unpickled is no provider
        stack.preview()
    assert file.read_text() == "ran"
