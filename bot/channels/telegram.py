"""Telegram by python-telegram-bot's `Bot`: updates in, one `sendMessage` a message out.

Its `Application` and `Updater` stay unused: they acknowledge an update before it is stored
(law 1). Telegram has no idempotency key and cannot be asked what it sent, so nothing here is
ever sent twice, and a tap, which carries its delivery, is the evidence (law 3). Facts: channels §2.
"""
# ruff: noqa: PLC0415 -- python-telegram-bot loads only where Telegram is set up

import asyncio
import json
import re
from collections.abc import Awaitable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, TypeVar

from bot.channels.contract import (
    Accepted,
    Ambiguous,
    CannotKnow,
    Disposition,
    Inbound,
    Lifecycle,
    Limits,
    NotFetched,
    NotListed,
    NotOurs,
    RawRequest,
    Refusal,
    Rejected,
    Sent,
    Trouble,
    Unsent,
    Window,
    Wire,
)
from bot.channels.pieces import split, utf16
from bot.channels.telegram_buttons import layout, seal
from bot.channels.telegram_errors import SOON_S, outcome, refusal, trouble
from bot.channels.telegram_updates import ALLOWED, Shown, read_json, read_update
from bot.settings import Settings, WrongSettings
from flows.phrases import Phrases
from flows.prompts import Prompt

INBOUND_PATH = "/hooks/telegram"

TIMEOUT_S = 30.0
"""Asking less time makes more outcomes unknown."""

HEARD_S = 5.0
"""A tap is shown as heard within this, or not at all."""

NOTE = 200
"""Characters beside a tapped button: https://core.telegram.org/bots/api#answercallbackquery"""

CHOSEN = "\n\n➤ "

