"""The container file, as far as it can be tried without containers.

What it copies is installed into a fresh environment, and its commands are run there, with other
addresses and folders in the place of the container's.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
URL = re.compile(r"http://127\.0\.0\.1:\d+")


def instructions(name: str) -> list[str]:
    """Return the arguments of each instruction of a name, in order."""
    text = (ROOT / "emulator.Containerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{name} (.+)$", text, re.MULTILINE)


def command(text: str) -> list[str]:
    found: list[str] = json.loads(text[text.index("[") :])
    return found


def installs() -> list[list[str]]:
    """Return the lines that call pip: what is locked, then the package."""
    return [shlex.split(each) for each in instructions("RUN") if each.startswith("pip install")]


@pytest.fixture(scope="module")
def binaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install what the image has into an environment, and return where its commands are."""
    source = tmp_path_factory.mktemp("image")
    for copied in instructions("COPY"):
        *names, target = shlex.split(copied)
        for name in names:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, source / target)
            elif target.endswith("/"):
                (source / target).mkdir(exist_ok=True)
                shutil.copy(ROOT / name, source / target)
            else:
                shutil.copy(ROOT / name, source / target)
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    # The dependencies are those of this environment: what is tried here is the package itself.
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    _, install = installs()
    arguments = ["--python", str(python), *install[1:], "--ignore-installed", "--quiet"]
    line = [sys.executable, "-m", "pip", *arguments]
    done = subprocess.run(line, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return environment / "bin"


@contextmanager
def started(binaries: Path, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the image's command on loopback and a free port, with a folder for `/data`."""
    [entry] = instructions("ENTRYPOINT")
    program, *arguments = command(entry)
    assert arguments[:3] == ["emulator", "--host", "0.0.0.0"]
    arguments = [each.replace("0.0.0.0", "127.0.0.1") for each in arguments]
    arguments = [each.replace("/data", str(folder)) for each in arguments]
    with subprocess.Popen(
        [binaries / program, *arguments, "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            found = URL.search(process.stdout.readline())
            assert found is not None
            yield process, found[0]
        finally:
            process.kill()


def healthy(binaries: Path, url: str) -> bool:
    [check] = instructions("HEALTHCHECK")
    _, *arguments = command(check)
    arguments = [URL.sub(url, each) for each in arguments]
    return subprocess.run([binaries / "python", *arguments], capture_output=True).returncode == 0


def test_the_image_s_command_serves_is_healthy_and_ends(binaries: Path, tmp_path: Path) -> None:
    with started(binaries, tmp_path) as (process, url):
        assert healthy(binaries, url)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=240) == 0
        assert not healthy(binaries, url)
    assert (tmp_path / "jobs.db").exists()


def test_the_port_is_the_command_s_own_and_the_user_is_not_root() -> None:
    help_text = subprocess.run(
        [
            sys.executable,
            "-c",
            "from pulumi_amplify_jobs.cli import main; main()",
            "emulator",
            "-h",
        ],
        capture_output=True,
        text=True,
    ).stdout
    [port] = instructions("EXPOSE")
    assert f"[default: {port}]" in help_text
    [check] = instructions("HEALTHCHECK")
    assert f"127.0.0.1:{port}/" in check
    assert instructions("USER") == ["emulator"]


def test_what_is_locked_is_installed_before_the_package() -> None:
    locked, package = installs()
    named = [locked[at + 1] for at, each in enumerate(locked) if each == "--requirement"]
    copied = {name for each in instructions("COPY") for name in shlex.split(each)[:-1]}
    assert named == ["locks/build.txt", "locks/emulator.txt"]
    assert set(named) < copied
    assert {"--require-hashes", "--only-binary"} < set(locked)
    assert package[-3:] == ["--no-deps", "--no-build-isolation", "."]


def test_the_build_context_has_all_that_is_copied() -> None:
    ignored, *kept = (ROOT / ".dockerignore").read_text().split()
    assert ignored == "*"
    for copied in instructions("COPY"):
        for name in shlex.split(copied)[:-1]:
            assert f"!{name}" in kept
