"""The lines by which the page has a release verified: what was changed in the release is found."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Block, blocks
from tests.docs.terminal import lines_of

pytestmark = pytest.mark.skipif(
    not (shutil.which("jq") and shutil.which("sha256sum")),
    reason="there is no jq or no sha256sum on PATH",
)

WHEEL = "pulumi_amplify_jobs-1.2.3-py3-none-any.whl"
SOURCES = "pulumi_amplify_jobs-1.2.3.tar.gz"
SBOM = {"bomFormat": "CycloneDX", "components": [{"name": "botocore"}]}
GH = f"""\
#!/bin/sh
# Says what GitHub's attestation service says of a file's hash, for release.yml and the tag alone.
case "$*" in
  "attestation verify $3 --repo OWNER/REPO \
--signer-workflow OWNER/REPO/.github/workflows/release.yml --source-ref refs/tags/v1.2.3"*) ;;
  *) exit 2 ;;
esac
grep --quiet "$(sha256sum < "$3")" attested || exit 1
echo '[{{"verificationResult": {{"statement": {{"predicate": {json.dumps(SBOM)}}}}}}}]'
"""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """The files of a release, beside a `gh` that knows their attestations."""
    files = {WHEEL: "wheel", SOURCES: "sources", "requirements.txt": "botocore==1 --hash=…"}
    for name, text in {**files, "sbom.cdx.json": json.dumps(SBOM, indent=2)}.items():
        (tmp_path / name).write_text(text)
    sums(tmp_path)
    attested = (digest(path) for path in sorted(tmp_path.iterdir()))
    (tmp_path / "attested").write_text("".join(f"{each}  -\n" for each in attested))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH)
    (tmp_path / "bin" / "gh").chmod(0o755)
    return tmp_path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sums(folder: Path) -> None:
    """Write `SHA256SUMS` anew, as whoever can change a release can."""
    names = (WHEEL, SOURCES, "requirements.txt", "sbom.cdx.json")
    text = "".join(f"{digest(folder / name)}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(text)


def verifying() -> list[Block]:
    page = ROOT / "docs" / "supply-chain.md"
    return [
        block
        for block in blocks("console")
        if block.page == page and block.text.startswith("$ gh attestation verify")
    ]


def refused(release: Path) -> bool:
    """Run the page's lines, and say whether one of them fails."""
    environment: Mapping[str, str] = {
        **os.environ,
        "PATH": f"{release / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    lines = [line.text for block in verifying() for line in lines_of(block)]
    assert len(lines) == 5
    runs = (
        subprocess.run(["sh", "-c", line], cwd=release, env=environment, check=False)
        for line in lines
    )
    return any(run.returncode != 0 for run in runs)


def test_a_release_as_it_was_made_is_verified(release: Path) -> None:
    assert not refused(release)


@pytest.mark.parametrize("name", [WHEEL, SOURCES, "requirements.txt", "sbom.cdx.json"])
def test_a_file_that_was_changed_with_its_sum_is_found(release: Path, name: str) -> None:
    (release / name).write_text('{"components": []}')
    sums(release)
    assert refused(release)


def test_another_sbom_that_was_attested_is_not_the_one_of_the_wheel(release: Path) -> None:
    other = release / "sbom.cdx.json"
    other.write_text('{"components": []}')
    sums(release)
    with (release / "attested").open("a") as file:
        file.writelines(f"{digest(path)}  -\n" for path in (other, release / "SHA256SUMS"))
    assert refused(release)
