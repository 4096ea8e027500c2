"""Configuration: from what users write in YAML to desired jobs and provider settings."""

from .check import Finding, Report, check_files, check_project
from .diagnostics import suggestion
from .engine_config import engine_config
from .loader import JOB_ARGUMENTS, NAMESPACE, DeclaredJob, read_arguments, read_latest_arguments
from .project import (
    CONFIG_FILE_VARIABLE,
    StackFile,
    find_project,
    find_project_of,
    project_document,
    stack_names,
)
from .rule_loader import (
    RULE_ARGUMENTS,
    DeclaredRule,
    read_rule_arguments,
    read_unknown_rule_arguments,
)
from .settings import overridden
from .stack import StackConfig, known_keys
from .stack_file import NO_JOB, read_own_stack, read_stack, sealed_paths, stack_entries
from .stack_selection import find_stack_file
from .unknown import UNKNOWN

__all__ = [
    "CONFIG_FILE_VARIABLE",
    "JOB_ARGUMENTS",
    "NAMESPACE",
    "NO_JOB",
    "RULE_ARGUMENTS",
    "UNKNOWN",
    "DeclaredJob",
    "DeclaredRule",
    "Finding",
    "Report",
    "StackConfig",
    "StackFile",
    "check_files",
    "check_project",
    "engine_config",
    "find_project",
    "find_project_of",
    "find_stack_file",
    "known_keys",
    "overridden",
    "project_document",
    "read_arguments",
    "read_latest_arguments",
    "read_own_stack",
    "read_rule_arguments",
    "read_stack",
    "read_unknown_rule_arguments",
    "sealed_paths",
    "stack_entries",
    "stack_names",
    "suggestion",
]
