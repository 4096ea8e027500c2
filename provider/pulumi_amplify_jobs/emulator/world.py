"""What a test sees and changes of a region of an account, behind everyone's back."""

from __future__ import annotations

from .entities import FIELDS, App, Job
from .store import JobStore


class World:
    """The jobs and apps of a region of an account. Every method may be called from any thread."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    def jobs(self) -> list[Job]:
        """Return every job, in the order of the seeds."""
        return self._store.all()

    def job(self, app_id: str, environment: str, job_id: str) -> Job:
        """Return a job as it is now. Raises KeyError when there is none."""
        key = (app_id, environment, job_id)
        job = self._store.get(key)
        if job is None:
            raise KeyError("/".join(key))
        return job

    def set_job(self, app_id: str, environment: str, job_id: str, **fields: str | None) -> Job:
        """Change a job behind everyone's back, and return it as it now is.

        `fields` are `operation`, `status`, `create_time`, `update_time` (now, unless
        given) and `error`; None makes one absent. Raises TypeError for another name and
        KeyError when there is no such job.
        """
        settable = list(FIELDS)[3:]
        for name in fields:
            if name not in settable:
                raise TypeError(f"a job has no field {name} to set: {', '.join(settable)}")
        values = {FIELDS[name]: value for name, value in fields.items()}
        job = self._store.set((app_id, environment, job_id), values)
        return job or self.job(app_id, environment, job_id)

    def remove_job(self, app_id: str, environment: str, job_id: str) -> None:
        """Have a job vanish. Raises KeyError when there is none."""
        key = (app_id, environment, job_id)
        if not self._store.remove(key):
            raise KeyError("/".join(key))

    def apps(self) -> list[App]:
        """Return every app with its environments, in the order of the seeds."""
        return self._store.apps.all()

    def remove_app(self, app_id: str) -> None:
        """Have an app vanish, with its environments and jobs. Raises KeyError for none."""
        if not self._store.apps.remove(app_id):
            raise KeyError(app_id)

    def remove_environment(self, app_id: str, environment: str) -> None:
        """Have a backend environment vanish, with its jobs. Raises KeyError when there is none.

        Afterwards all is as if it had never been: its jobs are not found, and their listing
        is empty.
        """
        if not self._store.apps.remove_environment(app_id, environment):
            raise KeyError(f"{app_id}/{environment}")
