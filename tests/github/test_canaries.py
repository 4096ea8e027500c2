"""Canaries on the way to GitHub: none in a comment, in a step's summary, or in what is printed."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import pytest

from pulumi_amplify_jobs.github.api import Api
from pulumi_amplify_jobs.github.comment_body import Version
from pulumi_amplify_jobs.github.decisions import Wanted
from pulumi_amplify_jobs.github.errors import GitHubError
from pulumi_amplify_jobs.github.publish import settle

from ..canaries import ALWAYS, CANARIES, KEYS, leaks
from .stand_in import REPOSITORY, TOKEN, Fault, GitHub
from .workflow import MARK, Workflow, plan, planned

PREVIEWS = Path(__file__).parents[1] / "report" / "previews"
FREE_TEXT = ("message", "error", "reason", "skipped", "unsettled", "status", "to")
"""Fields of previews in which a service, a library or a program may have said anything."""

HEADERS = {
    "Authorization": f"AWS4-HMAC-SHA256 Credential={KEYS['access_key']}/20261125/eu-west-1",
    "X-Amz-Security-Token": KEYS["token"],
    "Proxy-Authorization": "Basic dXNlcjpjYW5hcnk=",
}
SAID = f"{json.dumps(HEADERS)} then {' and '.join(CANARIES)}"
UNKNOWN = {
    "a header": json.dumps(HEADERS),
    "a query": f"?X-Amz-Security-Token={KEYS['token']}&X-Amz-Credential={KEYS['access_key']}%2Fx",
    "an invalid header": f"Invalid header value b'{KEYS['token']}\\n'",
    "an access key": f"for the key {KEYS['access_key']} now",
    "a secret key": f'"SecretAccessKey": "{KEYS["secret_key"]}"',
    "a URL": f"can't reach {ALWAYS['AWS_ENDPOINT_URL_S3']}",
    "tokens": " ".join(ALWAYS[name] for name in ("GITHUB_TOKEN", "GH_TOKEN")),
    "a web token": ALWAYS["ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
}
"""What a message may say of secrets that are not in the environment of the step that comments."""


@pytest.fixture
def workflow(hub: GitHub, tmp_path: Path) -> Workflow:
    return Workflow(hub, tmp_path)


@pytest.fixture
def in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """All canaries are in the environment of the step that comments."""
    for number, value in enumerate(CANARIES):
        monkeypatch.setenv(f"CANARY_{number}_TOKEN", value)


def saying(value: Any, said: str) -> Any:
    """Return JSON data with something said in all of its free text."""
    if isinstance(value, list):
        return [saying(each, said) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: f"{item} {said}"
        if name in FREE_TEXT and isinstance(item, str)
        else saying(item, said)
        for name, item in value.items()
    }


def preview_saying(name: str, said: str) -> str:
    text = (PREVIEWS / name).read_text()
    if name.endswith(".jsonl"):
        return "\n".join(json.dumps(saying(json.loads(each), said)) for each in text.splitlines())
    return json.dumps(saying(json.loads(text), said))


def talkative(said: str) -> str:
    """Return a plan of which every text says so."""
    jobs = [planned(action, f"job-{action}") for action in ("update", "error", "skipped")]
    document = {"version": 2, "stack": "dev", "summary": {}, "jobs": jobs, "rules": []}
    return json.dumps(saying(document, said))


def everywhere(hub: GitHub, workflow: Workflow, *printed: str) -> str:
    """Return all that anybody can read afterwards."""
    summary = workflow.summary.read_text() if workflow.summary.exists() else ""
    return "\n".join([*(each["body"] for each in hub.comments.values()), summary, *printed])


KINDS = sorted(path.name for path in PREVIEWS.glob("*.json*"))
SILENT = ("at-rest.json", "removed.json", "secret.json")
"""Previews that give no reason, or none that may be shown."""


@pytest.mark.parametrize("fork", [False, True], ids=["comment", "summary"])
@pytest.mark.parametrize("name", [*KINDS, "plan"])
def test_a_preview_that_says_credentials_in_use(
    hub: GitHub, workflow: Workflow, in_use: None, name: str, fork: bool
) -> None:
    if fork:
        workflow.comes_from("mona/shop")
        hub.may_write = False
    preview = talkative(SAID) if name == "plan" else preview_saying(name, SAID)
    result = workflow.comment(preview, "--history")
    assert result.exit_code == 0, result.output
    shown = everywhere(hub, workflow, result.output, result.stderr)
    assert "***" in shown or name in SILENT
    assert leaks(shown, [*CANARIES, TOKEN]) == []
    printed = workflow.comment(preview, "--dry-run").output
    assert leaks(printed, CANARIES) == []


@pytest.mark.parametrize("kind", UNKNOWN)
def test_a_preview_that_says_credentials_of_another_step(
    hub: GitHub, workflow: Workflow, kind: str
) -> None:
    result = workflow.comment(talkative(UNKNOWN[kind]))
    assert result.exit_code == 0, result.output
    shown = everywhere(hub, workflow, result.output)
    assert "***" in shown
    assert leaks(shown, CANARIES) == []


def test_an_earlier_version_that_says_credentials_loses_them(
    hub: GitHub, workflow: Workflow, in_use: None
) -> None:
    workflow.comment(plan("update"), "--history")
    (there,) = hub.with_marker()
    there["body"] = (
        there["body"].replace("newly declared", SAID).replace("**1 job", f"{SAID} **1 job")
    )
    assert leaks(there["body"], CANARIES)
    workflow.comment(plan("update", "update"), "--history")
    assert "***" in workflow.body
    assert leaks(workflow.body, CANARIES) == []


ECHOES = {
    "a refusal": Fault(403, body={"message": SAID, "errors": [TOKEN, {"message": SAID}]}),
    "an unknown status": Fault(418, body={"message": f"Bearer {TOKEN} {SAID}"}),
    "a redirect to another host": Fault(
        307, {"location": f"https://{TOKEN}@evil.test/{TOKEN}?token={TOKEN}"}
    ),
    "a redirect to a name": Fault(307, {"location": f"https://{TOKEN}.evil.test/"}),
    "a redirect to nowhere": Fault(307, {"location": f"https://[{TOKEN}"}),
    "a redirect to a place that is not there": Fault(307, {"location": f"/{TOKEN}"}),
    "no JSON of ours": Fault(422, body=f"<html>{TOKEN} {SAID}"),
    "a rate limit": Fault(
        403,
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999", "x-echo": TOKEN},
        {"message": f"API rate limit exceeded for {TOKEN} {SAID}"},
    ),
}


@pytest.mark.parametrize("debug", [None, "1"], ids=["plain", "debug"])
@pytest.mark.parametrize("operation", ["list", "create"])
@pytest.mark.parametrize("echo", ECHOES)
def test_an_answer_that_repeats_what_it_was_sent(
    hub: GitHub,
    workflow: Workflow,
    in_use: None,
    echo: str,
    operation: str,
    debug: str | None,
) -> None:
    if debug:
        workflow.environment["AMPLIFY_JOBS_DEBUG"] = debug
    hub.fail(operation, ECHOES[echo])
    result = workflow.comment(plan("update"))
    assert result.exit_code == 1
    assert result.stderr
    shown = everywhere(hub, workflow, result.output, result.stderr)
    assert leaks(shown, [*CANARIES, TOKEN, TOKEN.lower()]) == []


EXHAUSTING = {
    "faults": Fault(503, {"x-echo": TOKEN}, {"message": f"{TOKEN} {SAID}"}),
    "faults that are no JSON": Fault(502, body=f"<html>{TOKEN} {SAID}"),
    "limits": Fault(429, {"retry-after": "30"}, {"message": f"{TOKEN} {SAID}"}),
    "secondary limits": Fault(403, {}, {"message": f"secondary rate limit: {TOKEN} {SAID}"}),
    "another server's answers": Fault(200, body=[f"{TOKEN} {SAID}"]),
    "no answers": Fault(None),
}
WANTED = Wanted(MARK, Version(f"{MARK}\n", "one job changes", "2026-11-24T06:00:00Z"))


@pytest.mark.parametrize("operation", ["list", "create"])
@pytest.mark.parametrize("echo", EXHAUSTING)
def test_retries_that_run_out_say_no_credential(
    hub: GitHub,
    api: Api,
    in_use: None,
    caplog: pytest.LogCaptureFixture,
    echo: str,
    operation: str,
) -> None:
    hub.fail(operation, *[EXHAUSTING[echo]] * 40)
    with caplog.at_level("DEBUG", "pulumi_amplify_jobs"), pytest.raises(GitHubError) as caught:
        settle(api, WANTED)
    assert "gave up after" in str(caught.value)
    logged = [each for each in caplog.records if each.name.startswith("pulumi_amplify_jobs")]
    assert "retried in" in "".join(each.getMessage() for each in logged)
    shown = [*traceback.format_exception(caught.value), *(each.getMessage() for each in logged)]
    assert leaks("\n".join(shown), [*CANARIES, TOKEN, TOKEN.lower()]) == []


def test_pages_that_lead_elsewhere(hub: GitHub, workflow: Workflow) -> None:
    hub.chat(101)
    hub.link_base = f"https://{TOKEN}@evil.test"
    result = workflow.comment(plan("update"))
    assert result.exit_code == 1
    assert "the token goes to no other host" in result.stderr
    assert leaks(everywhere(hub, workflow, result.output), [TOKEN]) == []


def test_a_comment_that_repeats_the_token(hub: GitHub, workflow: Workflow) -> None:
    url = f"https://github.com/{REPOSITORY}/pull/12?{TOKEN}"
    hub.write(f"{MARK}\n<!-- amplify-jobs version: {TOKEN}, {TOKEN} -->\n{TOKEN}\n")
    (there,) = hub.with_marker()
    there["html_url"] = url
    result = workflow.comment(plan("update"), "--history")
    assert result.stdout.startswith("updated https://github.com/")
    assert leaks(everywhere(hub, workflow, result.output), [TOKEN]) == []
