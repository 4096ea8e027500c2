"""The command line `amplify-jobs`: what the stack config declares, without an engine.

A command that needs more than one module has a folder. What is slow to load (botocore, pydantic,
rich) is imported when it is needed.
"""

from .entry_point import cli, main

__all__ = ["cli", "main"]
