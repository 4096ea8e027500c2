"""SigV4: what is rightly signed gets in, and nothing else does.

`tests/emulator/test_javascript.py` has the same checked by a signer that is not botocore's.
"""

from __future__ import annotations

import http.client
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote, urlsplit

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Keys
from botocore.exceptions import ClientError

from pulumi_amplify_jobs.emulator import Credentials, Emulator
from tests.shifted_clock import ShiftedClock

from .conftest import DEV, job, make_client

ACCESS, SECRET, REGION = "AKIDEXAMPLE", "made-up", "eu-west-1"
ALPHABET = "aZ09-_.~ /%?&=+#:;,'\"()üß☃日\n\t"
OPERATIONS = ("GetBackendJob", "UpdateBackendJob", "ListBackendJobs")
QUERIES = ("", "", "a=1", "b=2&a=1", "a=2&a=1", "x", "a=%20%2B&%C3%BC=", "=")


@dataclass(frozen=True)
class Signed:
    """A request as it goes over the wire, and how far the emulator's clock is off then."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    signed: float
    """When, in epoch seconds: as long as it is on its way, no time passes for the emulator."""
    skew: float = 0.0


@dataclass
class Door:
    """An emulator that checks signatures, and a connection to it."""

    emulator: Emulator
    clock: ShiftedClock
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(self.emulator.url).netloc)

    def send(self, request: Signed) -> tuple[int, str | None, str]:
        """Send it as it is; returns the status, the error's name and its message."""
        self.clock.ahead, self.clock.stopped = request.skew, request.signed
        options = {"skip_host": True, "skip_accept_encoding": True}
        self.connection.putrequest(request.method, request.target, **options)
        for name, value in request.headers.items():
            self.connection.putheader(name, value)
        self.connection.putheader("Content-Length", str(len(request.body)))
        self.connection.endheaders(request.body)
        answer = self.connection.getresponse()
        document = json.loads(answer.read())
        self.clock.ahead, self.clock.stopped = 0.0, None
        return answer.status, answer.getheader("x-amzn-ErrorType"), document.get("message", "")


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    clock = ShiftedClock()
    credentials = Credentials(ACCESS, SECRET)
    with Emulator(credentials=credentials, clock=clock) as emulator:
        door = Door(emulator, clock)
        yield door
        door.connection.close()


@pytest.fixture(autouse=True)
def _empty(door: Door) -> None:
    door.emulator.reset()


def sign(
    door: Door,
    method: str,
    target: str,
    body: bytes = b"",
    *,
    keys: tuple[str, str, str | None] = (ACCESS, SECRET, None),
    region: str = REGION,
    service: str = "amplifybackend",
    headers: Mapping[str, str] | None = None,
) -> Signed:
    """Sign a request as botocore's clients do."""
    request = AWSRequest(method, door.emulator.url + target, headers=headers, data=body)
    request.headers["Host"] = urlsplit(door.emulator.url).netloc
    SigV4Auth(Keys(*keys), service, region).add_auth(request)
    date = datetime.strptime(f"{request.headers['X-Amz-Date']}+0000", "%Y%m%dT%H%M%SZ%z")
    return Signed(method, target, dict(request.headers.items()), body, date.timestamp())


def varied(door: Door, draw: random.Random) -> Signed:
    """Return a rightly signed request: any operation, name, query, body, header and moment."""

    def name() -> str:
        return quote("".join(draw.choices(ALPHABET, k=draw.randint(1, 8))), safe="-_~")

    operation = draw.choice(OPERATIONS)
    path = f"/backend/{name()}/job/{name()}"
    path += "" if operation == "ListBackendJobs" else f"/{name()}"
    query = draw.choice(QUERIES)
    fields = {"status": "".join(draw.choices(ALPHABET, k=5)), "operation": draw.choice("AB")}
    body = b"" if operation == "GetBackendJob" else json.dumps(fields).encode()
    signed = sign(
        door,
        "GET" if operation == "GetBackendJob" else "POST",
        f"{path}?{query}" if query else path,
        body,
        keys=(ACCESS, SECRET, draw.choice([None, "a+session/token=="])),
        headers=draw.choice([None, {"X-Amz-Meta": "  two   spaces "}, {"Accept": "*/*"}]),
    )
    return replace(signed, skew=draw.uniform(-890, 890))


def with_header(request: Signed, name: str, change: Callable[[str], str]) -> Signed:
    return replace(request, headers={**request.headers, name: change(request.headers[name])})


def body(request: Signed, draw: random.Random) -> Signed:
    changed = bytearray(request.body or b"{}")
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return replace(request, body=bytes(changed))


