"""Fixtures for every depth of test: one emulator for all, and no real AWS in reach."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from pulumi_amplify_jobs.emulator import Emulator
from tests.shifted_clock import ShiftedClock

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "made-up",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",  # where a test names no other, nothing leaves here
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


USUAL: dict[signal.Signals, Any] = {signal.SIGINT: signal.default_int_handler}
if hasattr(signal, "SIGHUP"):
    USUAL[signal.SIGHUP] = signal.SIG_DFL

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Have one run of the protocol's tests do without what hangs on the SDK's plugin."""
    help_text = "run tests/protocol without the frames of the SDK's plugin around the provider"
    parser.addoption("--without-frames", action="store_true", help=help_text)


def pytest_configure() -> None:
    """Hear what a shell's background job, or nohup, ignores: all that tests start would, too."""
    for number, usual in USUAL.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was skipped, and what it needs."""
    skipped = Counter(
        each.longrepr[2].removeprefix("Skipped: ")
        for each in terminalreporter.stats.get("skipped", ())
    )
    if skipped:
        reasons = "; ".join(f"{number} ({reason})" for reason, number in skipped.most_common())
        terminalreporter.write_line(f"Skipped tests: {reasons}")


@pytest.fixture(autouse=True)
def _made_up_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what this machine says of AWS and Pulumi, and sign with made-up credentials.

    What listens here is asked without the machine's proxy.
    """
    for name in list(os.environ):
        if name.startswith(("AWS_", "PULUMI_", "AMPLIFY_JOBS_")):
            monkeypatch.delenv(name)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    if any(name.lower().endswith("_proxy") for name in os.environ):
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "127.0.0.1,localhost")


@pytest.fixture(scope="session")
def service_time() -> ShiftedClock:
    """The clock of the emulator that all tests share; each begins at the machine's time."""
    return ShiftedClock()


@pytest.fixture(scope="session")
def _shared_emulator(service_time: ShiftedClock) -> Iterator[Emulator]:
    with Emulator(fault_seed=7, clock=service_time) as emulator:
        yield emulator


@pytest.fixture
def emulator(_shared_emulator: Emulator, service_time: ShiftedClock) -> Emulator:
    """An empty emulator over real HTTP, without faults and with an empty request log."""
    service_time.ahead, service_time.stopped = 0.0, None
    _shared_emulator.reset()
    _shared_emulator.latency = 0.0
    _shared_emulator.updates = "set"
    return _shared_emulator
