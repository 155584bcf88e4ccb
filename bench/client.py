"""A client that costs little: HTTP/1.1 on asyncio streams, connections kept open.

httpx takes about a millisecond of CPU a request, as much as the server it would measure; this
takes a tenth.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

IDLE_S = 2.0
"""After so long unused a connection is made anew: uvicorn closes one after 5 s."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One open connection and when it was last used."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: float


@dataclass(frozen=True, slots=True)
class Post:
    """One reply to send. `id` is the message's own, unique among all."""

    token: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """When a reply was due, and when its 202 had come (CLOCK_MONOTONIC)."""

    id: str
    due: float
    acknowledged: float


class Client:
    """Keeps connections to one server."""

    def __init__(self, address: str, connections: int) -> None:
        self._host, _, port = address.removeprefix("http://").partition(":")
        self._port = int(port)
        self._number = connections
        self._free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()

    async def __aenter__(self) -> "Client":
        """Connect."""
        for _ in range(self._number):
            self._free.put_nowait(await self._connect())
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Disconnect."""
        while not self._free.empty():
            self._free.get_nowait().writer.close()

    async def open_loop(self, posts: Sequence[Post], rate: float) -> list[Sent]:
        """Send at a fixed rate, however slow the answers are; time counts from when each was due.

        A request that waits for a free connection or for this client is late, and says so.
        """
        began = time.monotonic() + 0.1
        tasks = []
        for n, post in enumerate(posts):
            due = began + n / rate
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(self._post(post, due)))
        return await asyncio.gather(*tasks)

    async def closed_loop(self, posts: Sequence[Post]) -> list[Sent]:
        """Send as fast as the server answers, one request a connection at a time."""
        waiting = iter(posts)

        async def worker() -> list[Sent]:
            return [await self._post(post, time.monotonic()) for post in waiting]

        done = await asyncio.gather(*(worker() for _ in range(self._number)))
        return [one for some in done for one in some]

    async def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and body of a page."""
        return await self._exchange(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    async def get_json(self, path: str) -> Any:
        """Return what a page holds."""
        return json.loads((await self.get(path))[1])

    async def _post(self, post: Post, due: float) -> Sent:
        body = f"id={post.id}&text={post.text.replace(' ', '+')}"
        status, _answer = await self._exchange(
            f"POST /c/{post.token} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        assert status == 202, status
        return Sent(post.id, due, time.monotonic())

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        link = await self._free.get()
        if time.monotonic() - link.used > IDLE_S:
            link.writer.close()
            link = await self._connect()
        link.writer.write(request)
        head = await link.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await link.reader.readexactly(length)
        self._free.put_nowait(Connection(link.reader, link.writer, time.monotonic()))
        return int(head[9:12]), body

    async def _connect(self) -> Connection:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        return Connection(reader, writer, time.monotonic())
