"""The HTTP server under the fakes: real sockets on loopback, none left when it is closed."""

import socket
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Knows its connections, so that closing leaves no thread waiting and no socket open."""

    daemon_threads = False
    request_queue_size = 128  # five, the default, resets the sixth of those who come at once

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._open: set[socket.socket] = set()
        self._opening = threading.Lock()

    @property
    def url(self) -> str:
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
        with self._opening:
            for connection in self._open:
                with suppress(OSError):  # it hung up first
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up, as some tests want; show a fault of a fake."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)
