"""The apps of an account in one region, and their backend environments, by AWS Amplify's own API.

Model: botocore's `amplify` 2017-07-25, the calls ListApps and ListBackendEnvironments. Jobs and the
calls for them belong to another service, `amplifybackend`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..domain.jobs import App
from ..domain.keys import key_part_problem
from ..errors import RequestRefusedError, one_line
from ..limits import LARGEST_PAGE, MOST_PAGE_VALUES
from ..threads import all_at_once
from .bounded_http import answers_up_to
from .calls import Caller
from .paging import each_page
from .responses import apps_from, environments_from

if TYPE_CHECKING:
    from mypy_boto3_amplify import AmplifyClient

APPS_PAGE_SIZE = 100
"""The service model's maximum for ListApps' maxResults."""

ENVIRONMENTS_PAGE_SIZE = 50
"""The service model's maximum for ListBackendEnvironments' maxResults."""


class AppsService:
    """What there is, before any job: apps, and the environments of jobs. May be shared by threads.

    Every method raises ServiceError subclasses with one-line messages, nothing of botocore's. Each
    page has the patience of a call of its own.
    """

    def __init__(self, caller: Caller[AmplifyClient]) -> None:
        self._caller = caller

    def apps(self) -> Iterator[App]:
        """Yield every app of the account and region, each once (ListApps).

        A page is asked for when those before it are used up.
        """
        call = "ListApps"

        def fetch(token: str | None) -> tuple[Sequence[App], str | None]:
            more = _more(APPS_PAGE_SIZE, token)

            def request(client: AmplifyClient) -> tuple[Sequence[App], str | None]:
                with answers_up_to(LARGEST_PAGE, MOST_PAGE_VALUES):
                    return apps_from(client.list_apps(**more), call)

            return self._caller.make(call, request)

        seen: set[str] = set()
        for page in each_page(fetch, call, lambda app: app.app_id):
            # An app that moved from one page to the next, as others came or went, is one app.
            yield from (app for app in page if app.app_id not in seen)
            seen.update(app.app_id for app in page)

    def environments(self, app_id: str) -> tuple[str, ...] | None:
        """Return the names of an app's backend environments, each once (ListBackendEnvironments).

        None is an app that is gone: it may have been listed a moment ago. Raises
        RequestRefusedError, too, for one that goes after its first page: what was read then is not
        all of the list.
        """
        call = f"ListBackendEnvironments {one_line(app_id)}"
        problem = key_part_problem(app_id)
        if problem:
            raise RequestRefusedError(f"the app ID {problem}", call)

        def fetch(token: str | None) -> tuple[Sequence[str], str | None]:
            more = _more(ENVIRONMENTS_PAGE_SIZE, token)

            def request(client: AmplifyClient) -> tuple[Sequence[str], str | None]:
                answer = client.list_backend_environments(appId=app_id, **more)
                return environments_from(answer, app_id, call)

            if token is not None:
                return self._caller.make(call, request)
            page = self._caller.find(call, request)
            if page is None:
                raise _GoneError
            return page

        try:
            names = [name for page in each_page(fetch, call, str) for name in page]
        except _GoneError:
            return None
        return tuple(dict.fromkeys(names))


class _GoneError(Exception):
    """The service doesn't know the app."""


def _more(size: int, token: str | None) -> dict[str, Any]:
    return {"maxResults": size, **({"nextToken": token} if token else {})}


@dataclass(frozen=True)
class Enumeration:
    """What was read of one app."""

    app_id: str
    names: tuple[str, ...] | None
    """Its backend environments, or None where the app is gone, or could not be read."""
    failure: Exception | None = None


def enumerate_environments(
    service: AppsService,
    app_ids: Sequence[str],
    at_once: int,
    on_end: Callable[[], None] = lambda: None,
) -> list[Enumeration]:
    """Return the environments of apps, so many read `at_once`, in the given order.

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

    return all_at_once(work, app_ids, at_once, "apps")
