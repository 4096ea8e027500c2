"""What goes over the wire, and that it is what botocore's model says."""

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

from pulumi_amplify_jobs.emulator import Emulator, Job

from .conftest import job

PATH = "/backend/app/job/dev"


@pytest.fixture(scope="module")
def model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("amplifybackend", "service-2"))


def test_a_job_has_the_fields_of_every_shape_that_shows_one(model: ServiceModel) -> None:
    fields = {field.alias for field in Job.model_fields.values()}
    for name in ("GetBackendJobResponse", "UpdateBackendJobResponse", "BackendJobRespObj"):
        shape = model.shape_for(name)
        assert {each.serialization["name"] for each in shape.members.values()} == fields  # type: ignore[attr-defined]


def test_an_answer_is_what_the_parser_of_botocore_reads(
    emulator: Emulator, model: ServiceModel
) -> None:
    emulator.seed([job("ü☃", status="RUNNING")])
    answer = httpx.post(f"{emulator.url}{PATH}", json={})
    assert answer.headers["content-type"] == "application/json"
    shape = model.operation_model("ListBackendJobs").output_shape
    assert shape is not None
    response = {"body": answer.content, "headers": answer.headers, "status_code": 200}
    parsed = create_parser("rest-json").parse(response, shape)
    assert parsed["Jobs"][0]["JobId"] == "ü☃"
    assert parsed["ResponseMetadata"]["RequestId"] == answer.headers["x-amzn-requestid"]


def test_every_answer_has_an_id_of_its_own(emulator: Emulator) -> None:
    paths = [f"{PATH}/none", "/nowhere", "/_admin/jobs", "/_admin/none"]
    ids = {httpx.get(emulator.url + path).headers["x-amzn-requestid"] for path in paths}
    assert len(ids) == len(paths)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "the body is not valid JSON"),
        (b"\xff", "the body is not valid JSON"),
        (b'{"status": "\\ud800"}', "the body is not valid JSON"),
        (b"[" * 100_000, "the body is not valid JSON"),
        (b'["status"]', "the body is not a JSON object"),
        (b'{"status": 1}', "status is not of type string"),
        (b'{"status": true}', "status is not of type string"),
        (b'{"operation": {}}', "operation is not of type string"),
    ],
)
def test_a_body_that_does_not_fit_is_a_bad_request(
    emulator: Emulator, body: bytes, message: str
) -> None:
    emulator.seed([job(status="RUNNING")])
    answer = httpx.post(f"{emulator.url}{PATH}/j", content=body)
    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] == "BadRequestException"
    assert answer.json() == {"message": message}
    assert emulator.job("app", "dev", "j").status == "RUNNING"
    assert emulator.requests()[0].status == 400


@pytest.mark.parametrize("value", ["0", "-1", "26", '"5"', "true", "5.0", "1" * 5000])
def test_an_integer_is_one_and_within_its_limits(emulator: Emulator, value: str) -> None:
    answer = httpx.post(emulator.url + PATH, content=f'{{"maxResults": {value}}}')
    assert answer.status_code == 400


def test_unknown_members_and_nulls_are_ignored(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING", operation="A")])
    body = {"jobId": "other", "Status": "X", "status": None, "operation": "B", "more": [1]}
    answer = httpx.post(f"{emulator.url}{PATH}/j", json=body)
    assert answer.json()["jobId"] == "j"
    assert (answer.json()["status"], answer.json()["operation"]) == ("RUNNING", "B")


def test_an_empty_body_is_no_member_at_all(emulator: Emulator) -> None:
    emulator.seed([job(status="RUNNING")])
    assert httpx.post(f"{emulator.url}{PATH}/j").json()["status"] == "RUNNING"
    assert len(httpx.post(emulator.url + PATH).json()["jobs"]) == 1
    assert emulator.requests()[0].body is None


def test_the_path_is_decoded_once(emulator: Emulator) -> None:
    emulator.seed([job("%2F"), job("/")])
    assert httpx.get(f"{emulator.url}{PATH}/%252F").json()["jobId"] == "%2F"
    assert httpx.get(f"{emulator.url}{PATH}/%2F").json()["jobId"] == "/"
    assert httpx.get(f"{emulator.url}{PATH}/%2F?x=1#y").json()["jobId"] == "/"
    assert emulator.requests()[0].path == f"{PATH}/%252F"


def test_a_path_that_is_no_text_is_a_bad_request(emulator: Emulator) -> None:
    answer = httpx.get(f"{emulator.url}{PATH}/%ff")
    assert answer.status_code == 400
    assert answer.json() == {"message": "the path is not UTF-8"}
    assert emulator.requests()[0].job_id == "%ff"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", PATH),
        ("GET", f"{PATH}/"),
        ("PUT", f"{PATH}/j"),
        ("POST", "/backend/app/job"),
        ("POST", f"{PATH}//"),
        ("POST", f"{PATH}/j/k"),
        ("POST", "/backend/app/job//j"),
    ],
)
def test_what_the_model_does_not_have_is_unknown(
    emulator: Emulator, method: str, path: str
) -> None:
    emulator.seed([job()])
    answer = httpx.request(method, emulator.url + path)
    assert answer.status_code == 404
    assert answer.headers["x-amzn-errortype"] == "UnknownOperationException"
    said = f"Neither AmplifyBackend nor AWS Amplify has an operation at {method} {path}"
    assert answer.json() == {"message": said}
    [entry] = emulator.requests()
    assert (entry.operation, entry.status, entry.path) == (None, 404, path)


def test_the_record_tells_what_came_in(emulator: Emulator) -> None:
    emulator.seed([job("a b")])
    httpx.post(f"{emulator.url}{PATH}/a%20b", json={"status": "FAILED"})
    httpx.post(f"{emulator.url}{PATH}", json={"jobId": "7"})
    httpx.post(f"{emulator.url}{PATH}", content=b"no JSON")
    first, second, third = (entry.wire() for entry in emulator.requests())
    assert first == {
        "operation": "UpdateBackendJob",
        "method": "POST",
        "path": f"{PATH}/a%20b",
        "appId": "app",
        "backendEnvironmentName": "dev",
        "jobId": "a b",
        "body": {"status": "FAILED"},
        "status": 200,
        "fault": None,
        "time": 1700000000250,
    }
    assert (second["jobId"], third["jobId"], third["body"]) == ("7", None, "no JSON")


def test_a_client_that_leaves_halfway_makes_no_noise(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    address = urlsplit(emulator.url)
    with socket.create_connection((address.hostname, address.port or 0)) as connection:
        head = f"POST {PATH}/j HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n"
        connection.sendall(head.encode() + b'{"status"')
    with socket.create_connection((address.hostname, address.port or 0)) as connection:
        connection.sendall(b"no HTTP at all\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    emulator.seed([job()])
    answer = httpx.get(f"{emulator.url}{PATH}/j")
    assert json.loads(answer.content)["jobId"] == "j"
    assert [entry.operation for entry in emulator.requests()] == ["GetBackendJob"]
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []
