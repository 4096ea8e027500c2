"""Requests that botocore's models describe, and near misses of them, for the emulator over HTTP.

Every answer fits the model: the output of the operation, or one of its errors with the members that
this has. Nothing fails within (500), and only a good update changes a job: the one that it names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urlencode

import httpx
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pulumi_amplify_jobs.emulator import Emulator
from pulumi_amplify_jobs.emulator.entities import JobKey
from pulumi_amplify_jobs.emulator.request_log import RecordedRequest

from .running import Found

SERVICES = ("amplifybackend", "amplify")
PLAYED = (
    *("GetBackendJob", "ListBackendJobs", "UpdateBackendJob"),
    *("ListApps", "ListBackendEnvironments"),
)
"""The operations that the emulator has."""

APP, ENVIRONMENT, JOBS = "d2abcdefgh1234", "prod", ("1", "a/b%c", "ü☃")
SEED = {
    "apps": [{"appId": APP, "name": "shop", "environments": [ENVIRONMENT, "dev"]}],
    "jobs": [
        {
            "appId": APP,
            "backendEnvironmentName": ENVIRONMENT,
            "jobId": job,
            "operation": "UpdateBackendAPI",
            "status": "RUNNING",
            "createTime": "1763942400000",
            "updateTime": "1763942400000",
        }
        for job in JOBS
    ],
}
SLOW = [HealthCheck.too_slow]
"""How long it takes says more about what else the machine does."""

NOT_PLAYED = 501
"""What the emulator answers for an operation that it does not have."""

ANY_CLIENT_ERROR = {
    400: {"BadRequestException", "ValidationException"},
    403: {"ForbiddenException", "AccessDeniedException"},
    404: {"NotFoundException", "UnknownOperationException"},
    413: {"RequestEntityTooLarge"},
}
"""What AWS answers to what is no request, by status, beside the errors of each operation."""

WORDS = (APP, ENVIRONMENT, *JOBS, "RUNNING", "FAILED", "..", "%2F", "\0", "")
TEXT = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
WILD = st.recursive(
    SCALAR, lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXT, below, max_size=3)
)


@dataclass(frozen=True)
class Sent:
    """A request."""

    method: str
    path: str
    """As it is spelled in the URL, with the query."""
    body: bytes
    operation: str | None = None
    """The operation that it was made for."""


@cache
def operations() -> Mapping[str, OperationModel]:
    """Return the models of the operations that the emulator has, and of all others."""
    found = {}
    for service in SERVICES:
        model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
        found.update({name: model.operation_model(name) for name in model.operation_names})
    return found


def _value(shape: Shape) -> st.SearchStrategy[Any]:
    """Return values for a member: mostly of its type."""
    kinds = {
        "string": TEXT,
        "integer": st.integers(-1, 120),
        "boolean": st.booleans(),
    }
    fitting = kinds.get(shape.type_name, WILD)
    return st.one_of(fitting, fitting, fitting, WILD)


@st.composite
def requests(draw: st.DrawFn) -> Sent:
    """Draw a request: one of an operation that the emulator has, of another one, or of none."""
    name = draw(st.sampled_from([*PLAYED * 4, *sorted(operations())]))
    model = operations()[name]
    members = model.input_shape.members if model.input_shape else {}
    path, query, body = model.http["requestUri"], {}, {}
    for member, shape in members.items():
        wire = shape.serialization.get("name", member)
        place = shape.serialization.get("location")
        if place == "uri":
            part = draw(TEXT)
            path = path.replace(f"{{{wire}}}", quote(part, safe=draw(st.sampled_from(["", "/"]))))
        elif draw(st.booleans()):
            value = draw(_value(shape))
            if place == "querystring":
                query[wire] = value
            elif place is None:
                body[wire] = value
    content = draw(st.just(_encoded(body)) | st.binary(max_size=60))
    method = draw(st.sampled_from([model.http["method"]] * 8 + ["GET", "POST", "PUT", "DELETE"]))
    asked = f"?{urlencode(query)}" if query else ""
    return Sent(method, path + asked, content if method != "GET" else b"", name)


def _encoded(document: object) -> bytes:
    return json.dumps(document).encode("utf-8", "surrogatepass")


class Trying:
    """An emulator whose jobs are known, and a client for it."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.client = httpx.Client(base_url=emulator.url, timeout=60)
        self.sent = 0
        emulator.reset()
        emulator.seed(SEED)

    def __enter__(self) -> Trying:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def check(self, sent: Sent) -> None:
        """Send a request. Raises AssertionError for an answer that no model has."""
        before = self._state()
        self.sent += 1
        answer = self.client.request(sent.method, sent.path, content=sent.body)
        noted = next(reversed(self.emulator.requests()), None)
        self.emulator.clear_requests()
        name = noted.operation if noted else None
        model = operations()[name] if name else None
        if answer.status_code == 200:
            assert model is not None, "an answer of no operation"
            assert model.output_shape is not None
            assert_fits(answer.json(), model.output_shape)
        elif answer.status_code == NOT_PLAYED:
            assert name not in PLAYED
        else:
            _assert_error(answer, model)
        changed = self._changed(before)
        if noted and name == "UpdateBackendJob" and answer.status_code == 200:
            self._assert_updated(before, changed, noted, answer.json())
        else:
            assert changed == [], "a job changed without an update"

    def _state(self) -> Mapping[str, Any]:
        jobs = {job.key: job.wire() for job in self.emulator.jobs()}
        return {"jobs": jobs, "apps": [app.wire() for app in self.emulator.apps()]}

    def _changed(self, before: Mapping[str, Any]) -> list[JobKey]:
        """Return the jobs that changed. Nothing comes, nothing goes."""
        after = self._state()
        assert after["apps"] == before["apps"]
        assert after["jobs"].keys() == before["jobs"].keys()
        return [key for key, job in after["jobs"].items() if job != before["jobs"][key]]

    def _assert_updated(
        self,
        before: Mapping[str, Any],
        changed: list[JobKey],
        noted: RecordedRequest,
        shown: Mapping[str, Any],
    ) -> None:
        """Check that the job that the path names is as the body says, and no other was touched."""
        _, _, app, _, environment, job = noted.path.removesuffix("/").split("/")
        key = (unquote(app), unquote(environment), unquote(job))
        assert changed in ([], [key])
        assert self._state()["jobs"][key] == shown
        asked = noted.body if isinstance(noted.body, dict) else {}
        for field in ("operation", "status"):
            given = asked.get(field)
            assert shown.get(field) == (before["jobs"][key].get(field) if given is None else given)