_TOKEN = re.compile(r"([0-9]+):[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_HEADER = "x-telegram-bot-api-secret-token"
_CHAT = re.compile(r"-?[1-9][0-9]{0,18}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WebhookState:
    """Where Telegram delivers: `url` empty means nowhere; `pending` updates wait there."""

    url: str
    pending: int
    last_error: str
    last_error_at: datetime | None


class Telegram:
    """Fulfils `Channel`; used in one event loop.

    An address is the id of a private chat, or of a group that is told to write there.
    """

    kind = "telegram"
    can_find = False
    limits = Limits(4096, "https://core.telegram.org/bots/api#sendmessage")

    def __init__(
        self, settings: Settings, words: Phrases, *, secret: str, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Open a client; nothing is asked yet. `secret` is what a webhook must show.

        Raises:
            WrongSettings: TELEGRAM_TOKEN is empty or no token.
        """
        from bot.channels.telegram_client import Client

        token = _TOKEN.fullmatch(settings.telegram_token)
        if token is None:
            raise WrongSettings(
                "TELEGRAM_TOKEN must be a token of BotFather, for example "
                "TELEGRAM_TOKEN=123456:AAE-the_rest_of_it."
            )
        self._bot_id = token[1]
        self._words = words
        self._secret = secret
        self._timeout_s = timeout_s
        origin = settings.telegram_base_url.rstrip("/")
        self._client = Client(settings.telegram_token, origin, timeout_s)
        self._username = ""
        self._is_closed = False

    async def aclose(self) -> None:
        """Close the connections; await it in the loop the channel was used in.

        (WhatsApp's `close` is not awaited: its requests run in threads.)
        """
        self._is_closed = True
        await self._client.aclose()

    def verify(self, request: RawRequest) -> None:
        """Raise `NotOurs` unless the request shows our secret; without one nothing is ours."""
        shown = (text for name, text in request.headers.items() if name.lower() == _HEADER)
        given = next(shown, "").encode("utf-8", "replace")
        if not compare_digest(given, self._secret.encode()) or not self._secret:
            raise NotOurs("X-Telegram-Bot-Api-Secret-Token does not match")

    def parse(self, request: RawRequest, *, at: datetime) -> list[Inbound | Lifecycle]:
        """Return what a verified request says; raises `Malformed`, nothing else."""
        return self.parse_update(read_json(request.body), at=at)

    def parse_update(self, raw: object, *, at: datetime) -> list[Inbound | Lifecycle]:
        """Return what one update of `updates` says; raises `Malformed`, nothing else."""
        return read_update(raw, bot_id=self._bot_id, at=at)

    def render(self, prompt: Prompt, address: str, window: Window) -> Sequence[Wire]:
        """Return free text in pieces that fit, its buttons under the last; a file goes first."""
        text, keyboard = layout(prompt, self._words)
        pieces = split(text, self.limits.characters, utf16)
        markups = [""] * (len(pieces) - 1) + [_json(keyboard) if keyboard else ""]
        file = () if window.file is None else (Wire(address, {}, window.file),)
        return (
            *file,
            *(
                Wire(address, {"text": piece, "markup": markup})
                for piece, markup in zip(pieces, markups, strict=False)
            ),
        )

    async def send(self, wire: Wire, *, delivery_id: str, attempt_id: str) -> Sent:  # noqa: ARG002 -- Telegram keeps no tag of ours
        """Send one message, once; its buttons will carry the delivery."""
        if self._is_closed:
            return Unsent()
        if not _CHAT.fullmatch(wire.address):  # "@name" would be somebody's channel
            return Rejected(Disposition.BAD_ADDRESS, 400)
        try:
            if wire.file is not None:
                answer = await self._client.post_file(int(wire.address), wire.file)
            else:
                answer = await self._client.post_message(_fields(wire, delivery_id))
        except Exception as error:  # noqa: BLE001 -- whatever broke, the message may be out
            return outcome(error)
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        if type(message_id) is not int:  # a bool is none
            return Ambiguous("Telegram menerima, tetapi tanpa nomor pesan.")
        return Accepted(f"{wire.address}:{message_id}")

    async def find(
        self,
        wire: Wire,  # noqa: ARG002 -- named by the contract
        *,
        since: datetime,  # noqa: ARG002 -- likewise
        known: Collection[str] = (),  # noqa: ARG002 -- likewise
    ) -> CannotKnow:
        """Telegram lists nothing that was sent: what is unknown stays so until a tap proves it."""
        return CannotKnow()

    async def heard(self, inbound: Inbound, note: str = "", *, is_over: bool = False) -> None:
        """End a tapped button's waiting, and show in its message what was chosen.

        A `note` says why the tap did not count; then the message keeps its words, and also its
        buttons unless what it asked `is_over`.
        """
        if not inbound.tap or self._is_closed:
            return
        shows = [self._answer(inbound.tap, note)]
        with suppress(ValueError, TypeError):
            if inbound.shown and is_over:
                shows.append(self._take_buttons(Shown.from_json(inbound.shown)))
            elif inbound.shown and not note:
                shows.append(self._show_choice(Shown.from_json(inbound.shown)))
        with suppress(Exception):
            async with asyncio.timeout(HEARD_S):
                await asyncio.gather(*shows, return_exceptions=True)

    async def updates(self, offset: int | None, *, wait_s: float) -> list[dict[str, Any]]:
        """Return the raw updates from `offset` on, waiting so long for the first.

        Asking from an offset tells Telegram to forget all before it, so store them first; raw,
        because what is stored is what came (law 1). `parse_update` reads each.

        Raises:
            NotListed: of `Trouble.CONFLICT`, another program polls this bot or a webhook is set.
        """
        asked = {"offset": offset, "timeout": int(wait_s), "allowed_updates": ALLOWED}
        try:
            listed = await self._client.poll(asked, timeout_s=wait_s + self._timeout_s)
        except Exception as error:  # noqa: BLE001 -- its text may hold the token
            why = trouble(error)
            raise NotListed(str(why), why.trouble, why.wait_s) from None
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise NotListed("Telegram sent no list of updates", wait_s=SOON_S)
        return listed

    async def fetch(self, media: str, *, most: int) -> bytes:
        """Return a file by its id; raises `NotFetched`.

        A file over 20 MB cannot be had at all: https://core.telegram.org/bots/api#getfile
        """
        try:
            content = await self._client.fetch(media, most=most)
        except Exception as error:  # noqa: BLE001 -- its text may hold the token
            why = trouble(error)
            if "too big" in str(why):
                raise NotFetched("too_large", is_passing=False) from None
            is_passing = why.trouble is not Trouble.REFUSED
            raise NotFetched("lost", is_passing=is_passing) from None
        if content is None:
            raise NotFetched("too_large", is_passing=False)
        return content

    async def listen_at(self, url: str) -> None:
        """Have updates delivered to `url`, with our secret; what waits is kept.

        Raises:
            WrongSettings: the secret is none that Telegram takes.
            NotAnswered: of `Trouble.REFUSED`, Telegram will not deliver to that URL, and says why.
        """
        if not _SECRET.fullmatch(self._secret):
            raise WrongSettings(
                "TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of A-Z a-z 0-9 _ -, "
                "for example TELEGRAM_WEBHOOK_SECRET=a7Kq_31xPz."
            )
        await _ask(
            self._client.set_webhook(url, secret_token=self._secret, allowed_updates=ALLOWED)
        )

    async def stop_listening(self) -> None:
        """Take the webhook away, so that `updates` may be asked; what waits is kept.

        Raises:
            NotAnswered: it may still be set.
        """
        await _ask(self._client.delete_webhook(drop_pending_updates=False))

    async def webhook(self) -> WebhookState:
        """Return where Telegram delivers, and how that went; raises `NotAnswered`."""
        info = await _ask(self._client.get_webhook_info())
        return WebhookState(
            info.url, info.pending_update_count, info.last_error_message or "", info.last_error_date
        )

    async def username(self) -> str:
        """Return the bot's name without its @, asked once; raises `NotAnswered`."""
        if not self._username:
            me = await _ask(self._client.get_me())
            self._username = me.username or ""
        return self._username

    def link(self, username: str, token: str) -> str:
        """Return the address that opens the chat and comes back as `Inbound.token`.

        Raises:
            ValueError: the token is longer than 64, or not of A-Z a-z 0-9 _ -.
        """
        from telegram.helpers import create_deep_linked_url

        return create_deep_linked_url(username, token)

    def explain(self, code: int) -> Refusal:
        """Return what a code means, and the sentence for staff."""
        return refusal(code)

    async def _answer(self, tap: str, note: str) -> None:
        await self._client.answer_callback_query(
            tap, text=note[:NOTE] or None, show_alert=bool(note) or None
        )

    async def _show_choice(self, message: Shown) -> None:
        """Put the choice under the text, without the buttons; they go in any case."""
        text = message.text + CHOSEN + message.label
        if message.text and message.label and utf16(text) <= self.limits.characters:
            await self._client.edit_message_text(
                text, message.chat_id, message.message_id, disable_web_page_preview=True
            )
        else:
            await self._take_buttons(message)

    async def _take_buttons(self, message: Shown) -> None:
        await self._client.edit_message_reply_markup(message.chat_id, message.message_id)


async def _ask(request: Awaitable[T]) -> T:
    try:
        return await request
    except Exception as error:  # noqa: BLE001 -- its text may hold the token
        raise trouble(error) from None


def _fields(wire: Wire, delivery_id: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "chat_id": int(wire.address),
        "text": wire.fields["text"],
        "link_preview_options": {"is_disabled": True},
    }
    if wire.fields["markup"]:
        fields["reply_markup"] = _json(seal(json.loads(wire.fields["markup"]), delivery_id))
    return fields


def _json(keyboard: dict[str, Any]) -> str:
    """Return it as short as may be: its bytes are limited, and escapes count."""
    return json.dumps(keyboard, ensure_ascii=False, separators=(",", ":"))
