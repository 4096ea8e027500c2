"""The backend environments of many apps, through ListBackendEnvironments app by app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .apps import AppsService

THREADS = 8
"""Apps that are asked about at once."""


@dataclass(frozen=True)
class Enumeration:
    """What was read of one app."""

    app_id: str
    names: tuple[str, ...] | None
    """Its backend environments, or None where the app is gone, or could not be read."""
    failure: Exception | None = None


def enumerate_environments(
    service: AppsService, app_ids: Sequence[str], on_end: Callable[[], None] = lambda: None
) -> list[Enumeration]:
    """Return the environments of apps, some read at once, in the given order.

    A failure is part of the app's enumeration and hides no other. `on_end` (an app is done with) is
    called from several threads.
    """

    def work(app_id: str) -> Enumeration:
        try:
            return Enumeration(app_id, service.environments(app_id))
        except Exception as error:  # noqa: BLE001 (what is known of other apps still counts)
            return Enumeration(app_id, None, error)
        finally:
            on_end()

    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="amplify-jobs-apps")
    try:
        return list(pool.map(work, app_ids))
    finally:
        # Ctrl-C ends at once: an app that is still under way is not waited for.
        pool.shutdown(wait=False, cancel_futures=True)
