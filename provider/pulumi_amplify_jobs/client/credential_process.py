"""The process that a profile's `credential_process` names: it ends in time, and is left nowhere.

botocore waits for it without end. It stays in our process group, so that it can ask on the
terminal, and whatever ends the whole group ends it, too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.credentials import (
    AssumeRoleProvider,
    CredentialProvider,
    ProcessProvider,
    create_credential_resolver,
)
from botocore.exceptions import CredentialRetrievalError
from botocore.session import Session

from .. import ending
from ..limits import CREDENTIAL_PROCESS

_lock = threading.Lock()
_running: set[CredentialProcess] = set()
_ending = threading.Event()


class ProcessTooSlowError(CredentialRetrievalError):
    """A credential process had not ended in time, and was ended."""


class CredentialProcess(subprocess.Popen[bytes]):
    """A Popen as botocore's ProcessProvider wants it: made, asked to `communicate`, looked at.

    Where this process is about to end, none is started: making one raises CredentialRetrievalError.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        with _lock:  # between its start and its being known here, nobody ends them all
            if _ending.is_set():
                said = "not started: this process is about to end"
                raise CredentialRetrievalError(provider=ProcessProvider.METHOD, error_msg=said)
            super().__init__(*arguments, **options)
            _running.add(self)

    def communicate(
        self,
        input: bytes | None = None,  # noqa: A002 (Popen's name)
        timeout: float | None = None,
    ) -> tuple[bytes, bytes]:
        """Return what it writes. Raises ProcessTooSlowError where it has not ended in time."""
        seconds = CREDENTIAL_PROCESS if timeout is None else timeout
        try:
            return super().communicate(input, seconds)
        except subprocess.TimeoutExpired:
            end(self)
            for pipe in filter(None, (self.stdout, self.stderr)):
                pipe.close()
            said = f"it did not end within {seconds:.0f} s, and was ended"
            raise ProcessTooSlowError(provider=ProcessProvider.METHOD, error_msg=said) from None
        finally:
            with _lock:
                _running.discard(self)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, and what it started."""
    _kill(process.pid)
    process.kill()
    process.wait()


def _kill(pid: int) -> None:
    """Kill a process and its descendants, as far as the system lists them in /proc."""
    with suppress(OSError):
        # Stopped, it starts no other one while they are looked for.
        os.kill(pid, signal.SIGSTOP)
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").glob("*/children")
            for child in task.read_text().split()
        ]
        os.kill(pid, signal.SIGKILL)
        for child in children:
            _kill(child)


def end_all() -> None:
    """End every credential process that still runs, and start no other one."""
    with _lock:
        _ending.set()
        running = tuple(_running)
    for process in running:
        end(process)


ending.with_process(end_all)


def bound(session: Session, region: str | None) -> None:
    """Have a session without credentials yet run its credential processes as `CredentialProcess`.

    botocore takes another Popen only where a provider is made, and it makes them all itself: those
    of the profile in use, and, where a role is assumed, those of its source profile. The region is
    that of roles by web identity.
    """
    resolver = create_credential_resolver(session, region_name=region)
    for provider in _bound(resolver.providers):
        if isinstance(provider, AssumeRoleProvider):
            builder: Any = provider._profile_provider_builder  # type: ignore[attr-defined]
            builder.providers = _bounding(builder.providers)
    session.register_component("credential_provider", resolver)


def _bounding(make: Callable[..., list[CredentialProvider]]) -> Callable[..., Any]:
    return lambda *names, **options: _bound(make(*names, **options))


def _bound(providers: list[CredentialProvider]) -> list[CredentialProvider]:
    for provider in providers:
        if isinstance(provider, ProcessProvider):
            provider._popen = CredentialProcess  # type: ignore[attr-defined]
    return providers
