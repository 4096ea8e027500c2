"""The answers of both services: botocore's parser, and what is believed of its result.

The first line of an input is the call and the HTTP status, the rest is the body. Whatever it is,
the result is one line of an error, or names what was asked for in the body itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, cast

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from pulumi_amplify_jobs.client.apps import AppsService
from pulumi_amplify_jobs.client.calls import Caller
from pulumi_amplify_jobs.client.retry import Budget
from pulumi_amplify_jobs.client.service import AmplifyJobsService
from pulumi_amplify_jobs.client.sources import new_session
from pulumi_amplify_jobs.clock import SystemClock
from pulumi_amplify_jobs.domain.jobs import ObservedJob
from pulumi_amplify_jobs.domain.keys import Environment, JobKey
from pulumi_amplify_jobs.errors import ServiceError

from ..target import CANARY, Target, assert_line, assert_no_canary, nested

KEY = JobKey("d2abcdefgh1234", "prod", "4f1c")
ENVIRONMENT = Environment(KEY.app_id, KEY.backend_environment_name)
CALLS = ("get", "update", "list", "apps", "environments")
HEAD = re.compile(rb"(\w+) (\d{3})\n")
FIELDS = ("operation", "status", "create_time", "update_time", "error")


LAST_PAGE = b'{"apps": [], "backendEnvironments": []}'


class Body:
    """What urllib3 would read from a connection."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """Yield the content."""
        yield self._content


class Answering:
    """Two services whose every request gets the answer that was set last."""

    def __init__(self) -> None:
        self.status, self.body = 200, b""
        self.jobs = AmplifyJobsService(self._caller("amplifybackend"))
        self.apps = AppsService(self._caller("amplify"))

    def _caller(self, service: str) -> Caller[Any]:
        session = new_session(None)
        session.set_credentials("AKIDEXAMPLE", "made-up")
        client = session.create_client(
            service,
            region_name="eu-west-1",
            endpoint_url="http://127.0.0.1:1",
            config=Config(retries={"total_max_attempts": 1}),
        )
        client.meta.events.register("before-send", cast("Any", self._answer))
        return Caller(lambda: client, Budget(max_retries=0), SystemClock(), settled=lambda: True)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        headers = HTTPHeaders()
        headers["Content-Type"] = "application/json"
        more = "nextToken=" in request.url
        status, body = (200, LAST_PAGE) if more else (self.status, self.body)
        return AWSResponse(request.url, status, headers, Body(body))


@cache
def _answering() -> Answering:
    found = Answering()
    named = {"appId": KEY.app_id, "backendEnvironmentName": "prod", "jobId": KEY.job_id}
    found.body = json.dumps(named).encode()
    found.jobs.get(KEY)  # from then on no call has a thread of its own
    found.body = LAST_PAGE
    list(found.apps.apps())
    return found


def check(data: bytes) -> None:
    """Make a call that gets an answer."""
    head = HEAD.match(data)
    name = head[1].decode() if head else "get"
    answering = _answering()
    answering.status = int(head[2]) if head else 200
    answering.body = data[head.end() :] if head else data
    if name not in CHECKS or not 200 <= answering.status <= 599:
        return
    try:
        CHECKS[name](answering)
    except ServiceError as error:
        assert_line(str(error))


def _document(answering: Answering) -> Mapping[str, Any]:
    """Return what the body says. Whatever comes of an answer must stand in it."""
    assert 200 <= answering.status < 301, f"a failure was taken for an answer: {answering.status}"
    document = json.loads(answering.body)
    assert isinstance(document, dict)
    return document


def _get(answering: Answering) -> None:
    job = answering.jobs.get(KEY)
    if job is None:
        assert answering.status >= 400, "no such job, without an error that says so"
    else:
        _assert_job(job, _document(answering), KEY)


def _update(answering: Answering) -> None:
    _assert_job(answering.jobs.update(KEY, None, "FAILED"), _document(answering), KEY)


def _list(answering: Answering) -> None:
    jobs, token = answering.jobs.list_page(ENVIRONMENT, None)
    if answering.status >= 400:
        assert (jobs, token) == ((), None)
        return
    document = _document(answering)
    assert len(jobs) == len(document["jobs"])
    for job, entry in zip(jobs, document["jobs"], strict=True):
        assert job.key.environment == ENVIRONMENT
        _assert_job(job, entry, job.key)
    assert token is None or token == document["nextToken"]


def _assert_job(job: ObservedJob, entry: Mapping[str, Any], key: JobKey) -> None:
    assert job.key == key
    said = (entry["appId"], entry["backendEnvironmentName"], entry["jobId"])
    assert said == (key.app_id, key.backend_environment_name, key.job_id)
    for field in FIELDS:
        value = getattr(job, field)
        assert value is None or (isinstance(value, str) and value.isprintable()), (field, value)
    assert_no_canary(job.error or "")


def _apps(answering: Answering) -> None:
    apps = list(answering.apps.apps())
    said = [each["appId"] for each in _document(answering)["apps"]]
    assert [app.app_id for app in apps] == list(dict.fromkeys(said))
    assert all(isinstance(text, str) for app in apps for text in (app.name, *app.tags.values()))


def _environments(answering: Answering) -> None:
    names = answering.apps.environments(KEY.app_id)
    if names is None:
        assert answering.status >= 400, "no such app, without an error that says so"
        return
    said = [each["environmentName"] for each in _document(answering)["backendEnvironments"]]
    assert list(names) == list(dict.fromkeys(said))


CHECKS: Mapping[str, Callable[[Answering], None]] = {
    "get": _get,
    "update": _update,
    "list": _list,
    "apps": _apps,
    "environments": _environments,
}


def seeds() -> Iterator[bytes]:
    """Yield good answers of each call, and refusals."""
    named = {"appId": KEY.app_id, "backendEnvironmentName": "prod", "jobId": KEY.job_id}
    job = {
        **named,
        "operation": "CreateBackend",
        "status": "RUNNING",
        "createTime": "1763942400000",
    }
    failed = {**job, "status": "FAILED", "error": f"line\none, token={CANARY}"}
    app = {"appId": KEY.app_id, "name": "shop", "appArn": f"arn:aws:amplify:eu:1:apps/{KEY.app_id}"}
    environment = {"environmentName": "prod", "backendEnvironmentArn": f"{app['appArn']}/b/prod"}
    answers: list[tuple[str, int, object]] = [
        ("get", 200, job),
        ("get", 404, {"message": "no such job", "resourceType": "job"}),
        ("update", 200, failed),
        ("update", 400, {"message": f"bad {CANARY}"}),
        ("list", 200, {"jobs": [job, failed], "nextToken": "2"}),
        ("list", 429, {"limitType": "x", "message": "slower"}),
        ("apps", 200, {"apps": [{**app, "tags": {"team": "web"}}], "nextToken": "2"}),
        ("apps", 200, {"apps": [{**app, "createTime": "1763942400000"}]}),
        ("apps", 403, {"message": "not authorized"}),
        ("environments", 200, {"backendEnvironments": [environment]}),
        ("environments", 504, {"message": "late"}),
    ]
    for deep in nested():
        yield f'get 200\n{{"appId": {deep}}}'.encode()
        yield f'list 400\n{{"message": {deep}}}'.encode()
    for call, status, document in answers:
        yield f"{call} {status}\n{json.dumps(document)}".encode()


TARGET = Target(
    "answers",
    check,
    seeds,
    words=(
        *(f"{call} 200\n" for call in CALLS),
        *('"appId"', '"backendEnvironmentName"', '"jobId"', '"error"', '"jobs"', '"nextToken"'),
        *('"operation"', '"status"', '"createTime"', '"tags"', '"apps"', '"backendEnvironments"'),
        *('"environmentName"', '"appArn"', '"message"', '"__type"', '"code"', "NotFoundException"),
        *('"d2abcdefgh1234"', '"prod"', '"4f1c"', "null", "NaN", "[]", "{}", "1e999", "\\ud800"),
        *("arn:aws:amplify:eu:1:apps/", CANARY),
    ),
)
