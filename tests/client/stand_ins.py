"""What scripted servers answer in the place of AWS: AmplifyBackend, and STS."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone

from tests.client.conftest import KEY
from tests.client.scripted import Reply, Request

ACCOUNT = "123456789012"
XML = {"Content-Type": "text/xml"}
NAMESPACE = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'

JOB = {
    "appId": KEY.app_id,
    "backendEnvironmentName": KEY.backend_environment_name,
    "jobId": KEY.job_id,
}


def amplify(_request: Request) -> Reply:
    return Reply(200, json.dumps(JOB).encode())


def scope_of(request: Request) -> tuple[str, str]:
    """Return (access key, region) of a request's SigV4 signature."""
    found = re.search(r"Credential=([^/]+)/\d+/([^/]+)/", request.headers["authorization"])
    assert found
    return found[1], found[2]


def sts(request: Request) -> Reply:
    """Lend credentials that carry the role's name, and say that all callers are of `ACCOUNT`."""
    return lent_until(request, datetime(2099, 1, 1, tzinfo=timezone.utc))


def lent_until(request: Request, end: datetime) -> Reply:
    """Answer as `sts` does, with credentials that end then."""
    if request.form["Action"] == "GetCallerIdentity":
        body = f"""<GetCallerIdentityResponse {NAMESPACE}><GetCallerIdentityResult>
        <Arn>arn:aws:iam::{ACCOUNT}:user/ann</Arn><UserId>A</UserId><Account>{ACCOUNT}</Account>
        </GetCallerIdentityResult></GetCallerIdentityResponse>"""
        return Reply(200, body.encode(), XML)
    action, name = request.form["Action"], request.form["RoleArn"].rpartition("/")[2]
    body = f"""<{action}Response {NAMESPACE}>
        <{action}Result><Credentials><AccessKeyId>ASIA-{name}</AccessKeyId>
        <SecretAccessKey>s</SecretAccessKey><SessionToken>token-{name}</SessionToken>
        <Expiration>{end.isoformat()}</Expiration></Credentials></{action}Result>
        </{action}Response>"""
    return Reply(200, body.encode(), XML)


def sts_error(status: int, code: str, message: str) -> Reply:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Reply(status, f"<ErrorResponse>{error}</ErrorResponse>".encode(), XML)
