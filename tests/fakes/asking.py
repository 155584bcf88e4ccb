"""Asks the stand-in for Telegram by the real library, and hears what it tells an application."""

import asyncio
import json
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeVar

import pytest
import requests
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from tests.fakes.serving import Server
from tests.fakes.telegram import SECRET_HEADER, TOKEN, FakeTelegram, Person

T = TypeVar("T")
PUBLIC = "https://lacak.test/hooks/telegram?kanal=1"
YES_NO = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Ya", callback_data="s:1:y")],
     [InlineKeyboardButton("Tidak", callback_data="s:1:t")]]
)  # fmt: skip
SHARE = ReplyKeyboardMarkup([[KeyboardButton("Bagikan nomor", request_contact=True)]])
UNUSED_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # reading the system's costs 20 ms a client


class App(Server):
    """An application that keeps what it is called with, and answers `statuses` and then 200."""

    def __init__(self) -> None:
        super().__init__(_Keep)
        self.calls: list[tuple[str, str | None, dict[str, Any]]] = []
        self.statuses: Iterator[int] = iter(())
        self.called = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def ids(self) -> list[int]:
        return [update["update_id"] for _, _, update in self.calls]


class _Keep(BaseHTTPRequestHandler):
    server: App

    def do_POST(self) -> None:
        update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((self.path, self.headers[SECRET_HEADER], update))
        self.server.called.set()
        self.server.may_answer.wait(60)
        self.send_response(next(self.server.statuses, 200))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- named by http.server
        """Stay silent."""


def ask(fake: FakeTelegram, call: Callable[[Bot], Awaitable[T]], token: str = TOKEN) -> T:
    """Return what the real library makes of one call."""

    async def main() -> T:
        origin = fake.base_url
        lines = [HTTPXRequest(httpx_kwargs={"verify": UNUSED_TLS}) for _ in range(2)]
        async with Bot(
            token,
            f"{origin}/bot",
            f"{origin}/file/bot",
            request=lines[0],
            get_updates_request=lines[1],
        ) as bot:
            return await call(bot)

    return asyncio.run(main())


def refusal(fake: FakeTelegram, call: Callable[[Bot], Awaitable[object]]) -> TelegramError:
    with pytest.raises(TelegramError) as error:
        ask(fake, call)
    return error.value


def saying(to: int, text: str = "Halo", **more: Any) -> Callable[[Bot], Awaitable[Message]]:
    return lambda bot: bot.send_message(to, text, **more)


def editing(to: Person, number: int, text: str) -> Callable[[Bot], Awaitable[object]]:
    return lambda bot: bot.edit_message_text(text, to.id, number)


def tell(fake: FakeTelegram, to: Person, text: str = "Halo", **more: Any) -> Message:
    return ask(fake, saying(to.id, text, **more))


def fetch(fake: FakeTelegram, **more: Any) -> tuple[Update, ...]:
    return ask(fake, lambda bot: bot.get_updates(**more))


def waiting(fake: FakeTelegram, **more: Any) -> "Future[tuple[Update, ...]]":
    """Start a poll that waits, and return once it does."""
    before = len(fake.asked)
    pool = ThreadPoolExecutor(1)
    polled = pool.submit(fetch, fake, **more)
    pool.shutdown(wait=False)
    fake.wait_until(lambda: len(fake.asked) > before + 1)  # getMe first
    return polled


def post(fake: FakeTelegram, method: str, token: str = TOKEN, **body: Any) -> requests.Response:
    return requests.post(f"{fake.base_url}/bot{token}/{method}", timeout=10, **body)


def set_webhook(fake: FakeTelegram, **more: Any) -> None:
    assert ask(fake, lambda bot: bot.set_webhook(PUBLIC, **more))
