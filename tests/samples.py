"""Jobs to seed the emulator with, and a rule for those that hang."""

from __future__ import annotations

from typing import Any

APP = "d2abcdefgh1234"
ENVIRONMENT = "prod"
CREATED = "1763942400000"


def job(
    job_id: str,
    status: str | None = "RUNNING",
    operation: str | None = "UpdateBackendAPI",
    *,
    app: str = APP,
    environment: str = ENVIRONMENT,
    error: str | None = None,
) -> dict[str, str]:
    """Return a job in the wire's field names; a field that is None is absent."""
    fields = {
        "appId": app,
        "backendEnvironmentName": environment,
        "jobId": job_id,
        "operation": operation,
        "status": status,
        "createTime": CREATED,
        "updateTime": CREATED,
        "error": error,
    }
    return {name: value for name, value in fields.items() if value is not None}


def rule(**changes: Any) -> dict[str, Any]:
    """Return a rule as it is written: for all jobs that hang, but for what `changes` say."""
    everywhere = {"apps": ["*"], "environments": ["*"]}
    hanging = {"match": {"status": "RUNNING", "olderThan": "6h"}, "set": {"status": "FAILED"}}
    return {**everywhere, **hanging, "limit": 20, **changes}
