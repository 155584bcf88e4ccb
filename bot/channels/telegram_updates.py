"""Telegram's updates as what people said: https://core.telegram.org/bots/api#update.

Read field by field and not by python-telegram-bot, whose parser refuses a whole update for one
field it does not expect (facts: channels §2.1): an answer must not be lost for its decoration.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from bot.channels.contract import Inbound, Lifecycle, Malformed
from bot.channels.tap_data import unseal

ALLOWED = ("message", "callback_query", "my_chat_member")
"""What we ask Telegram for; whatever else comes says nothing to us."""

_START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*", re.ASCII | re.IGNORECASE)
_NAMED = re.compile(r"^(/\w+)@\w+", re.ASCII)
_FILES = ("document", "voice", "audio", "video", "video_note", "animation")
_NOT_SAID = frozenset(
    {
        "pinned_message",
        "message_auto_delete_timer_changed",
        "chat_background_set",
        "write_access_allowed",
        "connected_website",
    }
)
"""What Telegram tells a private chat in a person's name: nobody waits for an answer to it."""

_AWAY = ("left", "kicked")
_THERE = ("member", "administrator")

Said = list[Inbound | Lifecycle]


@dataclass(frozen=True, slots=True)
class Shown:
    """The message under a tapped button: where it stands, its words, and what was tapped."""

    chat_id: int
    message_id: int
    text: str
    label: str

    def to_json(self) -> str:
        """Return it as compact JSON."""
        fields = [self.chat_id, self.message_id, self.text, self.label]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Shown":
        """Return what `to_json` wrote."""
        return cls(*json.loads(text))


@dataclass(frozen=True, slots=True)
class _Update:
    provider_id: str
    at: datetime
    body: Mapping[str, Any]


def read_json(body: bytes) -> object:
    """Return a webhook's body as data; raises `Malformed`."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("the body is no JSON") from None


def read_update(raw: object, *, bot_id: str, at: datetime) -> Said:
    """Return what an update says; one of a kind we do not take says nothing.

    Raises:
        Malformed: it has no update_id, or one we take does not say who wrote where.
    """
    if not isinstance(raw, Mapping):
        raise Malformed("the update is no object")
    provider_id = f"{bot_id}:{_number(raw, 'update_id')}"
    for kind, read in _READERS.items():
        if kind in raw:
            if not isinstance(raw[kind], Mapping):
                raise Malformed(f"{kind} is no object")
            return read(_Update(provider_id, at, raw[kind]))
    return []


def _message(update: _Update) -> Said:
    body = update.body
    chat_id, is_private = _chat(body)
    if _part(body, "from").get("is_bot") is True:
        return []
    if not is_private:
        return [_elsewhere(update, chat_id)]
    if _NOT_SAID & body.keys():
        return []
    text, token = _said(body)
    return [
        Inbound(
            provider_id=update.provider_id,
            address=str(chat_id),
            at=update.at,
            text=text,
            media=_files(body),
            quoted=_quoted(chat_id, _part(body, "reply_to_message")),
            token=token,
            contact=_own_number(body),
        )
    ]


def _tap(update: _Update) -> Said:
    body, message = update.body, _part(update.body, "message")
    person = _number(_part(body, "from"), "id")
    tap, payload = _text(body, "id"), _text(body, "data")
    is_theirs = "inline_message_id" not in body and (
        not message or _chat(message) == (person, True)
    )
    if not is_theirs:  # a private chat has its owner's number
        return [_elsewhere(update, person, tap=tap)]
    if not payload:
        return []
    data, about = unseal(payload)
    shown = _shown(message, payload)
    return [
        Inbound(
            provider_id=update.provider_id,
            address=str(person),
            at=update.at,
            text=shown.label if shown else "",
            data=data,
            about=about,
            quoted=_quoted(person, message),
            tap=tap,
            shown=shown.to_json() if shown else "",
        )
    ]


def _membership(update: _Update) -> Said:
    """Read what became of the bot in a chat: in a private one, whether its owner blocked it.

    In a channel it keeps silent, for there everybody would read it.
    """
    chat_id, is_private = _chat(update.body)
    before = _text(_part(update.body, "old_chat_member"), "status")
    now = _text(_part(update.body, "new_chat_member"), "status")
    if is_private:
        is_known = now == "kicked" or now in _THERE
        event = Lifecycle(update.provider_id, str(chat_id), update.at, is_open=now != "kicked")
        return [event] if is_known else []
    is_added = before in _AWAY and now in _THERE
    is_channel = _part(update.body, "chat").get("type") == "channel"
    return [_elsewhere(update, chat_id)] if is_added and not is_channel else []


_READERS: Mapping[str, Callable[[_Update], Said]] = {
    "message": _message,
    "callback_query": _tap,
    "my_chat_member": _membership,
}


def _elsewhere(update: _Update, address: int, tap: str = "") -> Inbound:
    """Return that something was said where others read along, but not what."""
    return Inbound(update.provider_id, str(address), update.at, is_private=False, tap=tap)


def _said(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the words and a one-time link's token; commands without the bot's name."""
    text = _text(body, "text") or _text(body, "caption") or _place(body)
    start = _START.fullmatch(text)
    if start is not None:
        return "/start", start[1] or ""
    return _NAMED.sub(r"\1", text), ""


