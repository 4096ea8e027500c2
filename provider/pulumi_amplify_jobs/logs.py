"""What the package logs: records of the logger `pulumi_amplify_jobs`, a child for each module.

Nothing is printed unless the user asks for it, with a handler of their own or with a command's
`-v`: under Pulumi, what the provider's process prints becomes a message of the engine.
"""

from __future__ import annotations

import logging

from .redaction import redacted

ROOT = logging.getLogger(__name__.partition(".")[0])
ROOT.addHandler(logging.NullHandler())


def logger(module: str) -> logging.Logger:
    """Return a module's logger; its records have no secret in them, whoever handles them."""
    found = logging.getLogger(module)
    found.addFilter(_redact)
    return found


def _redact(record: logging.LogRecord) -> bool:
    record.msg, record.args = redacted(record.getMessage()), ()
    return True
