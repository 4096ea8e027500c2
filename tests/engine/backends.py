"""Servers that keep a Pulumi state for many machines: PostgreSQL, and an S3-compatible storage."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from tests.waiting import until

DEBIAN = Path("/usr/lib/postgresql")
OWNER = "postgres"
"""Runs the server where the tests run as root, which it refuses."""


def _program(name: str) -> str | None:
    """Return where a program of PostgreSQL is; Debian has most of them off PATH."""
    installed = sorted(DEBIAN.glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


def _as_owner() -> dict[str, Any]:
    """Return what has a process run as a user that may run the server, in its environment."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    if os.geteuid() != 0:
        return {"env": environment}
    try:
        owner = pwd.getpwnam(OWNER)
    except KeyError:
        pytest.skip("root can't run PostgreSQL, run the tests as another user")
    ids: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    return {"env": environment, **ids}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server with an empty database; the URL is that of a Pulumi backend."""
    programs = [_program(name) for name in ("initdb", "postgres", "pg_isready")]
    if None in programs:
        pytest.skip("no PostgreSQL, install Debian's package postgresql")
    initdb, server, is_ready = map(str, programs)
    options = _as_owner()
    # Not in the folder of the test: only the tests' own user may look into that.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        os.chown(folder, options.get("user", -1), options.get("group", -1))
        data = f"{folder}/data"
        setup = [initdb, "-D", data, "-U", "pulumi", "--auth=trust", "--no-sync"]
        subprocess.run(setup, cwd=folder, check=True, capture_output=True, timeout=240, **options)
        where = ["-h", "127.0.0.1", "-p", str(_free_port())]
        own = ["-c", "unix_socket_directories=", "-c", "fsync=off"]
        process = subprocess.Popen(
            [server, "-D", data, *where, *own],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **options,
        )
        try:
            until(lambda: subprocess.run([is_ready, "-q", *where], check=False).returncode == 0)
            yield f"postgres://pulumi@127.0.0.1:{where[-1]}/postgres?sslmode=disable"
        finally:
            process.send_signal(signal.SIGINT)  # a fast shutdown, whoever is connected
            process.wait(timeout=60)


@contextmanager
def s3() -> Iterator[str]:
    """Run moto's S3 with an empty bucket; the URL is that of a Pulumi backend."""
    moto = pytest.importorskip("moto.server", reason="no moto, run make test")
    running = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    running.start()
    try:
        host, port = running.get_host_and_port()
        endpoint, region = f"http://{host}:{port}", "eu-west-1"
        storage = boto3.client("s3", endpoint_url=endpoint, region_name=region)
        bucket = f"state-{uuid4()}"  # moto keeps buckets as long as its process
        storage.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region}
        )
        storage.close()
        yield f"s3://{bucket}?endpoint={endpoint}&s3ForcePathStyle=true&region={region}"
    finally:
        running.stop()


BACKENDS = {"postgres": postgres, "s3": s3}
