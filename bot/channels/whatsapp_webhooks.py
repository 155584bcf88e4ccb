"""Twilio's webhooks as what people said and what became of our messages (facts: channels §1.3).

Field names are Twilio's; it adds fields without notice, so what is not known is passed over.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from bot.channels.contract import Inbound, Malformed, Progress, Receipt
from bot.channels.tap_data import unseal
from bot.channels.whatsapp_errors import number

PREFIX = "whatsapp:"

PROGRESS = {
    "accepted": Progress.ACCEPTED,
    "scheduled": Progress.ACCEPTED,
    "queued": Progress.ACCEPTED,
    "sending": Progress.ACCEPTED,
    "sent": Progress.SENT,
    "partially_delivered": Progress.DELIVERED,
    "delivered": Progress.DELIVERED,
    "read": Progress.READ,
    "failed": Progress.FAILED,
    "undelivered": Progress.FAILED,
    "canceled": Progress.FAILED,
}
"""What each of Twilio's words for a message means."""

_INVITED = re.compile(r"\s*mulai\s+([A-Za-z0-9_-]{32})\s*", re.ASCII | re.IGNORECASE)


class Form(dict[str, list[str]]):
    """A form that may repeat a key, as the validator wants it (facts: channels §1.5)."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        return self[name]


def pairs(body: bytes) -> list[tuple[str, str]]:
    """Return a form's fields, blank ones too: the signature covers them; raises ValueError."""
    return parse_qsl(body.decode("utf-8"), keep_blank_values=True)


def signature(headers: Mapping[str, str]) -> str:
    """Return what a request says it is signed with; nothing when it says nothing."""
    given = (value for name, value in headers.items() if name.lower() == "x-twilio-signature")
    return next(given, "")


def inbound(fields: Mapping[str, str], at: datetime) -> Inbound:
    """Return what a person sent; raises `Malformed`."""
    data, about = unseal(fields.get("ButtonPayload") or fields.get("ListId") or "")
    label = fields.get("ButtonText") or fields.get("ListTitle") or ""
    return Inbound(
        provider_id=_sid(fields),
        address=address_of(fields.get("From", "")),
        at=at,
        text=fields.get("Body", "") or label or _place(fields),
        token=token(fields.get("Body", "")),
        data=data,
        about=about,
        quoted=fields.get("OriginalRepliedMessageSid", ""),
        media=tuple(url for n in range(10) if (url := fields.get(f"MediaUrl{n}"))),
    )


def token(text: str) -> str:
    """Return the code of an invitation's link, which its owner's own WhatsApp wrote for them."""
    found = _INVITED.fullmatch(text)
    return found[1] if found else ""


def _place(fields: Mapping[str, str]) -> str:
    """Return a shared location as people would type it; nothing when there is none."""
    latitude, longitude = fields.get("Latitude", ""), fields.get("Longitude", "")
    return f"{latitude}, {longitude}" if latitude and longitude else ""


def receipt(fields: Mapping[str, str], query: Mapping[str, list[str]], status: str) -> Receipt:
    """Return what became of a message of ours, whose ids stand in the query; raises `Malformed`."""
    event = fields.get("EventType", "").lower()
    progress = PROGRESS.get("read" if event == "read" else (status or event).lower())
    if progress is None:
        raise Malformed("MessageStatus is missing or none we know")
    return Receipt(
        provider_id=_sid(fields),
        progress=progress,
        delivery_id=query.get("d", [""])[0],
        attempt_id=query.get("a", [""])[0],
        code=number(fields.get("ErrorCode")),
    )


def _sid(fields: Mapping[str, str]) -> str:
    sid = fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid")
    if not sid:
        raise Malformed("MessageSid is missing")
    return sid


def address_of(given: str) -> str:
    """Return an address as we store it: without its prefix and plus; raises `Malformed`."""
    if not given.startswith(PREFIX) or given == PREFIX:
        raise Malformed("From is no WhatsApp address")
    return given.removeprefix(PREFIX).removeprefix("+")
