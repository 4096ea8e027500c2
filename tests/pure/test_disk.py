"""Files: bounded, regular, whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from io import BytesIO
from pathlib import Path

import pytest

from pulumi_amplify_jobs.disk import UnreadableError, read_file, read_stream, write_file


def refusal(path: Path, limit: int = 10) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_file(path, limit)
    return str(caught.value)


def test_a_file_that_just_fits_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    assert read_file(path, 10) == b"0123456789"
    link = tmp_path / "link"
    link.symlink_to(path)
    assert read_file(link, 10) == b"0123456789"


def test_more_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert refusal(path, 2 << 20) == "is larger than 2 MiB: use a smaller one"
    with pytest.raises(UnreadableError, match="is larger than 1 MiB"):
        read_stream(BytesIO(bytes((1 << 20) + 1)), 1 << 20)


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refusal(pipe) == "is not a regular file: name one"
    assert refusal(Path("/dev/zero")) == "is not a regular file: name one"
    assert refusal(tmp_path) == "can't be read: Is a directory"
    assert refusal(tmp_path / "none") == "can't be read: No such file or directory"
    assert refusal(tmp_path / "a\0b") == "can't be read: no file has such a name"


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    versions = [str(number) * 100_000 for number in range(10)]
    write_file(path, versions[0])
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add(path.read_text())

    reader = threading.Thread(target=look)
    reader.start()
    for version in versions * 5:
        write_file(path, version)
    done.set()
    reader.join()
    assert seen <= set(versions)
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_file(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "new \udc80")
    assert path.read_text() == "old"
    with pytest.raises(FileNotFoundError) as caught:
        write_file(tmp_path / "none" / "a", "new")
    assert caught.value.filename == str(tmp_path / "none" / "a")
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    path, link = tmp_path / "a", tmp_path / "link"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_file(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_what_is_no_regular_file_is_written_into() -> None:
    write_file(Path("/dev/null"), "gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
