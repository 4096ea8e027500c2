"""Every file that is generated, or has generated regions: what it should hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from pulumi_amplify_jobs.config.schema import include_schema, schema_text, stack_schema
from pulumi_amplify_jobs.job_resource import BackendJob
from pulumi_amplify_jobs.report.document import report_schema
from pulumi_amplify_jobs.rule_resource import BackendJobRule

from .commands import command_reference, exit_codes
from .keys import (
    apps_keys,
    file_keys,
    job_keys,
    latest_id_keys,
    latest_keys,
    match_keys,
    role_keys,
    rule_keys,
    set_keys,
    stack_keys,
    target_keys,
    wait_keys,
    when_keys,
)
from .licenses import license_list
from .mutation import scores, survivors
from .permissions import (
    EVERY_APP,
    FILES,
    PREVIEW,
    RULES_PREVIEW,
    RULES_UP,
    UP,
    Place,
    assume_shown,
    shown,
    text_of,
    uses,
)
from .regions import Regions, filled, names_in
from .resource import (
    exported_names,
    resource_arguments,
    resource_outputs,
    serialized_providers,
)

REPOSITORY = Path(__file__).resolve().parent.parent

REGIONS: Regions = {
    "commands": command_reference,
    "exit codes": exit_codes,
    "exported names": exported_names,
    "keys of a job": job_keys,
    "keys of a rule": rule_keys,
    "keys of jobId": latest_id_keys,
    "keys of latest": latest_keys,
    "keys of apps": apps_keys,
    "keys of match": match_keys,
    "keys of set": set_keys,
    "keys of a role": role_keys,
    "keys of a target": target_keys,
    "keys of an included file": file_keys,
    "keys of the stack": stack_keys,
    "keys of wait": wait_keys,
    "keys of when": when_keys,
    "licenses": license_list,
    "mutants that survive": survivors,
    "mutation scores": scores,
    "permissions": uses,
    "policy of preview": partial(shown, PREVIEW, Place()),
    "policy of up": partial(shown, UP, Place()),
    "policy of preview with rules": partial(shown, RULES_PREVIEW, EVERY_APP),
    "policy of up with rules": partial(shown, RULES_UP, EVERY_APP),
    "policy of targets": assume_shown,
    "resource arguments": partial(resource_arguments, BackendJob),
    "resource outputs": partial(resource_outputs, BackendJob),
    "serialized providers": serialized_providers,
    "rule arguments": partial(resource_arguments, BackendJobRule),
    "rule outputs": partial(resource_outputs, BackendJobRule),
}


def pages() -> list[Path]:
    """Return the hand-written pages."""
    return [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


def expected_files() -> Mapping[Path, str]:
    """Return what each generated file, and each page with regions, should hold."""
    found = {
        REPOSITORY / "schemas/stack.schema.json": schema_text(stack_schema()),
        REPOSITORY / "schemas/include.schema.json": schema_text(include_schema()),
        REPOSITORY / "schemas/report.schema.json": schema_text(report_schema()),
        **{REPOSITORY / "examples" / name: text_of(each) for name, each in FILES.items()},
    }
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if names_in(text):
            found[page] = filled(text, REGIONS)
    return found
