"""The loopback side: HTTP in, HTTP out, nothing left open at the end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from tests.fakes import serving


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; status 0 closes the connection instead. `text` is sent as it is, as HTML."""

    status: int
    payload: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


class Answers(Protocol):
    """What stands behind a server."""

    def answer(self, verb: str, target: str, headers: Message, body: bytes) -> Answer:
        """Return the answer to one request."""
        ...


class Server(serving.Server):
    """Hands each request to what is `behind` it."""

    def __init__(self, behind: Answers) -> None:
        super().__init__(_Handler)
        self.behind = behind

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hung up, by its time-out, is what some tests want."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet an answer: 49 ms without (facts, sheets §3.1)
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Stay silent."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.behind.answer(self.command, self.path, self.headers, body)
        if answer.status == 0:
            self.close_connection = True
            return
        content = (answer.text or json.dumps(answer.payload, ensure_ascii=False)).encode()
        kind = "text/html" if answer.text else "application/json"
        self.send_response(answer.status)
        self.send_header("Content-Type", f"{kind}; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