def _place(body: Mapping[str, Any]) -> str:
    """Return a shared location as people would type it; nothing when there is none."""
    place = _part(body, "location")
    numbers = [place.get(name) for name in ("latitude", "longitude")]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        return ""
    return ", ".join(f"{one:.6f}".rstrip("0").rstrip(".") for one in numbers if one is not None)


def _own_number(body: Mapping[str, Any]) -> str:
    """Return the digits of a shared contact that is its owner's own; anybody may share others'."""
    contact = _part(body, "contact")
    owner, sender = contact.get("user_id"), _part(body, "from").get("id")
    if not _is_number(owner) or owner != sender:
        return ""
    return re.sub(r"[^0-9]", "", _text(contact, "phone_number"))


def _files(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of what was attached; of a photo the largest, which stands last."""
    photo = body.get("photo")
    sizes = photo[-1:] if isinstance(photo, list) else []
    found = [*sizes, *(body.get(kind) for kind in _FILES)]
    ids = (_text(one, "file_id") for one in found if isinstance(one, Mapping))
    return tuple(dict.fromkeys(one for one in ids if one))


def _shown(message: Mapping[str, Any], payload: str) -> Shown | None:
    chat_id, message_id = _part(message, "chat").get("id"), message.get("message_id")
    if not (_is_number(chat_id) and _is_number(message_id)):
        return None
    text = _text(message, "text")
    return Shown(chat_id, message_id, text, _label(message, payload, text))


def _label(message: Mapping[str, Any], payload: str, text: str) -> str:
    """Return what stood on the button; where that is a number, the answer it stands for."""
    tapped = (one for one in _buttons(message) if one.get("callback_data") == payload)
    label = next((_text(one, "text") for one in tapped), "")
    if not label.isdecimal():
        return label
    lines = (line for line in reversed(text.splitlines()) if line.startswith(f"{label}. "))
    return next(lines, label).removeprefix(f"{label}. ")


def _buttons(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    rows = _part(message, "reply_markup").get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, Mapping):
                yield button


def _quoted(chat_id: int, message: Mapping[str, Any]) -> str:
    message_id = message.get("message_id")
    return f"{chat_id}:{message_id}" if _is_number(message_id) else ""


def _chat(body: Mapping[str, Any]) -> tuple[int, bool]:
    """Return a chat's id and whether it is private; people's ids are above 0, groups' below."""
    chat = _part(body, "chat")
    chat_id, kind = _number(chat, "id"), chat.get("type")
    return chat_id, kind == "private" if isinstance(kind, str) else chat_id > 0


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    """Return a text that every database can store: no NUL, no half of a surrogate pair."""
    text = body.get(name)
    if not isinstance(text, str):
        return ""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _number(body: Mapping[str, Any], name: str) -> int:
    number = body.get(name)
    if not _is_number(number):
        raise Malformed(f"{name} is missing or no number")
    return int(number)


def _is_number(value: Any) -> TypeGuard[int]:
    """Say whether it is a whole number as Telegram's are: of 64 bits at most."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
