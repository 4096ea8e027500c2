"""Calls to GitHub: retried where that helps, and failing with our own errors.

The token is sent to the API's own host and to no other, whatever an answer redirects or links to.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr, ValidationError

from ..clock import Clock
from ..errors import one_line
from ..limits import ATTEMPT, LARGEST_PAGE, MOST_PAGE_VALUES, PATIENCE, UNREACHED_PATIENCE
from ..logs import logger
from ..nesting import has_more_values
from ..redaction import learn, redacted
from ..threads import OutOfTimeError, check_awaited, within
from .errors import GitHubError, UncertainError, refusal
from .responses import message_in
from .retry import BACKOFF, is_limited, limit_pause

log = logger(__name__)

T = TypeVar("T")

API_VERSION = "2022-11-28"
TIMEOUT = httpx.Timeout(20.0, connect=10.0)
REDIRECTS = frozenset({301, 302, 307, 308})
"""A call is repeated as it is there: docs.github.com, "Best practices for using the REST API"."""
MOST_REDIRECTS = 5

DECODED = ("content-encoding", "content-length", "transfer-encoding")
"""Headers about how a body was sent, which say nothing of the one that was read."""

CERTIFICATES: tuple[str, ...] = ("SSL_CERT_FILE",)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
"""What httpx reads of the environment, proxies in lower case, too."""

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class TooLargeError(Exception):
    """An answer is larger than any that GitHub means to give."""


@dataclass(frozen=True)
class Call:
    """One thing to ask GitHub for."""

    method: str
    url: str
    says: str
    """What it is for, in messages: `list the comments of owner/name#5`."""
    body: Any = None
    repeatable: bool = True
    """Whether making it twice is the same as making it once."""


@dataclass(frozen=True)
class Trouble:
    """An attempt that failed, where another one may not."""

    reason: str
    pause: float
    answered: bool = True
    """Whether GitHub was reached."""
    perhaps_done: bool = False
    """Whether GitHub may have done what was asked for."""


class Caller:
    """Makes calls with a token, all of them within one patience. For one thread."""

    def __init__(
        self,
        base: str,
        token: SecretStr,
        clock: Clock,
        epoch: Callable[[], float],
        attempt: float = ATTEMPT,
    ) -> None:
        """`epoch` returns the seconds since 1970. Call `close` in the end.

        `attempt` is how many seconds one attempt may take, whatever comes meanwhile. Raises
        GitHubError where the environment has a proxy or certificates that can't be used.
        """
        learn(token.get_secret_value())
        self._http = _client()
        self.close = self._http.close
        self._base = base
        self._origin = origin_of(httpx.URL(base))
        self._headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token.get_secret_value()}",
            "User-Agent": f"pulumi-amplify-jobs/{version('pulumi-amplify-jobs')}",
            "X-GitHub-Api-Version": API_VERSION,
        }
        self._clock = clock
        self._epoch = epoch
        self._attempt_within = attempt
        self._spent = 0.0
        self._reached = False
        self._limits = 0
        # Of each call, since it last went well.
        self._failures: Counter[str] = Counter()
        self._dice = random.Random()  # noqa: S311 (jitter, no secret)

    def make(self, call: Call, read: Callable[[bytes], T]) -> tuple[T, httpx.Response]:
        """Make a call, retry it where that may help, and read its answer.

        `read` raises ValidationError for what is none. Raises GitHubError, or UncertainError for a
        call that is not repeatable and may have been carried out.
        """
        while True:
            began = self._clock.now()
            trouble = self._attempt(call, read)
            if not isinstance(trouble, Trouble):
                self._reached = True
                del self._failures[call.says]
                log.debug("%s: done in %.3f s", call.says, self._clock.now() - began)
                return trouble
            self._wait(call, trouble, began)
            if trouble.perhaps_done and not call.repeatable:
                raise UncertainError(self._message(call, trouble)) from None

    def _attempt(
        self, call: Call, read: Callable[[bytes], T]
    ) -> tuple[T, httpx.Response] | Trouble:
        """Make a call once. Raises GitHubError where another attempt would not help."""
        try:
            answer = within(self._attempt_within, lambda: self._send(call), self._clock)
        except OutOfTimeError as error:
            return self._later(call, f"no complete response within {error.seconds:.3g} s")
        except httpx.HTTPError as error:
            return self._cut_off(call, error)
        except TooLargeError:
            return self._foreign(call)
        message = self.said(message_in(answer.content)) if answer.is_error else ""
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if is_limited(answer.status_code, headers, message):
            self._limits += 1
            pause = limit_pause(headers, self._epoch(), self._limits, self._dice)
            return Trouble(f"GitHub's rate limit is reached ({answer.status_code})", pause)
        if answer.status_code >= 500:
            return self._later(call, f"GitHub answered {answer.status_code}")
        if not answer.is_success:
            raise refusal(answer.status_code, message, call.says)
        try:
            return read(answer.content), answer
        except ValidationError:
            return self._foreign(call)

    def _foreign(self, call: Call) -> Trouble:
        reason = f"the response of {self._origin} is not GitHub's (a proxy on the way?)"
        return self._later(call, reason)

    def _send(self, call: Call) -> httpx.Response:
        """Send a call, and again to where it is redirected to on the same host."""
        url = call.url
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._answer(call, url)
            if answer.status_code not in REDIRECTS:
                return answer
            url = self.followed(answer, answer.headers.get("location", ""), call)
        raise GitHubError(f"can't {call.says}: GitHub redirects in a circle")

    def _answer(self, call: Call, url: str) -> httpx.Response:
        """Return a whole answer. Raises TooLargeError."""
        content = bytearray()
        check_awaited()
        with self._http.stream(call.method, url, json=call.body, headers=self._headers) as answer:
            for chunk in answer.iter_bytes():
                check_awaited()
                content += chunk
                if len(content) > LARGEST_PAGE:
                    raise TooLargeError
        body = bytes(content)
        if has_more_values(body, MOST_PAGE_VALUES):
            raise TooLargeError
        headers = [each for each in answer.headers.multi_items() if each[0] not in DECODED]
        return httpx.Response(
            answer.status_code, headers=headers, content=body, request=answer.request
        )

    def followed(self, answer: httpx.Response, target: str, call: Call) -> str:
        """Return the URL that an answer leads to. Raises GitHubError for another host's."""
        try:
            url = answer.url.join(target)
        except httpx.InvalidURL:
            raise GitHubError(
                f"can't {call.says}: {self._origin} redirects to an invalid URL"
            ) from None
        if origin_of(url) != self._origin:
            raise GitHubError(
                f"can't {call.says}: {self._origin} redirects to {self.said(origin_of(url))}, and "
                "the token goes to no other host; check --api-url and any proxy on the way"
            )
        return str(url)

    def url(self, path: str) -> str:
        """Return the URL of a path of the API."""
        return f"{self._base}{path}"

    def said(self, text: str) -> str:
        """Return what GitHub says in one line, without secrets."""
        return one_line(redacted(text), 300)

    def _cut_off(self, call: Call, error: httpx.HTTPError) -> Trouble:
        """Return the trouble with a connection. Raises GitHubError where it is there to stay."""
        reason = self.said(str(error) or type(error).__name__)
        if isinstance(error, httpx.ConnectError) and "[SSL" in reason:
            raise GitHubError(
                f"can't {call.says}: no trusted connection to {self._origin} ({reason}); for a "
                "server of your own, name its CA file in SSL_CERT_FILE"
            ) from None
        if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
            raise GitHubError(f"can't {call.says}: {reason}") from None
        if isinstance(error, NEVER_SENT):
            return self._later(call, f"no connection to {self._origin} ({reason})", sent=False)
        return self._later(call, f"{self._origin} did not answer ({reason})")

    def _later(self, call: Call, reason: str, *, sent: bool = True) -> Trouble:
        self._failures[call.says] += 1
        pause = BACKOFF.pause(self._failures[call.says], self._dice)
        return Trouble(reason, pause, answered=sent, perhaps_done=sent)

    def _wait(self, call: Call, trouble: Trouble, began: float) -> None:
        """Pause after a trouble. Raises GitHubError where there is no patience left for that."""
        self._reached = self._reached or trouble.answered
        self._spent += self._clock.now() - began
        if self._spent + trouble.pause > (PATIENCE if self._reached else UNREACHED_PATIENCE):
            raise GitHubError(
                f"{self._message(call, trouble)}; gave up after {self._spent:.0f} s, as the next "
                f"attempt would be {trouble.pause:.0f} s later: run it again then"
            ) from None
        log.warning(
            "%s: attempt failed: %s; retried in %.1f s", call.says, trouble.reason, trouble.pause
        )
        self._clock.sleep(trouble.pause)
        self._spent += trouble.pause

    def _message(self, call: Call, trouble: Trouble) -> str:
        perhaps = (
            ", perhaps after carrying it out"
            if trouble.perhaps_done and not call.repeatable
            else ""
        )
        return f"can't {call.says}: {trouble.reason}{perhaps}"


def _client() -> httpx.Client:
    """Return a client with the proxies and certificates that the environment names."""
    try:
        return httpx.Client(timeout=TIMEOUT, follow_redirects=False)
    except OSError as error:  # ssl.SSLError is one
        variables, problem = CERTIFICATES, error.strerror or str(error)
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        variables, problem = PROXIES, str(error)
    given = sorted(name for name in os.environ if name.upper() in variables) or variables
    why = one_line(problem).rstrip(".")
    raise GitHubError(f"{' or '.join(given)} can't be used: {why}; correct it, or unset it")


def origin_of(url: httpx.URL) -> str:
    """Return a URL's scheme, host and port: what is trusted with the token."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
