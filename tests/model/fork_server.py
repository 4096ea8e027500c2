"""Starts plugin processes in no time: each is forked from one that has imported all they need.

`python -m tests.model.fork_server FD`; what is asked for arrives on that socket, and so do the
files that the new process writes to. Forked is `python -m pulumi.dynamic` as the engine starts it,
with a PID, a session, an environment, a folder and signals of its own. Nothing of gRPC runs here,
as it would not survive a fork.
"""

from __future__ import annotations

import atexit
import ctypes
import faulthandler
import gc
import importlib
import io
import json
import os
import runpy
import signal
import socket
import sys
import threading
from typing import Any, NoReturn

LARGEST_REQUEST = 1 << 20
PR_SET_PDEATHSIG = 1
"""Of linux/prctl.h."""
MODULES = (
    "asyncio",
    "dill",
    "grpc",
    "pulumi.dynamic",
    "pulumi.runtime.proto.provider_pb2_grpc",
    "google.rpc.status_pb2",
    "pulumi_amplify_jobs.client.apps",
    "pulumi_amplify_jobs.client.connect",
    "pulumi_amplify_jobs.client.environment_jobs",
    "pulumi_amplify_jobs.client.failures.network",
    "pulumi_amplify_jobs.client.failures.setup",
    "pulumi_amplify_jobs.client.inventory",
    "pulumi_amplify_jobs.client.polling",
    "pulumi_amplify_jobs.client.reader",
    "pulumi_amplify_jobs.client.regions",
    "pulumi_amplify_jobs.client.roles",
    "pulumi_amplify_jobs.config.aws",
    "pulumi_amplify_jobs.config.rule_loader",
    "pulumi_amplify_jobs.config.targets",
    "pulumi_amplify_jobs.dynamic.provider",
    "pulumi_amplify_jobs.dynamic.rule_provider",
)
"""What such a process loads sooner or later."""


def serve(requests: socket.socket) -> None:
    """Fork a process for each request, until there are no more; answer with its PID."""
    for module in MODULES:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits: the end shows in a pipe
    while True:
        message, files, _, _ = socket.recv_fds(requests, LARGEST_REQUEST, 3)
        if not message:
            return
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        pid = os.fork()
        if pid == 0:
            requests.close()
            _become_plugin(json.loads(message), *files)
        for each in files:
            os.close(each)
        requests.send(str(pid).encode())


class _Stdout(io.FileIO):
    """Where the plugin writes its port, as soon as it serves: only then it hears SIGINT."""

    def write(self, data: Any) -> int:
        written = super().write(data)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        return written


def _become_plugin(request: dict[str, Any], stdout: int, stderr: int, _end: int) -> NoReturn:
    """Run the plugin; `_end` stays open as long as this process is there."""
    code = 1
    try:
        _end_with_parent()
        os.setsid()
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        os.close(stdout)
        os.close(stderr)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stdout = io.TextIOWrapper(_Stdout(1, "wb", closefd=False), write_through=True)
        sys.stderr = io.TextIOWrapper(
            io.FileIO(2, "wb", closefd=False), errors="backslashreplace", write_through=True
        )
        faulthandler.enable(sys.stderr)
        sys.argv = ["pulumi.dynamic", *request["arguments"]]
        _break(os.environ.get("BROKEN_BUILD"))
        sys.path[0] = request["folder"]
        runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
        code = 0
    except KeyboardInterrupt:
        pass  # the SDK hears it only once it waits; the engine sends none before
    except BaseException:  # noqa: BLE001 - as Python shows it
        sys.excepthook(*sys.exc_info())
    finally:
        _end_python(code)


def _end_with_parent() -> None:
    """Have Linux kill this process when the fork server ends, as it does when a test is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _break(build: str | None) -> None:
    if build:
        importlib.import_module("tests.model.broken").BUILDS[build].apply()


def _end_python(code: int) -> NoReturn:
    """Do what Python does at its end, but for freeing what the system frees faster."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
