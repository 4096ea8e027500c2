"""What each release is asked to record: stacks, what was live before, and what happened then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.samples import APP, ENVIRONMENT, job, rule

OTHER = "d9rulesonly5678"
ACCOUNT = "123456789012"
IRELAND, VIRGINIA = "eu-west-1", "us-east-1"
HOUR = 3_600_000
LATER = "1764000000000"
FAILED = {"status": "FAILED"}
RULE = rule()


@dataclass(frozen=True)
class Story:
    """A stack, the live jobs that it finds, and what becomes of these."""

    name: str
    jobs: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    """More of the config, by the keys of our namespace."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Values that are encrypted in the config, by their path in it."""
    program: Path | None = None
    live: Mapping[str, Any] = field(default_factory=dict)
    """A seed of the emulator."""
    regions: Sequence[str] = ()
    """The regions that the seed tells apart."""
    drifts: Sequence[Mapping[str, str]] = ()
    """Jobs that are moved or added after a first `pulumi up`, and brought back by a second."""
    fails: bool = False
    """Whether `pulumi up` ends with an error."""


def at(hours: int, **of: str) -> dict[str, str]:
    """Return a job that is this much younger than the others."""
    moment = str(int(job("")["createTime"]) + hours * HOUR)
    return {**job(of.pop("id"), **of), "createTime": moment, "updateTime": moment}


DECLARED = Story(
    "declared",
    jobs={
        "updated": {"jobId": "4f1c", **FAILED},
        "both": {"jobId": "77", "operation": "GenerateBackendAPIModels", "status": "COMPLETED"},
        "drifted-once": {"jobId": "5a", **FAILED},
        "adopted": {"jobId": "88", "status": "COMPLETED"},
        "left-alone": {"jobId": "99", **FAILED, "when": {"status": "RUNNING"}},
        "missing": {"jobId": "gone", **FAILED, "ifMissing": "ignore"},
        "newest": {
            "backendEnvironmentName": "dev",
            "jobId": {"latest": {"operation": "UpdateBackendAPI"}},
            **FAILED,
        },
        "followed": {
            "backendEnvironmentName": "test",
            "jobId": {"latest": {}, "follow": True},
            **FAILED,
        },
        "waited": {"jobId": "w1", **FAILED, "wait": {"timeout": "1m"}},
        "without-status": {"jobId": "ns", **FAILED},
        "slashes": {"backendEnvironmentName": "feature/login", "jobId": "a/b%c", **FAILED},
    },
    settings={
        "rules": {
            "stuck": {**RULE, "except": [f"{OTHER}/prod/kept"]},
            "stalled": {
                "apps": {"nameMatches": "shop-*", "tags": {"team": "web"}},
                "environments": [ENVIRONMENT],
                "match": {
                    "status": ["STALLED", "HANGING"],
                    "operation": "UpdateBackendAPI",
                    "idleFor": "1h",
                },
                "set": {"operation": "UpdateBackendAPI", **FAILED},
                "limit": 5,
                "wait": {"timeout": "1m"},
            },
        }
    },
    live={
        "apps": [
            {
                "appId": APP,
                "name": "shop-web",
                "tags": {"team": "web"},
                "environments": ["prod", "dev", "test", "feature/login"],
            },
            {"appId": OTHER, "name": "other", "environments": ["prod", "qa"]},
        ],
        "jobs": [
            job("4f1c", error="Stack is in UPDATE_ROLLBACK_FAILED"),
            job("77"),
            job("5a"),
            job("88", "COMPLETED", "CreateBackend"),
            job("99", "COMPLETED"),
            job("w1"),
            job("ns", None),
            job("l1", environment="dev"),
            at(1, id="l2", environment="dev"),
            at(2, id="l3", operation="CloneBackend", environment="dev"),
            job("f1", environment="test"),
            at(1, id="f2", environment="test"),
            job("a/b%c", environment="feature/login"),
            job("r1", app=OTHER),
            job("r/2", app=OTHER, environment="qa"),
            job("kept", app=OTHER),
            job("over", "COMPLETED", app=OTHER),
        ],
    },
    drifts=[{**job("5a"), "updateTime": LATER}, job("r3", app=OTHER)],
)
SEALED = Story(
    "sealed",
    jobs={
        "plain": {"jobId": "3", **FAILED},
        "hidden": {"jobId": "1", "status": "to be hidden"},
        "left": {"jobId": "2", **FAILED, "when": {"status": "to be hidden"}},
    },
    secrets={"jobs.hidden.status": "HIDDEN_STATUS", "jobs.left.when.status": "HIDDEN_WHEN"},
    live={"jobs": [job("1"), job("2", "COMPLETED"), job("3", "FAILED")]},
)
WAITING = Story(
    "waiting",
    jobs={
        "unsettled": {
            "jobId": "1",
            "operation": "GenerateBackendAPIModels",
            "wait": {"timeout": "1s"},
        }
    },
    live={"jobs": [job("1")]},
    fails=True,
)
PROGRAM = Story(
    "program",
    jobs={},
    program=Path(__file__).parent / "own_program.py",
    live={
        "jobs": [*(job(str(number)) for number in range(1, 6)), job("r1", environment="qa")],
    },
    drifts=[{**job("3"), "updateTime": LATER}],
)
TARGETS = Story(
    "targets",
    jobs={
        "here": {"target": "ireland", "jobId": "1", **FAILED},
        "there": {"target": "virginia", "jobId": "1", **FAILED},
    },
    settings={
        "targets": {"ireland": {"region": IRELAND}, "virginia": {"region": VIRGINIA}},
        "rules": {"stuck": {**RULE, "targets": ["*"]}},
    },
    live={
        "accounts": {
            ACCOUNT: {region: {"jobs": [job("1"), job("2")]} for region in (IRELAND, VIRGINIA)}
        }
    },
    regions=(IRELAND, VIRGINIA),
)
STORIES = (DECLARED, SEALED, WAITING, PROGRAM, TARGETS)
