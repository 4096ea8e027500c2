"""Configuration: from what users write in YAML to desired jobs and provider settings."""

from .arguments import read_arguments
from .engine import engine_config
from .files import (
    CONFIG_FILE_VARIABLE,
    StackFile,
    find_project,
    find_stack_file,
    project_document,
    read_own_stack,
    read_stack,
    sealed_paths,
    stack_entries,
)
from .loader import NAMESPACE
from .stack import StackConfig, known_keys

__all__ = [
    "CONFIG_FILE_VARIABLE",
    "NAMESPACE",
    "StackConfig",
    "StackFile",
    "engine_config",
    "find_project",
    "find_stack_file",
    "known_keys",
    "project_document",
    "read_arguments",
    "read_own_stack",
    "read_stack",
    "sealed_paths",
    "stack_entries",
]
