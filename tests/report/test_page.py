"""The page: what stands in it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pulumi_amplify_jobs.report.model import ACTIONS, Cell, Report, ReportedJob
from pulumi_amplify_jobs.report.page import BY_TARGET, COLUMNS, WORDS, page

from .pages import Node, cells, read
from .reports import FLEET, KEY, REPORT, UPDATED, many


def test_it_tells_whose_preview_it_is_and_sums_it_up() -> None:
    root = read(page(REPORT))
    assert root.all("h1")[0].text == "Preview of dev"
    assert root.all("p", **{"class": "project"})[0].text == "Project shop"
    assert root.all("p", **{"class": "summary"})[0].text == REPORT.summary
    assert root.all("title")[0].text == f"dev: {REPORT.summary} · amplify-jobs"


def test_it_does_without_a_stack_and_a_project() -> None:
    root = read(page(Report(None, None, ())))
    assert root.all("h1")[0].text == "Preview"
    assert root.all("title")[0].text == "no job changes · amplify-jobs"
    assert not root.all("table")
    assert "No job is declared." in root.text


def test_each_job_is_a_row_in_the_order_of_the_summary() -> None:
    assert cells(REPORT) == [
        [
            "push",
            "d1 / prod",
            "4f1c",
            "change",
            "UpdateBackendAPI",
            "RUNNING → FAILED stuck",
            "2026-11-24 07:00:00",
            "2026-11-24 06:00:00",
            "",
        ],
        [
            "models rule",
            "d1 / prod",
            "77",
            "change",
            "UpdateBackendAPI → GenerateBackendAPIModels",
            "absent → COMPLETED",
            "",
            "2026-11-24 06:00:00",
            "",
        ],
        ["create", "d1 / prod", "9e2d", "left alone", "CreateBackend", "COMPLETED"]
        + ["2026-11-24 07:00:00", "2026-11-24 06:00:00", "when: status is COMPLETED, not RUNNING"],
        ["gone", "", "", "error", "", "", "", "", "the service has no such job"],
        ["settled", "d2 / dev", "1", "as declared", "", "FAILED", "", "", ""],
    ]


def test_a_wish_that_is_fulfilled_is_no_change() -> None:
    [row] = cells(Report(None, None, (ReportedJob("a", "adopt", status=Cell("X", "X")),)))
    assert row[5] == "X"


def test_columns_have_heads_and_the_style_names_them_for_narrow_screens() -> None:
    root = read(page(REPORT))
    heads = [head.text for head in root.all("th", scope="col")]
    assert heads == list(COLUMNS)
    named = re.findall(r"td:nth-child\((\d)\)::before \{ content: \"([^\"]+)\"", page(REPORT))
    assert [int(number) for number, _ in named] == list(range(2, 10))
    short = {"App / environment": "App / env"}
    assert [name for _, name in named] == [short.get(name, name) for name in COLUMNS[1:]]


def test_problems_and_warnings_are_listed() -> None:
    root = read(page(REPORT))
    for told, lines in (("problems", REPORT.problems), ("warnings", REPORT.warnings)):
        [section] = root.all("section", **{"class": f"told {told}"})
        assert tuple(item.text for item in section.all("li")) == lines
    assert not read(page(replace(REPORT, problems=(), warnings=()))).all("section", id="problems")


def test_the_filter_offers_the_actions_there_are_and_hides_what_is_as_declared() -> None:
    boxes = read(page(REPORT)).all("input", type="checkbox")
    assert {str(box.attributes["value"]): "checked" in box.attributes for box in boxes} == {
        "update": True,
        "skipped": True,
        "error": True,
        "unchanged": False,
    }


def test_where_all_is_as_declared_nothing_is_hidden() -> None:
    [box] = read(page(Report(None, None, REPORT.of(["unchanged"])))).all("input", type="checkbox")
    assert "checked" in box.attributes


def test_without_the_script_controls_are_not_shown_and_every_row_is() -> None:
    root = read(page(REPORT))
    hidden = [node for node in root.everything() if "hidden" in node.attributes]
    assert [node.tag for node in hidden] == ["button", "form"]
    assert root.all("p", id="count")[0].text == "5 jobs"


def test_the_timeline_shows_jobs_by_environment_and_marks_the_stuck_in_words() -> None:
    root = read(page(REPORT))
    [chart] = root.all("div", **{"class": "chart"})
    assert [" ".join(head.text.split()) for head in chart.all("h3")] == ["d1 / prod"]
    labels = [" ".join(label.text.split()) for label in chart.all("span", **{"class": "label"})]
    assert labels == ["push stuck", "models", "create"]
    [stuck] = chart.all("svg", **{"class": "bar stuck"})
    assert stuck.all("title")[0].text == (
        "RUNNING, created 2026-11-24T06:00:00Z, updated 2026-11-24T07:00:00Z, "
        "stuck: it runs, and is to be ended"
    )
    assert "2 jobs have no time that is known and not in doubt." in root.text


def test_a_bar_leads_to_its_row() -> None:
    root = read(page(REPORT))
    [chart] = root.all("div", **{"class": "chart"})
    for link in chart.all("a"):
        [row] = root.all("tr", id=str(link.attributes["href"]).removeprefix("#"))
        assert row.all("th")[0].text.startswith(link.text)


def test_a_moment_without_a_beginning_is_a_mark_of_its_own() -> None:
    job = ReportedJob("half", "adopt", KEY, status=Cell("RUNNING"), updated=UPDATED)
    text = page(Report(None, None, (job,)))
    [bar] = read(text).all("svg", **{"class": "bar adopt"})
    assert [use.attributes["href"] for use in bar.all("use")] == ["#open-end", "#moment"]
    assert not bar.all("rect")


def test_jobs_that_are_not_drawn_are_counted() -> None:
    root = read(page(many(100, 30)))
    assert "60 more jobs are in the table only." in root.text
    assert len(root.all("tr")) == 101


def words_of(node: Node) -> str:
    return " ".join(node.text.split())


def named_columns(text: str) -> dict[int, str]:
    """Return the names that the style has for narrow screens; the last word on each counts."""
    named = re.findall(r"td:nth-child\((\d+)\)::before \{ content: \"([^\"]+)\"", text)
    return {int(number): name for number, name in named}


class TestByTarget:
    """Where the jobs are in several targets, each target's stand together."""

    def test_the_jobs_of_each_target_are_rows_in_a_row(self) -> None:
        assert [row[:2] for row in cells(FLEET)] == [
            ["at-the-top", ""],
            *([f"pay-{number}", "pay-eu"] for number in range(5)),
            ["shop-eu-push-2", "shop-eu"],
            ["shop-eu-push-1", "shop-eu"],
            ["shop-quiet-push-3", "shop-quiet"],
            ["stuck@shop-us rule", "shop-us"],
        ]

    def test_jobs_that_come_mixed_are_grouped_too(self) -> None:
        mixed = replace(FLEET, jobs=(*FLEET.jobs[::2], *FLEET.jobs[1::2]))
        targets = [row[1] for row in cells(mixed)]
        assert targets == ["", *["pay-eu"] * 5, *["shop-eu"] * 2, "shop-quiet", "shop-us"]

    def test_the_targets_are_summed_up_and_lead_to_their_rows(self) -> None:
        root = read(page(FLEET))
        [shares] = root.all("ul", **{"class": "shares"})
        assert [words_of(item) for item in shares.all("li")] == [
            "Without a target change 1",
            "pay-eu error 5",
            "shop-eu change 1",
            "shop-us change 1",
        ]
        assert "All jobs of 1 target are as declared." in root.text
        for link in shares.all("a"):
            [row] = root.all("tr", id=str(link.attributes["href"]).removeprefix("#"))
            assert words_of(row.all("td")[0]) == link.text.replace("Without a target", "")

    def test_the_timeline_shows_them_by_target(self) -> None:
        [chart] = read(page(FLEET)).all("div", **{"class": "chart"})
        assert [words_of(head) for head in chart.all("h3")] == [
            "d1 / prod",
            "shop-eu d1 / prod",
            "shop-quiet d1 / prod",
            "shop-us d1 / prod",
        ]

    def test_the_style_names_each_column_for_narrow_screens(self) -> None:
        text = page(FLEET)
        heads = [head.text for head in read(text).all("th", scope="col")]
        assert heads == [COLUMNS[0], BY_TARGET, *COLUMNS[1:]]
        short = {"App / environment": "App / env"}
        expected = {
            place: short.get(head, head) for place, head in enumerate(heads, 1) if place > 1
        }
        assert named_columns(text) == expected

    def test_of_one_target_or_none_the_page_says_nothing_of_it(self) -> None:
        lone = replace(REPORT, jobs=tuple(replace(job, target="shop-eu") for job in REPORT.jobs))
        assert page(lone) == page(REPORT)


def test_the_same_report_is_the_same_page() -> None:
    assert page(REPORT) == page(replace(REPORT))
    assert page(many(50, 20)) == page(many(50, 20))


def test_1000_jobs_with_300_changes_are_small() -> None:
    text = page(many(1000, 300))
    assert len(text.encode()) < 800_000
    assert f"change <b>{300}</b>" in text


@given(st.none() | st.floats())
def test_any_time_can_be_shown(time: float | None) -> None:
    job = ReportedJob("a", "update", KEY, created=time, updated=time)
    assert len(cells(Report(None, None, (job,)))) == 1


def test_every_action_has_a_word() -> None:
    assert list(WORDS) == list(ACTIONS)


def test_the_package_of_reports_loads_no_template_engine() -> None:
    code = "import sys, pulumi_amplify_jobs.report; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
