"""The command line `amplify-jobs`: what the stack config declares, without an engine.

Deciding, rendering and talking to the user are apart: `planning` and `applying` return results,
`rows` and `documents` say what is to be shown of them, `tables` draws. A command in `commands`
puts these together. What is slow to load (boto3, pydantic, rich) is imported when it is needed.
"""

from .program import cli, main

__all__ = ["cli", "main"]
