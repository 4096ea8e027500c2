"""IAM policies: the emulator refuses what they don't allow, in AWS's words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from pulumi_amplify_jobs.emulator import Emulator, EmulatorError

from .clients import Keys, role
from .conftest import DEV, job

A, DEFAULT = "111122223333", "123456789012"
JOBS = f"arn:aws:amplifybackend:eu-west-1:{DEFAULT}:/backend"
CALLS: dict[str, Callable[[Keys], object]] = {
    "amplifybackend:GetBackendJob": lambda keys: keys.jobs().get_backend_job(**DEV, JobId="j"),
    "amplifybackend:ListBackendJobs": lambda keys: keys.jobs().list_backend_jobs(**DEV),
    "amplifybackend:UpdateBackendJob": lambda keys: keys.jobs().update_backend_job(
        **DEV, JobId="j", Status="FAILED"
    ),
    "amplify:ListApps": lambda keys: keys.apps().list_apps(),
    "amplify:ListBackendEnvironments": lambda keys: keys.apps().list_backend_environments(
        appId="app"
    ),
}


def allowing(action: Any, resource: Any = "*", effect: str = "Allow") -> dict[str, Any]:
    statement = {"Sid": "Some", "Effect": effect, "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def told(call: Callable[[Keys], object], keys: Keys) -> str:
    with pytest.raises(ClientError) as caught:
        call(keys)
    error = caught.value.response["Error"]
    assert error["Code"] in ("AccessDeniedException", "AccessDenied")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return error["Message"]


@pytest.mark.parametrize("action", CALLS)
def test_an_account_may_do_what_its_policy_allows_and_no_more(
    emulator: Emulator, action: str
) -> None:
    emulator.seed({"jobs": [job(status="RUNNING")], "policies": {DEFAULT: allowing(action)}})
    keys = Keys(emulator.url)
    for name, call in CALLS.items():
        if name == action:
            call(keys)
            continue
        message = told(call, keys)
        assert f"is not authorized to perform: {name} on resource: arn:aws:amplify" in message
        assert message.endswith(f"because no identity-based policy allows the {name} action")
    statuses = [each.status for each in emulator.jobs()]
    assert statuses == (["FAILED"] if action.endswith(":UpdateBackendJob") else ["RUNNING"])


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("amplifybackend:*", "*", True),
        ("amplifybackend:Get*", "*", True),
        ("AMPLIFYBACKEND:getbackendjob", "*", True),
        ("amplifybackend:GetBackendJo?", "*", True),
        ("*", "*", True),
        ("amplify:*", "*", False),
        ("amplifybackend:Update*", "*", False),
        (["amplify:ListApps", "amplifybackend:GetBackendJob"], "*", True),
        ("*", f"{JOBS}/app/job/dev/j", True),
        ("*", f"{JOBS}/app/job/*", True),
        ("*", f"{JOBS}/app/*", True),
        ("*", [f"{JOBS}/other/*", f"{JOBS}/*"], True),
        ("*", f"{JOBS}/other/*", False),
        ("*", f"{JOBS}/APP/*", False),
        ("*", f"{JOBS}/[a]pp/*", False),
        ("*", f"arn:aws:amplifybackend:*:{DEFAULT}:/backend/*", True),
        ("*", f"arn:aws:amplifybackend:us-east-1:{DEFAULT}:/backend/*", False),
        ("*", "arn:aws:amplifybackend:*:*:*", True),
        ("*", f"arn:aws:amplifybackend:*:{A}:*", False),
        ("*", f"arn:aws:amplify:eu-west-1:{DEFAULT}:apps/*", False),
    ],
)
def test_wildcards(emulator: Emulator, action: Any, resource: Any, allowed: bool) -> None:
    emulator.seed({"jobs": [job()], "policies": {DEFAULT: allowing(action, resource)}})
    call = CALLS["amplifybackend:GetBackendJob"]
    if allowed:
        call(Keys(emulator.url))
    else:
        assert f"on resource: {JOBS}/app/job/dev/j because no" in told(call, Keys(emulator.url))


def test_a_deny_wins(emulator: Emulator) -> None:
    denied = allowing("amplifybackend:UpdateBackendJob", effect="Deny")["Statement"]
    policy = {"Statement": [*denied, *allowing("*")["Statement"]]}
    emulator.seed({"jobs": [job(status="RUNNING")], "policies": {DEFAULT: policy}})
    CALLS["amplifybackend:GetBackendJob"](Keys(emulator.url))
    message = told(CALLS["amplifybackend:UpdateBackendJob"], Keys(emulator.url))
    assert message.endswith("/app/job/dev/j with an explicit deny in an identity-based policy")
    assert emulator.jobs()[0].status == "RUNNING"


def test_a_policy_is_of_a_role_a_user_or_an_account() -> None:
    user = f"arn:aws:iam::{DEFAULT}:user/AKIDEXAMPLE"
    seed = {
        "accounts": {A: {"eu-west-1": {"jobs": [job()]}}},
        "policies": {
            user: allowing("sts:AssumeRole", role(A, "amplify-*")),
            role(A, "amplify-plan"): allowing("amplifybackend:Get*"),
        },
    }
    with Emulator(seed=seed) as emulator:
        hub = Keys(emulator.url)
        plan, apply = (hub.assume(role(A, name)) for name in ("amplify-plan", "amplify-apply"))
        for keys in (plan, apply):
            keys.jobs().get_backend_job(**DEV, JobId="j")
        apply.jobs().list_backend_jobs(**DEV)
        assert "amplifybackend:ListBackendJobs" in told(
            CALLS["amplifybackend:ListBackendJobs"], plan
        )
        assert told(lambda keys: keys.assume(role(A, "admin")), hub) == (
            f"User: {user} is not authorized to perform: sts:AssumeRole on resource: "
            f"{role(A, 'admin')} because no identity-based policy allows the sts:AssumeRole action"
        )
        assert plan.sts().get_caller_identity()["Account"] == A  # takes no permission
        emulator.seed({"policies": {A: allowing("amplify:ListApps")}})
        apply.apps().list_apps()
        plan.apps().list_apps()  # the account's policy adds to the role's
        assert told(CALLS["amplifybackend:GetBackendJob"], apply)


def test_a_database_keeps_policies_and_a_reset_forgets_them(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    policy = allowing(["amplify:ListApps"], ["*"], "Deny")
    with Emulator(seed={"jobs": [job()], "policies": {DEFAULT: policy}}, database=path):
        pass
    with Emulator(database=path) as emulator:
        assert "explicit deny" in told(CALLS["amplify:ListApps"], Keys(emulator.url))
        emulator.reset()
        CALLS["amplify:ListApps"](Keys(emulator.url))


def test_what_is_denied_is_recorded_and_no_fault_strikes_it(emulator: Emulator) -> None:
    emulator.fault("504")
    seed = {"jobs": [job()], "policies": {DEFAULT: allowing("amplify:*")}}
    httpx.post(f"{emulator.url}/_admin/seed", json=seed).raise_for_status()
    assert told(CALLS["amplifybackend:GetBackendJob"], Keys(emulator.url))
    [request] = emulator.requests()
    assert (request.status, request.fault) == (403, None)


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        ([], "seed: policies is a list: a mapping is expected"),
        ({"me": {}}, "seed: policies: 'me' is neither an account ID nor an ARN"),
        ({DEFAULT: []}, "is a list: a mapping is expected"),
        (
            {DEFAULT: {"statement": []}},
            f"{DEFAULT}: statement: the emulator knows Version, Id, Statement only",
        ),
        ({DEFAULT: {"Statement": "x"}}, "Statement is text: a list is expected"),
        ({DEFAULT: {"Statement": [1]}}, "Statement[0] is a number: a mapping is expected"),
        (
            {DEFAULT: {"Statement": [{**allowing("*")["Statement"][0], "Condition": {}}]}},
            "Statement[0]: Condition: the emulator knows Sid, Effect, Action, Resource only",
        ),
        ({DEFAULT: allowing("*", effect="Permit")}, "Effect Permit: is not a valid value"),
        ({DEFAULT: allowing(3)}, "Action is a number: a list is expected"),
        ({DEFAULT: allowing([])}, "Action []: is not a valid value"),
        (
            {DEFAULT: allowing("GetBackendJob")},
            "Action 'GetBackendJob' is none: write amplifybackend:GetBackendJob",
        ),
        (
            {DEFAULT: allowing("*", "/backend/*")},
            "Resource '/backend/*' is neither * nor an ARN",
        ),
        ({DEFAULT: allowing("*", "arn:aws:x")}, "Resource 'arn:aws:x' is neither * nor an ARN"),
    ],
)
def test_policies_that_are_wrong_are_one_line(
    emulator: Emulator, policies: Any, message: str
) -> None:
    with pytest.raises(EmulatorError) as caught:
        emulator.seed({"policies": policies})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
