"""Reports of a preview, for reviewers: read from what the engine or `plan` wrote, and rendered.

`reading` takes the text and finds out who wrote it: `digest` and `events` read what the engine
writes, `plans` what `amplify-jobs plan --json` does. `engine` makes the report of the engine's
steps, by what `declared` and `claimed` know of a job and of a rule; `last_release` reads what an
earlier one wrote there. `markdown`, `page` and `document` are the formats. `refused` tells why a
reviewed plan was refused.
"""

from .markdown import markdown
from .model import Action, Cell, Report, ReportedJob
from .reading import ReportError, read_report

__all__ = [
    "Action",
    "Cell",
    "Report",
    "ReportError",
    "ReportedJob",
    "markdown",
    "read_report",
]
