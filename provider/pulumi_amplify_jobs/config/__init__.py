"""Configuration: from what users write in YAML to desired jobs and provider settings."""

from .arguments import read_arguments
from .check import Finding, Report, check_files, check_project
from .engine import engine_config
from .files import StackFile, find_project, find_stack_file, stack_names
from .loader import NAMESPACE
from .overrides import overridden
from .problems import suggestion
from .source import read_own_stack, read_stack
from .stack import StackConfig, known_keys

__all__ = [
    "NAMESPACE",
    "Finding",
    "Report",
    "StackConfig",
    "StackFile",
    "check_files",
    "check_project",
    "engine_config",
    "find_project",
    "find_stack_file",
    "known_keys",
    "overridden",
    "read_arguments",
    "read_own_stack",
    "read_stack",
    "stack_names",
    "suggestion",
]
