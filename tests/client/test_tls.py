"""Certificates are checked by a bundle that is read once for all connections of a process."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pulumi_amplify_jobs.errors import RequestRefusedError
from pulumi_amplify_jobs.services import connect
from pulumi_amplify_jobs.settings import Settings
from tests.client.conftest import KEY, REGION
from tests.client.scripted import TLS, Reply, Request, serving
from tests.client.stand_ins import JOB
from tests.fake_clock import FakeClock


def once(_request: Request) -> Reply:
    """Answer, and have the client connect anew for the next call."""
    return Reply(200, json.dumps(JOB).encode(), {"Connection": "close"})


def test_the_bundle_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "ca.pem"
    shutil.copy(TLS / "self.pem", bundle)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    with serving(once, "self") as backend:
        settings = Settings(region=REGION, endpoint=backend.url)
        first, second = (connect(settings, FakeClock()).jobs for _ in range(2))
        first.get(KEY)
        bundle.unlink()
        first.get(KEY)
        second.get(KEY)
        assert len(backend.requests) == 3


def test_what_one_bundle_vouches_for_another_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(once, "self") as backend:
        settings = Settings(region=REGION, endpoint=backend.url, max_retries=0)
        for name, trusted in (("self", True), ("other", False), ("self", True)):
            monkeypatch.setenv("AWS_CA_BUNDLE", str(TLS / f"{name}.pem"))
            service = connect(settings, FakeClock()).jobs
            if trusted:
                service.get(KEY)
            else:
                with pytest.raises(RequestRefusedError, match="not signed by a CA that is trusted"):
                    service.get(KEY)
