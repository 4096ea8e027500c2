"""A client of yaml-language-server over its standard streams, as an editor is one.

Source of the messages: the Language Server Protocol, version 3.17.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

Message = dict[str, Any]


class LanguageServer:
    """A server for documents in one folder: each text is a new one, so no answer is mistaken."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._folder = folder
        self._documents = 0
        self._number = 0
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        )

    def __enter__(self) -> LanguageServer:
        self._request("initialize", processId=None, rootUri=None, capabilities={})
        self._send(method="initialized", params={})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._request("shutdown")
                self._send(method="exit", params=None)
                assert self._process.wait(timeout=240) == 0
        finally:
            self._process.kill()
            self._process.communicate()

    def problems(self, text: str) -> list[tuple[int, str]]:
        """Open a document; return what is wrong in it: line, from 1 on, and message."""
        uri = self._open(text)

        def tells(message: Message) -> bool:
            told = message.get("method") == "textDocument/publishDiagnostics"
            return told and bool(message["params"]["uri"] == uri)

        found = self._receive_until(tells)["params"]["diagnostics"]
        return [(each["range"]["start"]["line"] + 1, each["message"]) for each in found]

    def completions(self, text: str) -> dict[str, str]:
        """Open a document; return what is offered at its `|`: by label, what it inserts."""
        before, after = text.split("|")
        uri = self._open(before + after)
        lines = before.split("\n")
        answer = self._request(
            "textDocument/completion",
            textDocument={"uri": uri},
            position={"line": len(lines) - 1, "character": len(lines[-1])},
        )
        return {each["label"]: each["insertText"] for each in answer["result"]["items"]}

    def _open(self, text: str) -> str:
        self._documents += 1
        uri = (self._folder / f"Pulumi.stack{self._documents}.yaml").as_uri()
        document = {"uri": uri, "version": 1, "languageId": "yaml", "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})
        return uri

    def _request(self, method: str, **parameters: Any) -> Message:
        self._number += 1
        number = self._number
        self._send(id=number, method=method, params=parameters or None)
        return self._receive_until(lambda each: "method" not in each and each.get("id") == number)

    def _send(self, **message: Any) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _receive_until(self, fits: Callable[[Message], bool]) -> Message:
        """Return the first message that fits; what the server asks meanwhile has no answer here."""
        while True:
            message = self._receive()
            if fits(message):
                return message
            if "method" in message and "id" in message:
                items = (message.get("params") or {}).get("items", [])
                self._send(id=message["id"], result=[None for _ in items])

    def _receive(self) -> Message:
        assert self._process.stdout is not None
        headers = {}
        while line := self._process.stdout.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value
        assert "content-length" in headers, "the server has ended"
        message: Message = json.loads(self._process.stdout.read(int(headers["content-length"])))
        return message
