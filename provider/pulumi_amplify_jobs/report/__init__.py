"""Reports of a preview, for reviewers: read from what the engine or `plan` wrote, and rendered."""

from .model import Action, Cell, Report, ReportedJob

__all__ = ["Action", "Cell", "Report", "ReportedJob"]