def path(request: Signed, draw: random.Random) -> Signed:
    before, _, after = request.target.partition("/job/")
    return replace(request, target=f"{before}{draw.choice('xyz')}/job/{after}")


def date(request: Signed, draw: random.Random) -> Signed:
    moved = draw.choice([*range(-9, 0), *range(1, 10)])

    def other(text: str) -> str:
        return f"{text[:13]}{(int(text[13:15]) + moved) % 60:02}Z"

    return with_header(request, "X-Amz-Date", other)


def key(request: Signed, draw: random.Random) -> Signed:
    other = ACCESS[:-1] + draw.choice("ABCD")
    return with_header(request, "Authorization", lambda text: text.replace(ACCESS, other))


def region(request: Signed, draw: random.Random) -> Signed:
    other = draw.choice(["us-east-1", "eu-west-2", "eu-west-", "EU-WEST-1"])
    return with_header(request, "Authorization", lambda text: text.replace(REGION, other))


def moment(request: Signed, draw: random.Random) -> Signed:
    return replace(request, skew=draw.choice([-1, 1]) * draw.uniform(902, 100_000))


TAMPERED = {
    body: "InvalidSignatureException",
    path: "InvalidSignatureException",
    date: "InvalidSignatureException",
    key: "UnrecognizedClientException",
    region: "InvalidSignatureException",
    moment: "InvalidSignatureException",
}


def test_300_right_requests_get_in_and_each_tampered_one_is_refused(door: Door) -> None:
    draw = random.Random(7)
    accepted: Counter[int] = Counter()
    refused: Counter[str] = Counter()
    for number in range(300):
        tamper = list(TAMPERED)[number % len(TAMPERED)]
        request = varied(door, draw)
        status, error, message = door.send(request)
        assert status in (200, 404), (request, message)
        accepted[status] += 1
        status, error, message = door.send(tamper(request, draw))
        assert (status, error) == (403, TAMPERED[tamper]), (tamper, request, message)
        refused[tamper.__name__] += 1
    assert accepted.total() == 300
    assert refused == {tamper.__name__: 50 for tamper in TAMPERED}


def test_a_refused_update_does_nothing_and_is_recorded(door: Door) -> None:
    door.emulator.seed([job(status="RUNNING")])
    door.emulator.fault("drop")
    client = make_client(door.emulator.url, secret="another")
    with pytest.raises(ClientError, match="does not match the signature you provided") as caught:
        client.update_backend_job(**DEV, JobId="j", Status="FAILED")
    assert caught.value.response["Error"]["Code"] == "InvalidSignatureException"
    assert door.emulator.job("app", "dev", "j").status == "RUNNING"
    [entry] = door.emulator.requests()
    assert (entry.status, entry.fault, entry.job_id) == (403, None, "j")


def test_the_clients_of_aws_get_in(door: Door) -> None:
    name = "a/b ü☃?c=d&e#%2F+"
    door.emulator.seed([job(name, status="RUNNING")])
    client = make_client(door.emulator.url)
    answer = client.update_backend_job(**DEV, JobId=name, Status="FAILED")
    assert (answer["JobId"], answer["Status"]) == (name, "FAILED")
    assert client.list_backend_jobs(**DEV)["Jobs"][0].get("Status") == "FAILED"


def test_a_query_that_was_changed_is_refused(door: Door) -> None:
    request = sign(door, "GET", "/apps?maxResults=5", service="amplify")
    assert door.send(request)[0] == 200
    assert door.send(replace(request, target="/apps?maxResults=6"))[:2] == (
        403,
        "InvalidSignatureException",
    )


def test_time_that_was_let_pass_does_not_expire_signatures(door: Door) -> None:
    door.emulator.seed([job(status="RUNNING", then={"after": "40h", "status": "FAILED"})])
    door.emulator.advance("40h")
    answer = make_client(door.emulator.url).get_backend_job(**DEV, JobId="j")
    assert answer["Status"] == "FAILED"


