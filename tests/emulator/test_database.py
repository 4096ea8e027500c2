"""Jobs in a file: what it keeps, and one line for each file that can't be used."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from pulumi_amplify_jobs.emulator import DatabaseError, Emulator, EmulatorError

from .conftest import job
from .processes import COMMAND, running

PATH = "/backend/app/job/dev"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


def sql(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def test_it_keeps_the_jobs_and_their_order(database: Path) -> None:
    with Emulator(seed=[job("b"), job("a"), job("c")], database=database) as emulator:
        httpx.post(f"{emulator.url}{PATH}/b", json={"status": "FAILED"})
        emulator.remove_job("app", "dev", "a")
        before = emulator.jobs()
    with Emulator(database=database) as emulator:
        assert emulator.jobs() == before
        assert [each.job_id for each in before] == ["b", "c"]


def test_a_seed_adds_to_it_or_replaces(database: Path) -> None:
    with Emulator(seed=[job("1", status="A"), job("2", status="A")], database=database):
        pass
    with Emulator(seed=[job("2", status="B"), job("3", status="B")], database=database) as again:
        assert [(each.job_id, each.status) for each in again.jobs()] == [
            ("1", "A"),
            ("2", "B"),
            ("3", "B"),
        ]


def test_time_that_passed_stays_passed(database: Path) -> None:
    with Emulator(database=database, clock=lambda: 1000.0) as emulator:
        emulator.advance("1h")
        emulator.advance("1m")
    with Emulator(seed=[job()], database=database, clock=lambda: 1000.0) as emulator:
        assert emulator.job("app", "dev", "j").create_time == "4660000"
        emulator.reset()
    with Emulator(seed=[job()], database=database, clock=lambda: 1000.0) as emulator:
        assert emulator.job("app", "dev", "j").create_time == "1000000"


def test_what_a_job_turns_into_is_kept(database: Path) -> None:
    seed = [job(status="RUNNING", then={"after": "90s", "status": "COMPLETED"})]
    with Emulator(seed=seed, database=database, clock=lambda: 1000.0):
        pass
    with Emulator(database=database, clock=lambda: 1089.0) as emulator:
        assert emulator.job("app", "dev", "j").status == "RUNNING"
    with Emulator(database=database, clock=lambda: 1090.0) as emulator:
        assert emulator.job("app", "dev", "j").status == "COMPLETED"


def test_a_stale_read_still_is_one_after_a_restart(database: Path) -> None:
    with Emulator(seed=[job(status="RUNNING")], database=database) as emulator:
        emulator.set_job("app", "dev", "j", status="FAILED")
    with Emulator(database=database) as emulator:
        emulator.fault("stale")
        assert httpx.get(f"{emulator.url}{PATH}/j").json()["status"] == "RUNNING"


@pytest.mark.parametrize("script", ["CREATE TABLE other (x)", "PRAGMA user_version = 3"])
def test_another_program_s_database_is_refused_and_left_as_it_is(
    database: Path, script: str
) -> None:
    sql(database, script)
    before = database.read_bytes()
    with pytest.raises(DatabaseError) as caught:
        Emulator(database=database)
    assert str(caught.value) == f"{database}: belongs to another program; name a new file"
    assert database.read_bytes() == before


def test_another_schema_is_refused(database: Path) -> None:
    with Emulator(database=database):
        pass
    sql(database, "PRAGMA user_version = 99")
    with pytest.raises(DatabaseError) as caught:
        Emulator(database=database)
    assert str(caught.value) == (
        f"{database}: has schema 99, this emulator knows 3; "
        "use the version that made it, or name a new file"
    )


def test_apps_and_what_vanished_are_kept(database: Path) -> None:
    apps = [{"appId": "d1", "name": "shop", "tags": {"a": "b"}, "environments": ["dev", "prod"]}]
    with Emulator(seed={"apps": apps, "jobs": [job()]}, database=database) as emulator:
        emulator.remove_environment("d1", "dev")
        before = emulator.apps()
    with Emulator(database=database) as emulator:
        assert emulator.apps() == before
        assert [each.environments for each in before] == [("prod",), ("dev",)]


def test_what_is_no_database_is_refused(database: Path, tmp_path: Path) -> None:
    database.write_text("jobs:\n" * 1000)
    message = "is not an SQLite database; name a new file, or one that an emulator made"
    with pytest.raises(DatabaseError, match=f"^{database}: {message}$"):
        Emulator(database=database)
    for path in (tmp_path, tmp_path / "none" / "jobs.db"):
        with pytest.raises(DatabaseError, match=f"^{path}: cannot be used: unable to open"):
            Emulator(database=path)


def test_a_file_that_is_in_use_is_refused(database: Path) -> None:
    used = pytest.raises(DatabaseError, match="is in use by another process; end that emulator")
    with Emulator(database=database), used:
        Emulator(database=database)


def test_a_wrong_file_leaves_nothing_open(database: Path, tmp_path: Path) -> None:
    with pytest.raises(EmulatorError):
        Emulator(database=database, log=tmp_path)
    database.write_text("no database, but long enough to be looked at" * 30)
    with pytest.raises(DatabaseError):
        Emulator(database=database, log=tmp_path / "log")


def test_a_full_disk_is_a_500_and_costs_no_job(database: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("jobs: [{appId: app, backendEnvironmentName: dev, jobId: j, status: OLD}]")
    with running("--seed", seed, "--db", database) as emulator:
        emulator.end()
    limit = f"ulimit -f {database.stat().st_size // 1024}; exec " + '"$@"'
    with subprocess.Popen(
        ["bash", "-c", limit, "bash", *COMMAND, "--port", "0", "--db", str(database)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().partition(" on ")[2].partition(",")[0]
            answers = [
                httpx.post(f"{url}{PATH}/j", json={"status": "x" * 20_000}) for _ in range(3)
            ]
            now = httpx.get(f"{url}{PATH}/j").json()["status"]
        finally:
            process.terminate()
            _, errors = process.communicate()
    assert answers[-1].status_code == 500
    assert answers[-1].headers["x-amzn-errortype"] == "InternalServerErrorException"
    assert answers[-1].json()["message"].startswith(f"{database}: ")
    assert now in ("OLD", "x" * 20_000)
    assert errors == ""
