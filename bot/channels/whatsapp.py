"""WhatsApp by Twilio: signed webhooks in, one POST a message out.

Twilio has no idempotency key, so nothing here is ever posted twice: what cannot be known is
said to be so, and `find` asks (law 3). Field names and traps: facts: channels §1.
"""
# ruff: noqa: PLC0415 -- twilio and requests load only where WhatsApp is set up

import asyncio
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from bot.channels.contract import (
    Accepted,
    Ambiguous,
    CannotKnow,
    Disposition,
    Found,
    Inbound,
    Limits,
    Malformed,
    NotFetched,
    NotFound,
    NothingFits,
    NotListed,
    NotOurs,
    RawRequest,
    Receipt,
    Refusal,
    Rejected,
    Sent,
    Template,
    Unsent,
    Window,
    Wire,
)
from bot.channels.pieces import split
from bot.channels.whatsapp_buttons import Content, content_of
from bot.channels.whatsapp_contents import Contents, Kept
from bot.channels.whatsapp_errors import outcome, refusal
from bot.channels.whatsapp_http import THREADS, Http
from bot.channels.whatsapp_listing import became, people_wrote
from bot.channels.whatsapp_templates import Templates
from bot.channels.whatsapp_webhooks import (
    PREFIX,
    Form,
    inbound,
    pairs,
    receipt,
    signature,
)
from bot.settings import Settings, WrongSettings
from flows.phrases import Phrases
from flows.prompts import Prompt, numbered

INBOUND_PATH = "/hooks/whatsapp"
STATUS_PATH = "/hooks/whatsapp/status"

TIMEOUT_S = 30.0
"""Twilio itself gives up after about 26 s; asking less time makes outcomes unknown."""

CLOCKS_DIFFER = timedelta(minutes=2)
"""How far Twilio's clock may be behind ours when a lost message is looked for."""


CONTENT = "Content"
"""A wire's field for its buttons; beside it stands the text to fall back on."""

_FIELDS = {
    "Body": "body", "ContentSid": "content_sid", "ContentVariables": "content_variables",
    "MediaUrl": "media_url",
}  # fmt: skip
_VARIABLES = 100  # facts: channels §1.1
_UNFIT = re.compile(r"[\n\r\t]| {5}")
"""Refused in a template's value by Meta: line ends, tabs, more than four blanks in a row."""

_RECEIVED = ("received", "receiving")

T = TypeVar("T")


