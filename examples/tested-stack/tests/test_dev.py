"""What the stack `dev` does to the jobs of the shop; nothing here needs AWS or a Pulumi CLI."""

import pytest

from pulumi_amplify_jobs.testing import RunFailedError

KEY = {"appId": "d2abcdefgh1234", "backendEnvironmentName": "prod"}
PUSH = ("d2abcdefgh1234", "prod", "4f1c")


@pytest.fixture
def shop(amplify_jobs_emulator):
    """The service, with the push that hangs and the models that are done."""
    push = {**KEY, "jobId": "4f1c", "operation": "UpdateBackendAPI", "status": "RUNNING"}
    models = {**KEY, "jobId": "77", "operation": "GenerateBackendAPIModels", "status": "COMPLETED"}
    amplify_jobs_emulator.seed([push, models])
    return amplify_jobs_emulator


def updates(shop):
    return [(call.job_id, call.body) for call in shop.requests("UpdateBackendJob")]


def test_the_review_sees_what_the_push_is_moved_away_from(shop, amplify_jobs_host):
    preview = amplify_jobs_host().preview()
    assert preview.changes == {"unstick-push": "create", "models": "create"}
    assert preview.steps["unstick-push"].inputs["plan"]["from"]["status"] == "RUNNING"
    assert preview.steps["models"].inputs["plan"] == {"action": "adopt"}
    assert updates(shop) == []


def test_one_update_ends_the_push_and_then_there_is_nothing_to_do(shop, amplify_jobs_host):
    host = amplify_jobs_host()
    host.up()
    assert updates(shop) == [("4f1c", {"status": "FAILED"})]
    assert host.up().changes == {}
    assert len(updates(shop)) == 1


def test_a_push_that_ended_by_itself_is_left_alone(shop, amplify_jobs_host):
    shop.set_job(*PUSH, status="COMPLETED")
    up = amplify_jobs_host().up()
    plan = up.steps["unstick-push"].inputs["plan"]
    assert plan == {"action": "skipped", "reason": "when: status is COMPLETED, not RUNNING"}
    assert updates(shop) == []


def test_a_job_that_is_gone_fails_in_the_review(shop, amplify_jobs_host):
    shop.remove_job(*PUSH)
    with pytest.raises(RunFailedError, match="the service has no such job"):
        amplify_jobs_host().preview()
