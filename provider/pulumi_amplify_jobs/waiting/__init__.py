"""Waiting for jobs to settle: several threads at once, with few calls and few lines."""

from .reports import Report
from .waits import Waits

__all__ = ["Report", "Waits"]