class WhatsApp:
    """Fulfils `Channel`. An address is what follows `whatsapp:`: a number or a user id."""

    kind = "whatsapp"
    can_find = True
    limits = Limits(1600, "https://www.twilio.com/docs/api/errors/21617")

    def __init__(
        self, settings: Settings, words: Phrases, *, timeout_s: float = TIMEOUT_S,
        kept: Kept | None = None,
    ) -> None:  # fmt: skip
        """Open a session; nothing is sent yet. Without `kept`, all questions are numbered text.

        Raises:
            WrongSettings: one of the three Twilio settings is empty. (With an empty token
                anybody could sign.)
        """
        from twilio.request_validator import (  # type: ignore[import-untyped] # ships no types
            RequestValidator,
        )

        _check(settings)
        self._words = words
        self._public_url = settings.public_url.rstrip("/")
        self._from = PREFIX + settings.twilio_whatsapp_from.removeprefix(PREFIX)
        self._validator = RequestValidator(settings.twilio_auth_token)
        self._http = Http(settings.twilio_base_url, timeout_s)
        self._auth = (settings.twilio_account_sid, settings.twilio_auth_token)
        self.templates = Templates(self._http, self._auth)
        has_buttons = kept is not None and settings.whatsapp_buttons == "on"
        self._contents = Contents(self._http, self._auth, kept) if kept and has_buttons else None
        self._messages = _messages(settings, self._http)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="whatsapp")

    def close(self) -> None:
        """Wait for requests under way, then close the session."""
        self._threads.shutdown(wait=True)
        self._http.close()

    def verify(self, request: RawRequest) -> None:
        """Raise `NotOurs` unless our account's token signed the public URL and every field."""
        try:
            form = Form(pairs(request.body))
            url = self._public(request.url)
            is_signed = self._validator.validate(url, form, signature(request.headers))
        except ValueError:  # bytes that are no text, a URL that is none
            is_signed = False
        if not is_signed:
            raise NotOurs("X-Twilio-Signature does not match")

    def parse(self, request: RawRequest, *, at: datetime) -> Sequence[Inbound | Receipt]:
        """Return the one message or receipt that a verified request holds; else `Malformed`."""
        try:
            fields = {name: value.replace("\0", "") for name, value in pairs(request.body)}
            address = urlsplit(request.url)
        except ValueError:
            raise Malformed("the body is no form, or the URL is none") from None
        status = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
        if status in _RECEIVED:
            return (inbound(fields, at),)
        if status or fields.get("EventType") or address.path.endswith("/status"):
            return (receipt(fields, parse_qs(address.query), status),)
        return (inbound(fields, at),)

    def render(self, prompt: Prompt, address: str, window: Window) -> Sequence[Wire]:
        """Return text, numbered and in pieces that fit; outside the window the filled template.

        Where buttons or a list fit, they go along, with the text to fall back on.
        """
        if not window.is_open:
            return (Wire(address, _filled(window.template, window.facts)),)
        pieces = split(numbered(prompt, self._words), self.limits.characters)
        content = content_of(prompt, self._words) if self._contents else None
        if content is not None and len(pieces) == 1 and window.file is None:
            return (Wire(address, {"Body": pieces[0], CONTENT: content.to_json()}),)
        wires = [Wire(address, {"Body": piece}) for piece in pieces]
        if window.file is not None:  # Twilio fetches it, by its address
            wires[0] = Wire(address, {**wires[0].fields, "MediaUrl": window.file.url}, window.file)
        return tuple(wires)

    async def heard(self, inbound: Inbound, note: str = "", *, is_over: bool = False) -> None:
        """Do nothing: WhatsApp shows its own ticks, and a tapped quick reply cannot be edited."""

    async def send(self, wire: Wire, *, delivery_id: str, attempt_id: str) -> Sent:
        """Post one message, once; its status callbacks will carry both ids."""
        callback = self._callback(delivery_id, attempt_id)
        try:
            return await self._in_thread(partial(self._give, wire, delivery_id, callback))
        except _Closed:
            return Unsent()

    async def find(
        self, wire: Wire, *, since: datetime, known: Collection[str] = ()
    ) -> Found | NotFound | CannotKnow:
        """Look for a message posted at or after `since`.

        Twilio gives back neither our ids nor the template, so text and time must do; `known`
        are its ids of other messages of ours, which keeps a question asked twice apart.
        """
        try:
            return await self._in_thread(partial(self._look, wire, since, known))
        except _Closed:
            return CannotKnow()

    async def inbound_since(self, moment: datetime) -> list[Inbound]:
        """Return what people sent us since then, oldest first, for the reconcile of law 1.

        A tapped button comes back as its title: Twilio does not list payloads.

        Raises:
            NotListed: Twilio did not answer, or not with a list.
        """
        after = moment.astimezone(UTC)  # the library prints any zone's time as if it were UTC
        return await self._listed(partial(people_wrote, self._messages, self._from, after))

    async def became(self, wanted: Collection[str], since: datetime) -> list[Receipt]:
        """Return what Twilio says came of messages of ours, made since then; raises `NotListed`.

        Only what is more than sent: a callback that was lost is made up for.
        """
        after = since.astimezone(UTC) - CLOCKS_DIFFER
        return await self._listed(partial(became, self._messages, self._from, after, wanted))

    async def _listed(self, listing: Callable[[], Iterable[T]]) -> list[T]:
        try:
            return await self._in_thread(partial(self._list, listing))
        except _Closed:
            raise NotListed("the channel is closed") from None

    def link(self, token: str) -> str:
        """Return the address that opens our chat with a message that comes back as its `token`.

        Who sends it opens the 24-hour window themselves: no template is needed, or paid.
        https://faq.whatsapp.com/5913398998672934
        """
        number = self._from.removeprefix(PREFIX).removeprefix("+")
        return f"https://wa.me/{number}?text={quote(f'Mulai {token}')}"

    async def fetch(self, media: str, *, most: int) -> bytes:
        """Return what a person attached; raises `NotFetched`."""
        try:
            return await self._in_thread(partial(self._http.fetch, media, self._auth, most=most))
        except _Closed:
            raise NotFetched("lost", is_passing=True) from None

    def explain(self, code: int) -> Refusal:
        """Return what a receipt's code means, and the sentence for staff."""
        return refusal(code)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run in threads of our own: asyncio's are few, and the database needs them."""
        try:
            future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError:
            raise _Closed from None
        return await future

    def _public(self, url: str) -> str:
        """Return the URL as Twilio signed it: our public origin, and never a fragment.

        Behind a proxy the request's own host is another; fragments only configure Twilio.
        """
        parts = urlsplit(url)
        origin = self._public_url or f"{parts.scheme}://{parts.netloc}"
        return origin + parts.path + (f"?{parts.query}" if parts.query else "")

    def _callback(self, delivery_id: str, attempt_id: str) -> dict[str, str]:
        if not self._public_url:
            return {}
        ours = urlencode({"d": delivery_id, "a": attempt_id})
        return {"status_callback": f"{self._public_url}{STATUS_PATH}?{ours}"}

    def _give(self, wire: Wire, delivery_id: str, callback: Mapping[str, str]) -> Sent:
        """Post with buttons, where they can be had; refused for them, post the text instead."""
        if CONTENT not in wire.fields:
            return self._post(wire, callback)
        content = Content.from_json(wire.fields[CONTENT])
        plain = Wire(wire.address, {"Body": wire.fields["Body"]})
        sid = self._contents.sid(content) if self._contents else None
        if sid is None or self._contents is None:
            return self._post(plain, callback)
        fields = {"ContentSid": sid, "ContentVariables": content.filled(delivery_id)}
        sent = self._post(Wire(wire.address, fields), callback)
        if isinstance(sent, Rejected) and sent.disposition is Disposition.BAD_MESSAGE:
            self._contents.forget(content)  # a refusal is proof that nothing went
            return self._post(plain, callback)
        return sent

    def _post(self, wire: Wire, callback: Mapping[str, str]) -> Sent:
        try:
            content = {_FIELDS[name]: value for name, value in wire.fields.items()}
            message = self._messages.create(
                to=_to(wire.address), from_=self._from, **content, **callback
            )
        except Exception as error:  # noqa: BLE001 -- whatever broke, the message may be out
            return outcome(error)
        if not isinstance(message.sid, str) or not message.sid:
            return Ambiguous("Twilio menerima, tetapi tanpa nomor pesan.")
        return Accepted(message.sid)

    def _look(
        self, wire: Wire, since: datetime, known: Collection[str]
    ) -> Found | NotFound | CannotKnow:
        earliest = since.astimezone(UTC) - CLOCKS_DIFFER
        try:
            for message in self._sent_to(wire.address, earliest):
                if message.sid not in known and _is_that(message, wire, earliest):
                    return Found(message.sid)
        except Exception:  # noqa: BLE001 -- no answer and a strange answer say the same: nothing
            return CannotKnow()
        return NotFound()

    def _sent_to(self, address: str, earliest: datetime) -> Iterator[Any]:
        """Yield the newest first: what is still queued has no date sent, so no filter finds it."""
        ours = {"to": _to(address), "from_": self._from}
        yield from self._messages.page(**ours, page_size=50)
        yield from self._messages.list(**ours, date_sent_after=earliest, page_size=200)

    def _list(self, listing: Callable[[], Iterable[T]]) -> list[T]:
        try:
            return list(listing())
        except Exception as error:  # noqa: BLE001 -- its text may hold an address
            raise NotListed(type(error).__name__) from None


