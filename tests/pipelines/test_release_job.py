"""The jobs of release.yml: a tag is the version, and only the package itself goes to the index."""

from __future__ import annotations

from pathlib import Path

from .workflows import Programs, Run, run_job, workflow

FILES = (
    "pulumi_amplify_jobs-1.2.3-py3-none-any.whl",
    "pulumi_amplify_jobs-1.2.3.tar.gz",
    "sbom.cdx.json",
    "requirements.txt",
    "SHA256SUMS",
)


def run(job: str, programs: Programs, checkout: Path, tag: str = "v1.2.3") -> Run:
    environment = {**programs.environment, "GITHUB_REF_NAME": tag, "GITHUB_SHA": "1f2e3d"}
    return run_job("release.yml", job, checkout, environment)


def make(programs: Programs) -> None:
    """Have `make dist` leave the files of version 1.2.3."""
    programs.add("git", "")
    programs.add("make", f"mkdir dist && cd dist && touch {' '.join(FILES)}")


def test_a_tag_that_is_the_version_is_built(programs: Programs, checkout: Path) -> None:
    make(programs)
    done = run("build", programs, checkout)
    assert not done.failed, done.log
    assert programs.calls == ["git merge-base --is-ancestor 1f2e3d origin/main", "make dist"]


def test_a_commit_that_is_not_on_main_is_refused_before_its_code_runs(
    programs: Programs, checkout: Path
) -> None:
    programs.add("git", "exit 1")
    programs.add("make", "")
    done = run("build", programs, checkout)
    assert done.failed
    assert "The tag v1.2.3 is not on main" in done.log
    assert not any(call.startswith("make") for call in programs.calls)


def test_nothing_signs_before_the_environment_has_approved() -> None:
    for name, job in workflow("release.yml")["jobs"].items():
        if job["permissions"].get("id-token") == "write":
            assert job["environment"] == "pypi", name


def test_another_tag_is_refused_before_anything_is_kept(programs: Programs, checkout: Path) -> None:
    make(programs)
    done = run("build", programs, checkout, tag="v1.2.4")
    assert done.outcomes["upload-artifact dist/"] == "skipped"
    assert "The tag v1.2.4 is not the version in pyproject.toml" in done.log


def test_only_the_package_goes_to_the_index(programs: Programs, checkout: Path) -> None:
    (checkout / "dist").mkdir()
    for name in FILES:
        (checkout / "dist" / name).touch()
    assert not run("publish", programs, checkout).failed
    assert {path.name for path in (checkout / "packages").iterdir()} == set(FILES[:2])


def test_all_files_go_into_the_github_release(programs: Programs, checkout: Path) -> None:
    (checkout / "dist").mkdir()
    for name in FILES:
        (checkout / "dist" / name).touch()
    programs.add("gh", "")
    assert not run("release", programs, checkout).failed
    [call] = programs.calls
    assert call.startswith("gh release create v1.2.3 --verify-tag ")
    assert set(FILES) <= {Path(each).name for each in call.split()}
