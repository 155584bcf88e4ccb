"""python-telegram-bot as we use it: a typed client, one request a call, nothing logged.

The only module that imports it when it is itself imported; load it where Telegram is set up.
"""

import json
import logging
import re
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any

from httpx import AsyncClient, create_ssl_context
from telegram import Bot, InputFile
from telegram.request import HTTPXRequest

from bot.channels.contract import File
from bot.channels.telegram_errors import TooFast

CONNECT_S = 3.05
WRITE_S = 10.0
POOL_S = 5.0
"""With the answer's 30 s all three together stay under the lease of a claim."""

CONNECTIONS = 64
"""Requests under way at once: 32 sends, and as many taps answered."""

_FILE_PATH = re.compile(r"[A-Za-z0-9_./-]{1,300}", re.ASCII)

_SILENT = ("telegram", "httpx", "httpcore")
"""Their lines hold the token, texts and addresses; what went wrong comes as an exception."""


class Client(Bot):
    """The library's bot, with two calls whose answers are not parsed before we have them."""

    __slots__ = ("_timeout_s",)

    def __init__(self, token: str, origin: str, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        for name in _SILENT:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        super().__init__(
            token,
            base_url=f"{origin}/bot",
            base_file_url=f"{origin}/file/bot",
            request=_request(CONNECTIONS, timeout_s),
            get_updates_request=_request(1, timeout_s),
        )

    async def post_message(self, fields: Mapping[str, Any]) -> Any:
        """Return what `sendMessage` answered, raw: parsing may fail when the message is out."""
        return await self._post("sendMessage", dict(fields))

    async def post_file(self, chat_id: int, file: File) -> Any:
        """Return what `sendDocument` answered, raw, as above."""
        document = InputFile(file.content, filename=file.name)
        return await self._post("sendDocument", {"chat_id": chat_id, "document": document})

    async def poll(self, fields: Mapping[str, Any], *, timeout_s: float) -> Any:
        """Return what `getUpdates` answered, raw: one odd update must not hide the others."""
        return await self._post("getUpdates", dict(fields), read_timeout=timeout_s)

    async def fetch(self, file_id: str, *, most: int) -> bytes | None:
        """Return a file's content, None when it has more than `most` bytes.

        Read by pieces, which the library's own download does not do: a size that Telegram did
        not tell beforehand must not fill the memory.
        """
        told = await self._post("getFile", {"file_id": file_id})
        size, path = told.get("file_size"), told.get("file_path")
        if isinstance(size, int) and size > most:
            return None
        if not isinstance(path, str) or not _FILE_PATH.fullmatch(path) or ".." in path:
            raise ValueError("no file_path")
        content = bytearray()
        async with (
            AsyncClient(
                timeout=self._timeout_s, follow_redirects=False, verify=_trusted()
            ) as client,
            client.stream("GET", f"{self.base_file_url}/{path}") as answer,
        ):
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > most:
                    return None
        return bytes(content)

    async def aclose(self) -> None:
        """Close both pools. (`shutdown` would not: it closes only what `initialize` opened.)"""
        for request in self._request:
            await request.shutdown()


class _Request(HTTPXRequest):
    """Tells every 429 apart: one without `retry_after` would look like a failure of Telegram's."""

    __slots__ = ()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        code, payload = await super().do_request(*args, **kwargs)
        if code == 429:
            raise TooFast(_retry_after(payload))
        return code, payload


def _request(connections: int, timeout_s: float) -> HTTPXRequest:
    return _Request(
        connection_pool_size=connections,
        read_timeout=timeout_s,
        write_timeout=min(WRITE_S, timeout_s),
        connect_timeout=min(CONNECT_S, timeout_s),
        pool_timeout=min(POOL_S, timeout_s),
        httpx_kwargs={"verify": _trusted()},
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Return whom we trust, made once: reading the authorities takes 0.15 s."""
    return create_ssl_context()


def _retry_after(payload: bytes) -> object:
    try:
        return json.loads(payload)["parameters"]["retry_after"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