class _Closed(Exception):
    """The channel was closed before the request began."""


def _check(settings: Settings) -> None:
    needed = ("twilio_account_sid", "twilio_auth_token", "twilio_whatsapp_from")
    empty = [name.upper() for name in needed if not getattr(settings, name)]
    if empty:
        raise WrongSettings(f"{', '.join(empty)} must be set to use WhatsApp.")


def _messages(settings: Settings, http: Http) -> Any:
    from twilio.rest import Client  # type: ignore[import-untyped] # it ships no types

    account, token = settings.twilio_account_sid, settings.twilio_auth_token
    return Client(account, token, http_client=http).messages


def _to(address: str) -> str:
    """Return a stored address as Twilio writes it: numbers have their plus, user ids none."""
    is_number = address.isascii() and address.isdigit()
    return f"{PREFIX}{'+' if is_number else ''}{address}"


def _filled(template: Template | None, facts: Mapping[str, str]) -> dict[str, str]:
    if template is None:
        raise NothingFits(
            "Belum ada templat WhatsApp untuk pesan ini; lewat 24 jam sejak pesan terakhir "
            "responden, hanya templat yang boleh dikirim."
        )
    if len(template.variables) > _VARIABLES:
        raise NothingFits(f"Templat ini punya lebih dari {_VARIABLES} isian.")
    if not template.variables:
        return {"ContentSid": template.sid}
    values = {str(n): _value(name, facts) for n, name in enumerate(template.variables, 1)}
    return {
        "ContentSid": template.sid,
        "ContentVariables": json.dumps(values, ensure_ascii=False),
    }


def _value(name: str, facts: Mapping[str, str]) -> str:
    value = facts.get(name, "").strip()
    if not value:
        raise NothingFits(f"Isian templat '{name}' kosong untuk responden ini.")
    if _UNFIT.search(value):
        raise NothingFits(
            f"Isian templat '{name}' memuat baris baru, tab, atau banyak spasi; "
            "WhatsApp menolaknya."
        )
    return value


def _is_that(message: Any, wire: Wire, earliest: datetime) -> bool:
    made_at = message.date_created or message.date_sent
    if made_at is None or made_at < earliest:
        return False
    body = _words(message.body)
    if CONTENT in wire.fields and body == _words(Content.from_json(wire.fields[CONTENT]).text):
        return True
    if "Body" in wire.fields:
        return body == _words(wire.fields["Body"])
    values = json.loads(wire.fields.get("ContentVariables", "{}")).values()
    return not body or all(_words(value) in body for value in values)


def _words(text: str | None) -> str:
    """Return the text with its white space evened out, which providers do not keep."""
    return " ".join((text or "").split())
