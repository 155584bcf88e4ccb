"""The loopback side: HTTP in, HTTP out, nothing left open at the end."""

import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol


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


class Server(ThreadingHTTPServer):
    """Knows its connections, so that closing leaves no thread waiting and no socket open."""

    daemon_threads = False

    def __init__(self, behind: Answers) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self._open: set[socket.socket] = set()
        self._opening = threading.Lock()

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._opening:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._opening:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up_on_everyone(self) -> None:
        """Close every connection there is."""
        with self._opening:
            for connection in self._open:
                with suppress(OSError):  # it hung up first
                    connection.shutdown(socket.SHUT_RDWR)

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
