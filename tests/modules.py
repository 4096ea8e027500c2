"""Which modules processes load: what tests of several kinds expect alike."""

from __future__ import annotations

PACKAGE = "pulumi_amplify_jobs."

HEAVY = {
    "asyncio",
    "boto3",
    "botocore",
    "grpc",
    "httpx",
    "jinja2",
    "jsonschema",
    "markdown_it",
    "multiprocessing",
    "pulumi",
    "pydantic",
    "pydantic_core",
    "pygments",
    "rich",
    "s3transfer",
    "starlette",
    "urllib3",
    "uvicorn",
    "yaml",
}

BASE = """
    ending errors legible logs redaction
"""
CONFIG = """
    config config.aws config.diagnostics config.document config.file_patterns config.includes
    config.indentation config.loader config.mappings config.misplaced config.models config.project
    config.scalars
    config.setting_models config.settings config.shapes config.stack config.stack_file
    config.unknown config.violations disk domain domain.jobs domain.keys domain.times nesting
    settings spelling
"""
DECIDING = """
    clock domain.clock_skew domain.plan domain.stale_reads limits reconcile reconcile.job
    reconcile.waits services
"""
CLIENT = """
    client client.apps client.bounded_http client.calls client.connect
    client.credential_process client.credentials client.data_loader client.environment_jobs
    client.failures client.failures.classify client.failures.error_codes
    client.failures.failure client.failures.network client.failures.setup
    client.failures.stages client.identity client.inventory client.paging client.reader
    client.responses client.retry client.roles client.service client.session
    client.session_names client.sources domain.latest domain.name_patterns threads
"""


def unlike(found: set[str], expected: set[str]) -> str:
    """Say which modules are new and which are gone; nothing where all are as expected."""
    parts = {"new": found - expected, "no longer loaded": expected - found}
    return "; ".join(
        f"{what}: {', '.join(sorted(names))}" for what, names in parts.items() if names
    )
