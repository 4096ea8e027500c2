"""Local servers that say what a test wants them to, and keep what they were asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "GET"

    @property
    def form(self) -> dict[str, str]:
        """The fields of a body that is a form: so STS is asked."""
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


TLS = Path(__file__).parent / "tls"
"""Certificates of 127.0.0.1 (`self`, `expired`) and other.test (`other`), signed by themselves."""

Script = Callable[[Request], Reply]


class ScriptedServer(ThreadingHTTPServer):
    """`url` to call, `requests` so far."""

    daemon_threads = True

    def __init__(self, script: Script, certificate: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.requests: list[Request] = []
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server_port}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / f"{certificate}.pem", TLS / "key.pem")
            # The handshake is done by the thread that answers: one that fails ends no other.
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one packet: two would wait for the client's ACK

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, body, self.command)
        self.server.requests.append(request)
        reply = self.server.script(request)
        self.send_response_only(reply.status)
        if "Date" not in reply.headers:
            self.send_header("Date", self.date_time_string())
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_PUT = do_POST  # noqa: N815 (http.server's names)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(script: Script, certificate: str | None = None) -> Iterator[ScriptedServer]:
    """Answer every request on a free port of 127.0.0.1 as the script says, inside the block.

    With a certificate, one of those in `tls/`, it speaks HTTPS.
    """
    server = ScriptedServer(script, certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