def test_admin_calls_need_no_signature(door: Door) -> None:
    answer = httpx.get(f"{door.emulator.url}/_admin/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "jobs": 0})


def test_a_call_that_is_none_is_not_told_from_one_that_is(door: Door) -> None:
    answer = httpx.get(f"{door.emulator.url}/nowhere")
    assert answer.status_code == 403
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert answer.json() == {"message": "Missing Authentication Token"}
    assert door.send(sign(door, "GET", "/nowhere"))[0] == 404


@pytest.mark.parametrize(("seconds", "gets_in"), [(899, True), (902, False)])
@pytest.mark.parametrize("sign_of", [1, -1])
def test_a_signature_is_good_for_15_minutes_either_way(
    door: Door, seconds: float, gets_in: bool, sign_of: int
) -> None:
    request = replace(sign(door, "GET", "/backend/a/job/b/c"), skew=sign_of * seconds)
    status, _, message = door.send(request)
    assert (status == 404) is gets_in
    words = ["now earlier than", "- 15 min"] if sign_of > 0 else ["still later than", "+ 15 min"]
    assert all(each in message for each in words) is not gets_in


def test_a_region_is_kept_to_where_one_is_configured() -> None:
    with Emulator(credentials=Credentials(ACCESS, SECRET, "us-east-1")) as emulator:
        with pytest.raises(ClientError, match="to a valid region, not 'eu-west-1'"):
            make_client(emulator.url).list_backend_jobs(**DEV)
        answer = make_client(emulator.url, region="us-east-1").list_backend_jobs(**DEV)
        assert answer["Jobs"] == []


WRONG: dict[str, tuple[str, Callable[[str], str], str, str]] = {
    "another algorithm": (
        "Authorization",
        lambda text: text.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        "IncompleteSignatureException",
        "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.",
    ),
    "no parameters": (
        "Authorization",
        lambda text: text.partition(" ")[0],
        "IncompleteSignatureException",
        "Authorization header requires 'Credential' parameter. Authorization header requires "
        "'SignedHeaders' parameter. Authorization header requires 'Signature' parameter.",
    ),
    "a scope cut short": (
        "Authorization",
        lambda text: text.replace("/aws4_request", ""),
        "IncompleteSignatureException",
        "Credential must have exactly 5 slash-delimited elements",
    ),
    "another terminator": (
        "Authorization",
        lambda text: text.replace("aws4_request", "aws5_request"),
        "InvalidSignatureException",
        "Credential should be scoped with a valid terminator: 'aws4_request'.",
    ),
    "a signature that is no text": (
        "Authorization",
        lambda text: text.partition("Signature=")[0] + "Signature=\xff",
        "InvalidSignatureException",
        "The request signature we calculated does not match",
    ),
    "a host that is not signed": (
        "Authorization",
        lambda text: text.replace("SignedHeaders=host;", "SignedHeaders="),
        "InvalidSignatureException",
        "'Host' must be a 'SignedHeader' in the AWS Authorization.",
    ),
    "another host": (
        "Host",
        lambda _: "amplifybackend.eu-west-1.amazonaws.com",
        "InvalidSignatureException",
        "The request signature we calculated does not match",
    ),
    "a date in words": (
        "X-Amz-Date",
        lambda _: "Tue, 24 Nov 2026 00:00:00 GMT",
        "IncompleteSignatureException",
        "Date must be in ISO-8601 'basic format'. Got 'Tue, 24 Nov 2026 00:00:00 GMT'.",
    ),
    "no date": (
        "X-Amz-Date",
        lambda _: "",
        "IncompleteSignatureException",
        "Authorization header requires existence of a 'X-Amz-Date' header.",
    ),
    "another day": (
        "X-Amz-Date",
        lambda _: "20200101T000000Z",
        "InvalidSignatureException",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date",
    ),
}


@pytest.mark.parametrize(("name", "change", "error", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_as_aws_says_it(
    door: Door, name: str, change: Callable[[str], str], error: str, said: str
) -> None:
    request = sign(door, "GET", "/backend/a/job/b/c")
    assert door.send(request)[0] == 404
    status, found, message = door.send(with_header(request, name, change))
    assert (status, found) == (403, error)
    assert message.startswith(said)


def test_a_request_that_was_signed_for_another_service_is_refused(door: Door) -> None:
    for target, right, wrong in (
        ("/backend/a/job/b/c", "amplifybackend", "amplify"),
        ("/apps/a/backendenvironments?maxResults=5", "amplify", "amplifybackend"),
    ):
        request = sign(door, "GET", target, service=wrong)
        said = f"Credential should be scoped to correct service: '{right}'. "
        assert door.send(request)[2] == said
        assert door.send(sign(door, "GET", target, service=right))[1] == "NotFoundException"


@pytest.mark.parametrize("stated", ["UNSIGNED-PAYLOAD", "0" * 64])
def test_a_body_s_hash_is_not_taken_on_trust(door: Door, stated: str) -> None:
    headers = {"X-Amz-Content-SHA256": stated}
    request = sign(door, "POST", "/backend/a/job/b", b"{}", headers=headers)
    assert door.send(request)[:2] == (403, "InvalidSignatureException")


@pytest.mark.parametrize("target", ["http://[x/backend/a/job/b/c", "*", "//[/backend/a/job/b/c"])
def test_a_target_that_is_no_path_is_refused_like_any_other(door: Door, target: str) -> None:
    request = replace(sign(door, "GET", "/backend/a/job/b/c"), target=target)
    assert door.send(request)[:2] == (403, "InvalidSignatureException")
