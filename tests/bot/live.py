"""The real application on a real socket, in a thread of the test."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import uvicorn

from bot.service import Service
from bot.web.app import make_app
from scheduler.wakeup.local import LocalClock
from tests.conftest import FixedClock


class TickingClock(FixedClock):
    """A clock that starts where tests do and goes on by itself: rates need one."""

    def __init__(self) -> None:
        super().__init__()
        self._started = time.monotonic()

    def __call__(self) -> datetime:
        return self.moment + timedelta(seconds=time.monotonic() - self._started)


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """Yield the address of a server on this service; it is stopped as Ctrl-C would."""
    app = make_app(service, LocalClock())
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, access_log=False,
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        service.hub.close()
        server.should_exit = True
        thread.join(timeout=60)
        assert not thread.is_alive(), "it did not stop"
