"""What keeps requests from being answered: names, connections, TLS, proxies.

urllib3 and botocore wrap what really happened, in exceptions behind exceptions.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import urlsplit

import botocore.exceptions as boto
from urllib3.exceptions import LocationParseError

from ...errors import MalformedAnswerError, RequestRefusedError, ServiceUnavailableError, one_line
from ...limits import CONNECT
from ..bounded_http import TooLargeError
from ..retry import Retry
from .failure import Call, Failure, final, passing
from .stages import first_set

E = TypeVar("E", bound=BaseException)


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception and all that it came of, each once, the outermost first."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        kwargs = getattr(each, "kwargs", None)
        behind = [
            getattr(each, "reason", None),  # urllib3
            kwargs.get("error") if isinstance(kwargs, dict) else None,  # botocore
            *each.args,
            each.__cause__,
            each.__context__,
        ]
        waiting += [other for other in behind if isinstance(other, BaseException)]


def cause_of(error: BaseException, kind: type[E]) -> E | None:
    """Return the first exception of this kind among the causes."""
    return next((each for each in causes_of(error) if isinstance(each, kind)), None)


NETWORK = (boto.ConnectionError, boto.HTTPClientError, boto.InvalidProxiesConfigError)

CUT_OFF = (
    boto.ConnectionClosedError,
    boto.ReadTimeoutError,
    boto.ResponseStreamingError,
)

NO_TLS = frozenset({"HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL"})
"""OpenSSL's reasons, beside WRONG_VERSION_NUMBER, where the other side speaks no TLS."""

EXPIRED = 10
NOT_YET_VALID = 9
OTHER_HOST = frozenset({62, 63, 64})
"""Verification codes of X.509: https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/."""

ASKS_FOR_A_USER = "Tunnel connection failed: 407"
"""All that http.client says of a proxy that wants a user and a password."""

UNREAD = (FileNotFoundError, IsADirectoryError, PermissionError)
"""Within an error of TLS: what came of opening the file of CAs, before any connection."""

SOURCES_OF_CAS = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


def of_network(error: boto.BotoCoreError, call: Call) -> Failure | None:
    """Classify what kept a request from being answered, None where it is something else."""
    if not isinstance(error, NETWORK):
        return None
    cause = error.kwargs.get("error")
    if isinstance(cause, TooLargeError):
        return Failure(MalformedAnswerError(f"the response {cause}", call.name), Retry.MALFORMED)
    if isinstance(error, boto.InvalidProxiesConfigError) or cause_of(error, LocationParseError):
        advice = "write http://HOST:PORT"
        return _refused(f"{_proxy_variable()} is not a proxy URL; {advice}", call)
    if isinstance(error, boto.SSLError):
        return _refused(_of_tls(error, call), call)
    if isinstance(error, boto.ProxyConnectionError):
        return _of_proxy(error, call)
    if isinstance(error, boto.EndpointConnectionError | boto.ConnectTimeoutError):
        return _unreachable(f"{_unconnected(error)}; {_network_advice(call)}", call)
    if isinstance(error, CUT_OFF):
        return passing(one_line(without_path(error)), call.name)
    wrong = cause_of(error, ValueError)
    if wrong is not None:
        # Such as a header that http.client can't send: its text has the whole of the header.
        return _refused(f"the request can't be sent ({type(wrong).__name__})", call)
    if type(error) is boto.HTTPClientError:
        return _unreachable(f"{one_line(without_path(error))}; {_network_advice(call)}", call)
    return None


def without_path(error: boto.BotoCoreError) -> str:
    """Return the error's text; of the request's URL it keeps the host only, the call says more."""
    url = error.kwargs.get("endpoint_url")
    return str(error).replace(url, _host(error)) if isinstance(url, str) else str(error)


def _host(error: boto.BotoCoreError) -> str:
    parts = urlsplit(str(error.kwargs.get("endpoint_url", "")))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else "the host"


def _refused(reason: str, call: Call) -> Failure:
    return final(RequestRefusedError(reason, call.name))


def _unreachable(reason: str, call: Call) -> Failure:
    return Failure(ServiceUnavailableError(reason, call.name), Retry.UNREACHABLE)


def _network_advice(call: Call) -> str:
    return f"check the network and {call.locate(call.service) or 'the region'}"


def _unconnected(error: boto.BotoCoreError) -> str:
    host = _host(error)
    if cause_of(error, socket.gaierror):
        return f"the name in {host} has no address (DNS)"
    if cause_of(error, ConnectionRefusedError):
        return f"nothing is listening at {host}"
    if isinstance(error, boto.ConnectTimeoutError):
        return f"{host} did not accept a connection within {CONNECT:.0f} s; a firewall may block it"
    return f"no connection to {host}"


def _of_tls(error: boto.SSLError, call: Call) -> str:
    host, source = _host(error), call.endpoint
    verification = cause_of(error, ssl.SSLCertVerificationError)
    code = verification.verify_code if verification else None
    tls = cause_of(error, ssl.SSLError)
    reason = (tls.reason if tls else None) or ""
    if code == EXPIRED:
        return f"the certificate of {host} has expired; renew it, or check this machine's clock"
    if code == NOT_YET_VALID:
        return f"the certificate of {host} is not valid yet; check this machine's clock"
    if code in OTHER_HOST or (verification is None and _names_differ(error)):
        advice = f"correct {source}, or check the proxy"
        return f"the certificate of {host} belongs to another host; {advice}"
    if verification is not None:
        advice = "name your CA's file in AWS_CA_BUNDLE, such as a company proxy's"
        return f"the certificate of {host} is not signed by a CA that is trusted here; {advice}"
    if reason == "WRONG_VERSION_NUMBER" or reason in NO_TLS:
        return f"{host} does not speak TLS; write http:// in {source}, or check the proxy"
    unread = any(isinstance(each, UNREAD) for each in causes_of(error))
    if unread or "NO_CERTIFICATE" in reason or "PEM" in reason:
        bundle = first_set(*SOURCES_OF_CAS) or "ca_bundle of the AWS profile"
        return f"{bundle} is not a certificate file; correct it"
    return (
        f"TLS with {host} failed ({reason or type(error).__name__}); check {source} and any proxy"
    )


def _names_differ(error: boto.BotoCoreError) -> bool:
    """Say whether urllib3 itself compared names: its exception has no code, only a name."""
    return any(type(each).__name__ == "CertificateError" for each in causes_of(error))


def _of_proxy(error: boto.ProxyConnectionError, call: Call) -> Failure:
    variable = _proxy_variable()
    url = str(error.kwargs.get("proxy_url", ""))
    if urlsplit(url).path.startswith("//"):  # botocore puts http:// before any other scheme
        advice = "write http://HOST:PORT of a proxy that speaks HTTP"
        return _refused(f"{variable} names a proxy of a kind that can't be used; {advice}", call)
    proxy = urlsplit(url).netloc.rpartition("@")[2]
    if any(str(each).startswith(ASKS_FOR_A_USER) for each in causes_of(error)):
        advice = f"put them into the URL in {variable}"
        return _refused(f"the proxy {proxy} asks for a user name and a password; {advice}", call)
    why = "has no address (DNS)" if cause_of(error, socket.gaierror) else "accepts no connection"
    advice = f"correct {variable}, or name the host in NO_PROXY"
    return _unreachable(f"the proxy {proxy} {why}; {advice}", call)


def _proxy_variable() -> str:
    """Return the environment variable that names the proxy, as far as one does."""
    names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
    return first_set(*names) or "HTTPS_PROXY"
