"""Tests of stacks of backend jobs, with neither a Pulumi CLI nor AWS.

With this package installed, pytest has the fixtures `amplify_jobs_emulator` and
`amplify_jobs_host`:

    def test_the_stuck_push_is_ended(amplify_jobs_emulator, amplify_jobs_host):
        amplify_jobs_emulator.seed([{"appId": "d2abcdefgh1234", …, "status": "RUNNING"}])
        host = amplify_jobs_host(stack="prod")
        assert host.preview().changes == {"unstick-push": "create"}
"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .host import Host
    from .results import HostError, Line, Problem, Result, RunFailedError, Step
    from .wire import UNKNOWN

__all__ = [
    "UNKNOWN",
    "Host",
    "HostError",
    "Line",
    "Problem",
    "Result",
    "RunFailedError",
    "Step",
]


# Else gRPC may print on stderr how a provider's server ends. It looks once, when it is imported.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")


def __getattr__(name: str) -> object:
    """Load on first use: pytest loads this package at every start, also for other tests."""
    from importlib import import_module

    modules = {"Host": "host", "UNKNOWN": "wire"}
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{modules.get(name, 'results')}", __name__), name)
