"""Kill -9 under load: no update that was answered is lost, and the database is whole.

Three kills by default; EMULATOR_KILLS=200 makes it so many, and --log-cli-level=info
tells of them.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import random
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from .conftest import job
from .processes import Running, running

KILLS = int(os.environ.get("EMULATOR_KILLS", "3"))
WRITERS = 4
JOBS = 8
PATH = "/backend/app/job/dev"


class Writer(threading.Thread):
    """Counts its jobs' statuses up, one update after the other, until nobody answers."""

    def __init__(self, url: str, counts: dict[str, int], acknowledged: threading.Semaphore) -> None:
        super().__init__()
        self._address = urlsplit(url).netloc
        self._acknowledged = acknowledged
        self.sent = dict(counts)
        self.answered = dict(counts)

    def run(self) -> None:
        with closing(http.client.HTTPConnection(self._address, timeout=240)) as connection:
            try:
                while True:
                    for name in self.sent:
                        self._count_up(connection, name)
            except (OSError, http.client.HTTPException):
                return

    def _count_up(self, connection: http.client.HTTPConnection, name: str) -> None:
        self.sent[name] += 1
        body = json.dumps({"status": str(self.sent[name])})
        connection.request("POST", f"{PATH}/{name}", body)
        answer = connection.getresponse()
        assert json.loads(answer.read())["status"] == str(self.sent[name])
        self.answered[name] = self.sent[name]
        self._acknowledged.release()


def kill_under_load(
    emulator: Running, counts: dict[str, int], updates: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Kill the emulator after so many answers; returns what was answered and what was sent."""
    acknowledged = threading.Semaphore(0)
    shares = [list(counts)[number::WRITERS] for number in range(WRITERS)]
    writers = [
        Writer(emulator.url, {name: counts[name] for name in share}, acknowledged)
        for share in shares
    ]
    for writer in writers:
        writer.start()
    for _ in range(updates):
        assert acknowledged.acquire(timeout=240)
    emulator.kill()
    for writer in writers:
        writer.join()
    answered = {name: count for each in writers for name, count in each.answered.items()}
    sent = {name: count for each in writers for name, count in each.sent.items()}
    return answered, sent


def inspect(database: Path, scratch: Path) -> dict[str, int]:
    """Check a copy of the file as the kill left it, and return the counts in it."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(database.parent, scratch)
    with closing(sqlite3.connect(scratch / database.name)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return dict(connection.execute("SELECT jobId, CAST(status AS INTEGER) FROM jobs"))


def served(emulator: Running) -> dict[str, int]:
    connection = http.client.HTTPConnection(urlsplit(emulator.url).netloc)
    with closing(connection):
        connection.request("POST", PATH)
        jobs = json.loads(connection.getresponse().read())["jobs"]
    return {each["jobId"]: int(each["status"]) for each in jobs}


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    database = tmp_path / "data" / "jobs.db"
    database.parent.mkdir()
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"jobs": [job(f"j{n}", status="0") for n in range(JOBS)]}))
    moments = random.Random(7)
    with running("--db", database, "--seed", seed) as emulator:
        assert emulator.end() == (0, "")
    found = {f"j{n}": 0 for n in range(JOBS)}
    answers = 0
    for _ in range(KILLS):
        with running("--db", database) as emulator:
            assert served(emulator) == found
            answered, sent = kill_under_load(emulator, found, moments.randint(1, 120))
        answers += sum(answered.values()) - sum(found.values())
        found = inspect(database, tmp_path / "copy")
        assert all(answered[name] <= found[name] <= sent[name] for name in answered)
    with running("--db", database) as emulator:
        assert served(emulator) == found
    logging.getLogger(__name__).info("%s kills, %s answered updates, none lost", KILLS, answers)
