"""What `pulumi preview` and `pulumi up` must be allowed: the pages' policies, under the engine."""

from __future__ import annotations

from pulumi_amplify_jobs.emulator import Emulator
from reference.permissions import GET, RULES_PREVIEW, RULES_UP, UPDATE
from tests.permissions import JOBS, RULE, denial, made, permit, seed, without

from .project import Project


def test_a_preview_writes_nothing_and_an_up_needs_one_action_more(
    project: Project, emulator: Emulator
) -> None:
    seed(emulator)
    project.configure(JOBS, rules={"stuck": RULE})
    permit(emulator, without(RULES_PREVIEW, GET))
    refused = project.preview(expect=None)
    assert refused.code != 0
    assert denial(GET) in refused.text
    permit(emulator, RULES_PREVIEW)
    emulator.clear_requests()
    project.preview()
    assert made(emulator) == set(RULES_PREVIEW)
    refused = project.up(expect=None)
    assert refused.code != 0
    assert denial(UPDATE) in refused.text
    assert "Traceback" not in refused.text
    assert {each.status for each in emulator.jobs()} == {"RUNNING"}
    permit(emulator, RULES_UP)
    emulator.clear_requests()
    project.up()
    assert made(emulator) == set(RULES_UP)
    assert {each.job_id: each.status for each in emulator.jobs()} == {
        "1": "FAILED",
        "2": "RUNNING",
        "3": "FAILED",
        "kept": "RUNNING",
    }