def assert_fits(value: Any, shape: Shape) -> None:
    """Check that JSON data is of a shape: its types, and its members without any other."""
    if isinstance(shape, StructureShape):
        assert isinstance(value, dict), value
        wire = {each.serialization.get("name", name): each for name, each in shape.members.items()}
        assert value.keys() <= wire.keys(), value.keys() - wire.keys()
        names = {name: each.serialization.get("name", name) for name, each in shape.members.items()}
        assert {names[name] for name in shape.required_members} <= value.keys()
        for name, each in value.items():
            assert_fits(each, wire[name])
    elif shape.type_name == "list":
        assert isinstance(value, list), value
        for each in value:
            assert_fits(each, shape.member)  # type: ignore[attr-defined]
    elif shape.type_name == "map":
        assert isinstance(value, dict), value
        for each in value.values():
            assert_fits(each, shape.value)  # type: ignore[attr-defined]
    else:
        kinds: Mapping[str, tuple[type, ...]] = {
            "string": (str,),
            "integer": (int,),
            "boolean": (bool,),
            "timestamp": (int, float),
        }
        assert type(value) in kinds[shape.type_name], (shape.name, value)


def _assert_error(answer: httpx.Response, model: OperationModel | None) -> None:
    assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text[:200]}"
    error = answer.headers["x-amzn-errortype"]
    shapes = {shape.name: shape for shape in (model.error_shapes if model else ())}
    if error in shapes and answer.status_code == shapes[error].metadata["error"]["httpStatusCode"]:
        assert_fits(answer.json(), shapes[error])
    else:
        assert error in ANY_CLIENT_ERROR.get(answer.status_code, ()), (answer.status_code, error)
    assert any(name.lower() == "message" for name in answer.json())


def attempt(seed_: int, examples: int) -> Found:
    """Send so many requests to an emulator of its own."""
    with Emulator() as emulator, Trying(emulator) as trying:

        @seed(seed_)
        @settings(max_examples=examples, database=None, deadline=None, suppress_health_check=SLOW)
        @given(requests())
        def every_answer_fits(sent: Sent) -> None:
            trying.check(sent)

        try:
            every_answer_fits()
        except Exception as error:  # noqa: BLE001 (whatever it is, it is what was found)
            return Found(trying.sent, " ".join(f"{type(error).__name__}: {error}".split())[:500])
        return Found(trying.sent, None)
