"""Which modules are mutated, and which tests have to notice it: fast ones, in one process."""

from __future__ import annotations

from collections.abc import Mapping

MODULES: Mapping[str, tuple[str, ...]] = {
    "domain/plan": ("pure/test_plan.py", "pure/test_jobs.py"),
    "domain/rules": (
        "pure/test_rules.py",
        "pure/test_rule_evaluation.py",
        "pure/test_scope.py",
        "config/test_rules.py",
    ),
    "domain/app_selection": ("pure/test_scope.py", "pure/test_names.py"),
    "domain/name_patterns": (
        "pure/test_names.py",
        "pure/test_rules.py",
        "pure/test_scope.py",
        "config/test_rules.py",
    ),
    "domain/latest": ("pure/test_latest.py",),
    "domain/clock_skew": ("pure/test_skew.py",),
    "domain/times": (
        "pure/test_times.py",
        "pure/test_jobs.py",
        "pure/test_rules.py",
        "pure/test_latest.py",
        "pure/test_skew.py",
        "cli/test_ages.py",
        "report/test_moments.py",
    ),
    "domain/targets": ("pure/test_targets.py",),
    "domain/keys": ("pure/test_keys.py", "pure/test_names.py", "pure/test_legible.py"),
    "domain/stale_reads": ("pure/test_stale_reads.py",),
    "client/retry": ("pure/test_patience.py",),
    "client/failures/classify": ("client/test_classify.py",),
    "client/reader": ("client/test_reader.py",),
    "client/responses": ("client/test_responses.py",),
    "config/loader": (
        "config/test_arguments.py",
        "config/test_jobs.py",
        "config/test_check.py",
        "config/test_mistakes.py",
        "config/test_documents.py",
        "config/test_targets.py",
        "config/test_target_places.py",
        "config/test_engine_config.py",
    ),
    "config/stack": (
        "config/test_aws_keys.py",
        "config/test_jobs.py",
        "config/test_mistakes.py",
        "config/test_documents.py",
        "config/test_stack_files.py",
        "config/test_engine_config.py",
        "config/test_disabled.py",
        "config/test_selection.py",
        "config/test_targets.py",
        "config/test_target_places.py",
        "config/test_misplaced.py",
    ),
    "config/targets": (
        "config/test_targets.py",
        "config/test_target_places.py",
        "config/test_rules.py",
        "config/test_mistakes.py",
    ),
    "config/target_places": ("config/test_target_places.py", "config/test_targets.py"),
    "config/rule_loader": (
        "config/test_rules.py",
        "config/test_targets.py",
        "config/test_target_places.py",
        "config/test_mistakes.py",
        "config/test_arguments.py",
        "config/test_jobs.py",
    ),
    "config/includes": ("config/test_includes.py",),
    "config/document": (
        "config/test_documents.py",
        "config/test_reading.py",
        "config/test_scalars.py",
        "config/test_mistakes.py",
    ),
    "config/shapes": (
        "config/test_shapes.py",
        "config/test_scalars.py",
        "config/test_jobs.py",
        "config/test_mistakes.py",
        "config/test_documents.py",
        "config/test_rules.py",
        "config/test_targets.py",
        "config/test_target_places.py",
    ),
    "report/model": (
        "report/test_decided.py",
        "report/test_moments.py",
        "report/test_reading.py",
        "report/test_markdown.py",
        "report/test_timeline.py",
    ),
    "report/engine_report": ("report/test_reading.py", "report/test_decided.py"),
    "report/engine_jobs": (
        "report/test_engine_jobs.py",
        "report/test_reading.py",
        "report/test_decided.py",
        "report/test_earlier_previews.py",
        "report/test_moments.py",
    ),
    "report/refusals": ("report/test_refusals.py",),
    "dynamic/decisions": (
        "pure/test_decisions.py",
        "pure/test_properties.py",
        "pure/test_stale_reads.py",
    ),
    "dynamic/job_owners": ("pure/test_owners.py",),
    "dynamic/latest_id": ("reconcile/test_latest_id.py",),
    "dynamic/properties": ("pure/test_properties.py",),
    "reconcile/job": (
        "reconcile/test_bring.py",
        "reconcile/test_live.py",
        "reconcile/test_settling.py",
        "reconcile/test_writes.py",
    ),
    "reconcile/rule_evaluation": (
        "pure/test_rule_evaluation.py",
        "pure/test_rule_evaluator.py",
    ),
    "reconcile/waits": (
        "reconcile/test_waiting.py",
        "reconcile/test_settling.py",
        "reconcile/test_stale_looks.py",
    ),
    "github/decisions": ("github/test_decisions.py",),
    "legible": ("pure/test_legible.py", "pure/test_keys.py"),
    "redaction": ("pure/test_redaction.py", "pure/test_veiling.py"),
}
"""The tests of each module, below `tests/`. The modules are those that decide what a job needs,
what a rule matches, whether a call is retried, what a config means, and what is said of it. Others
that decide stand in docs/mutation.md as not tried."""

IMPORTED_LATE = frozenset({"config/shapes"})
"""What works while it is imported: its mutants need a process that imports anew."""
