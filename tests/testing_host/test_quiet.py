"""gRPC's own log of how a server ends stays out of what a test or the demo prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ENDS_UNDER_A_CLIENT = """
import {first}
from concurrent.futures import ThreadPoolExecutor
import grpc
server = grpc.server(ThreadPoolExecutor(2))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
channel = grpc.insecure_channel(f"127.0.0.1:{{port}}")
grpc.channel_ready_future(channel).result(60)
server.stop(None)
"""


@pytest.mark.parametrize("first", ["pulumi_amplify_jobs.testing", "demo"])
def test_a_server_that_ends_under_its_client_is_no_news(
    first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This process has it from the fixtures' package.
    monkeypatch.delenv("GRPC_VERBOSITY")
    run = subprocess.run(
        [sys.executable, "-c", ENDS_UNDER_A_CLIENT.format(first=first)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
