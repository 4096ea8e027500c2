"""Seeds: files and lists, and one line for each thing that can be wrong with them."""

from pathlib import Path

import pytest

from pulumi_amplify_jobs.emulator import Emulator, EmulatorError, Job, load_seed, parse_jobs

from .conftest import NOW_TEXT, job

GOOD = "{appId: a, backendEnvironmentName: e, jobId: '1'}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_a_list_of_jobs_by_the_names_of_the_wire(here: Path) -> None:
    path = here / "seed.yaml"
    path.write_text(
        "jobs:\n"
        "- appId: d2\n"
        "  backendEnvironmentName: prod\n"
        '  jobId: "0012"\n'
        "  operation: CreateBackend\n"
        "  status:\n"
        '  createTime: "5"\n'
        "  error: 'über'\n",
        encoding="utf-8",
    )
    [found] = load_seed(path).jobs
    assert found.key == ("d2", "prod", "0012")
    assert (found.operation, found.status, found.create_time) == ("CreateBackend", None, "5")
    assert (found.update_time, found.error) == (None, "über")
    with Emulator(seed=path, clock=lambda: 3.0) as emulator:
        assert emulator.job("d2", "prod", "0012").wire() == {**found.wire(), "updateTime": "3000"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"jobs: [{GOOD}, {{jobId: 12}}]", ":1: jobs[1]: appId is missing"),
        (
            "jobs: [{appId: a, backendEnvironmentName: e, jobId: 12}]",
            ":1: jobs[0]: jobId 12 is a number: quote it",
        ),
        (
            "jobs: [{appId: a, backendEnvironmentName: e, jobId: 1.5}]",
            ":1: jobs[0]: jobId 1.5 is a number: quote it",
        ),
        (
            "jobs: [{appId: a, backendEnvironmentName: no, jobId: '1'}]",
            ":1: jobs[0]: backendEnvironmentName false is a boolean: quote it",
        ),
        (
            "jobs: [{appId: a, backendEnvironmentName: e, jobId: '1', createTime: 2024-01-02}]",
            ":1: jobs[0]: createTime 2024-01-02 is a date: quote it",
        ),
        (
            "jobs: [{appId: a, backendEnvironmentName: e, jobId: '1', status: [x]}]",
            ":1: jobs[0]: status is a list: text is expected",
        ),
        ("jobs: [{appId: a, backendEnvironmentName: e, jobId: ''}]", ":1: jobs[0]: jobId is empty"),
        (
            "jobs: [{appId: a, backendEnvironmentName: e, jobId: }]",
            ":1: jobs[0]: jobId is null: text is expected",
        ),
        (
            "jobs: [{appId: a, backendEnvironmentName: e, jobid: x}]",
            ":1: jobs[0]: unknown field jobid: did you mean jobId?",
        ),
        (
            "jobs: [{app_id: a, backendEnvironmentName: e, jobId: x}]",
            ":1: jobs[0]: unknown field app_id: did you mean appId?",
        ),
        (
            "jobs: [{appId: a, backendEnvironmentName: e, jobId: x, zzzz: x}]",
            ":1: jobs[0]: unknown field zzzz: expected one of appId, backendEnvironmentName, "
            "jobId, "
            "operation, status, createTime, updateTime, error, age, then",
        ),
        (f"jobs: [{GOOD}, {GOOD}]", ":1: jobs[1]: the same job as jobs[0]"),
        ("jobs: [x]", ": jobs[0]: text, where a mapping is expected"),
        ("jobs: {a: b}", ":1: jobs is a mapping: a list is expected"),
        ("jobs:", ":1: jobs is null: a list is expected"),
        ("{}", ": jobs and apps are missing: give one of them"),
        ("", ": null, where a top-level jobs: list is expected"),
        ("job: []", ":1: unknown field job: did you mean jobs?"),
        ("jobs: []\njobs: []", ":1: jobs is a duplicate key"),
        ("jobs:\n- {appId: a, appId: b}", ":2: appId is a duplicate key"),
        ("jobs: [2024-99-99]", ": month must be in 1..12"),
        (
            f"jobs:\n- {GOOD}\n- appId: a\n  backendEnvironmentName: e\n  jobId: 7",
            ":5: jobs[1]: jobId 7 is a number: quote it",
        ),
        (f"jobs:\n- {GOOD}\n- {GOOD}", ":3: jobs[1]: the same job as jobs[0]"),
        ("- !!python/object/apply:os.system [x]", None),
        ("jobs: [\n}", None),
        ("\x00", None),
        ("[" * 100_000, ": is nested too deeply"),
    ],
)
def test_a_file_that_is_wrong_is_one_line(here: Path, text: str, message: str | None) -> None:
    (here / "seed.yaml").write_text(text)
    with pytest.raises(EmulatorError) as caught:
        load_seed("seed.yaml")
    found = str(caught.value)
    assert found.startswith("seed.yaml:")
    assert "\n" not in found
    if message is not None:
        assert found == f"seed.yaml{message}"


def test_a_file_that_cannot_be_read_is_one_line(here: Path) -> None:
    with pytest.raises(EmulatorError, match=r"^seed\.yaml: can't be read: No such file"):
        load_seed("seed.yaml")
    (here / "seed.yaml").write_bytes(b"\xff")
    with pytest.raises(EmulatorError, match=r"^seed\.yaml: is not UTF-8 text \(byte 0\)$"):
        load_seed("seed.yaml")


def test_an_emulator_with_a_wrong_seed_does_not_start() -> None:
    with pytest.raises(EmulatorError, match=r"^seed: jobs\[1\]: jobId 2 is a number: quote it$"):
        Emulator(seed=[job(), {**job(), "jobId": 2}])


def test_seeding_replaces_jobs_and_defaults_their_times(emulator: Emulator) -> None:
    emulator.seed([job("1", status="RUNNING", error="no"), job("2")])
    assert emulator.seed([Job.model_validate(job("1", createTime="9"))]) == 1
    first, second = emulator.jobs()
    assert first.wire() == job("1", createTime="9", updateTime=NOW_TEXT)
    assert second.wire() == job("2", createTime=NOW_TEXT, updateTime=NOW_TEXT)


def test_a_wrong_seed_adds_nothing(emulator: Emulator) -> None:
    with pytest.raises(
        EmulatorError, match=r"^seed: jobs\[1\]: null, where a mapping is expected$"
    ):
        emulator.seed([job("1"), None])
    assert emulator.jobs() == []


def test_hostile_names_are_shown_shortened() -> None:
    with pytest.raises(EmulatorError) as caught:
        parse_jobs([{**job(), "x\n☃" + "y" * 1000: "1"}])
    assert str(caught.value).startswith("seed: jobs[0]: unknown field x\\n\\u2603yyy")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
